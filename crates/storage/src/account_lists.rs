//! Lists of accounts and searches for them: a row for each, with its ranks and ids.

use async_trait::async_trait;
use rankledger_domain::identifier::names_a_person;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};

use crate::Result;

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent flags, as on the wire")]
pub struct AccountSummary {
    /// See [`crate::accounts::Profile::id`].
    pub id: AccountId,
    /// See [`crate::accounts::Profile::unique_id`].
    pub unique_id: i64,
    /// See [`crate::accounts::Profile::name`].
    pub name: String,
    /// See [`crate::standings::AccountDetails::active_api_ids`].
    pub active_api_ids: Vec<String>,
    /// See [`crate::accounts::Profile::discord_id`].
    pub discord_id: Option<String>,
    /// See [`crate::accounts::Profile::sys_status`].
    pub sys_status: bool,
    /// See [`rankledger_domain::account::Account::com_status`].
    pub com_status: bool,
    /// See [`rankledger_domain::account::Account::archived`].
    pub archived: bool,
    /// See [`rankledger_domain::account::Account::banned`].
    pub banned: bool,
    /// See [`crate::accounts::Profile::teamspeak_id`].
    pub teamspeak_id: Option<String>,
    /// The ranks it holds, in order.
    pub ranks: Vec<RankId>,
}

/// Which accounts to list: all that fit everything given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// By [`crate::accounts::Profile::sys_status`].
    pub sys_status: Option<bool>,
    /// By [`rankledger_domain::account::Account::com_status`].
    pub com_status: Option<bool>,
    /// By [`rankledger_domain::account::Account::banned`].
    pub banned: Option<bool>,
    /// By [`rankledger_domain::account::Account::archived`].
    pub archived: Option<bool>,
    /// By a rank that is held.
    pub rank: Option<RankId>,
}

/// Which accounts to find: those that fit everything given. At least one part is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountSelector {
    /// By id.
    pub id: Option<AccountId>,
    /// By a verified identifier or the Discord id of the row, as `type:value` or the value alone, or by an
    /// untyped id. `type:value` finds identifiers of that type only; an id that people share finds nobody.
    pub api_id: Option<String>,
    /// By name, without regard to case. Digits alone are no name, and find nobody.
    pub username: Option<String>,
    /// By Discord id: of the row, or a verified identifier.
    pub discord: Option<String>,
    /// By number.
    pub unique_id: Option<i64>,
}

/// Returns the ids under which game servers know an account, as its details have them: verified identifiers
/// as `type:value`, with the Discord id of the row, and untyped ids.
pub(crate) fn active_api_ids(
    mut typed: Vec<String>,
    discord_id: Option<&str>,
    untyped: Vec<String>,
) -> Vec<String> {
    let of_row = discord_id.map(|id| format!("discord:{id}"));
    typed.extend(of_row.filter(|id| !typed.contains(id) && !untyped.contains(id)));
    typed.extend(untyped.into_iter().filter(|id| names_a_person(id)));
    typed
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this part.
    pub items: Vec<T>,
    /// How many there are in all parts.
    pub total: u32,
}

/// Reading lists of accounts.
#[async_trait]
pub trait ReadAccountLists {
    /// Accounts by number, `take` of them from the `skip`th.
    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>>;

    /// Accounts that fit, by number, `take` of them.
    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>>;
}
