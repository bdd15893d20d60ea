//! Finding the one account that somebody means by an id, a number, a Discord id or a name.

use std::fmt;

use rankledger_domain::identifier::{IdentifierName, is_discord_id};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::name::is_digits;
use rankledger_storage::ReadTx;
use rankledger_storage::account_lists::AccountSelector;
use uuid::Uuid;

use crate::ops::OpError;
use crate::wire::problem::Problem;

/// Finds the account: a UUID is an account id, `discord:` and an id is a Discord id, 17 to 20 digits are a
/// Discord id, other digits are the account's number, else a Discord id; anything else is a name.
///
/// What has the form of an id is never a name: members choose their names, and one of them could be called
/// like the id of somebody else.
pub async fn find_account(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    name: &str,
) -> Result<AccountId, OpError> {
    for selector in readings(name) {
        let found = tx.search_accounts(community, &selector, 2).await?;
        match found.items.as_slice() {
            [] => {}
            [one] => return Ok(one.id),
            _ => {
                return Err(Problem::not_one_account(name, found.total).into());
            }
        }
    }
    Err(Problem::not_one_account(name, 0).into())
}

/// An account, as a path or a parameter names it: by an id that nobody can choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountName {
    /// By its id.
    Id(AccountId),
    /// By a Discord id.
    Discord(String),
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Discord(id) => f.write_str(id),
        }
    }
}

impl AccountName {
    /// Reads a UUID, 17 to 20 digits, or `discord:` and digits. `None` if the text is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(uuid) = Uuid::parse_str(text) {
            return Some(Self::Id(AccountId(uuid)));
        }
        let is_clear = is_discord_id(text) || text.starts_with("discord:");
        let id = is_clear.then(|| IdentifierName::parse("discord", text).ok())?;
        id.map(|name| Self::Discord(name.value))
    }

    /// Returns the account. Only one that is named by a Discord id is looked for, and refused if there is
    /// none.
    pub async fn find(self, tx: &mut dyn ReadTx, community: CommunityId) -> Result<AccountId, OpError> {
        match self {
            Self::Id(id) => Ok(id),
            Self::Discord(id) => find_by_discord_id(tx, community, &id).await,
        }
    }
}

/// Finds the one account that is linked to a Discord id, by its row or by a verified identifier.
pub async fn find_by_discord_id(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    discord_id: &str,
) -> Result<AccountId, OpError> {
    let linked = tx.accounts_linked_to_discord(community, discord_id).await?;
    let [account] = linked.as_slice() else {
        let found = u32::try_from(linked.len()).unwrap_or(u32::MAX);
        return Err(Problem::not_one_discord_id(discord_id, found).into());
    };
    Ok(*account)
}

/// Returns the possible meanings of a name, the likeliest first; none if it is empty.
#[must_use]
pub fn readings(name: &str) -> Vec<AccountSelector> {
    let (none, name) = (AccountSelector::default, name.trim());
    let linked = |id: &str| AccountSelector { discord: Some(id.to_owned()), ..none() };
    if name.is_empty() {
        return Vec::new();
    }
    if let Ok(uuid) = Uuid::parse_str(name) {
        return vec![AccountSelector { id: Some(AccountId(uuid)), ..none() }];
    }
    if let Some(id) = name.strip_prefix("discord:") {
        return vec![linked(id)];
    }
    if is_discord_id(name) {
        return vec![linked(name)];
    }
    if !is_digits(name) {
        return vec![AccountSelector { username: Some(name.to_owned()), ..none() }];
    }
    let numbered =
        name.parse().ok().map(|unique_id| AccountSelector { unique_id: Some(unique_id), ..none() });
    numbered.into_iter().chain([linked(name)]).collect()
}
