//! Finding the one account that somebody means by an id, a number, a Discord id or a name.

use rankledger_domain::identifier::is_discord_id;
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
