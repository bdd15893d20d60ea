//! Accounts in short, on the wire: each in a list, a page of such a list, and those that a search finds.

use rankledger_domain::ids::{AccountId, RankId};
use rankledger_storage::account_lists::AccountSummary;
use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of accounts on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct PageBody {
    pub(crate) items: Vec<SummaryBody>,
    pub(crate) total: u32,
    pub(crate) skip: u32,
    pub(crate) take: u32,
}

// The longer forms of an account have all these members, too: a client may read any of them as this one.
/// An account in a list.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SummaryBody {
    pub(crate) acc_id: AccountId,
    pub(crate) unique_id: i64,
    pub(crate) acc_name: String,
    pub(crate) com_name: String,
    pub(crate) active_api_ids: Vec<String>,
    pub(crate) discord_id: Option<String>,
    pub(crate) sys_status: bool,
    pub(crate) com_status: bool,
    pub(crate) archived: bool,
    pub(crate) banned: bool,
    pub(crate) teamspeak_id: Option<String>,
    /// Present in what a search finds, and in a list if the request asks for it with `include=ranks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ranks: Option<Vec<RankId>>,
}

/// The accounts that were found, on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct FoundBody {
    pub(crate) items: Vec<SummaryBody>,
    pub(crate) total: u32,
}

impl SummaryBody {
    /// Returns the body of an account of this community.
    #[must_use]
    pub fn new(account: AccountSummary, community: &Community) -> Self {
        Self {
            acc_id: account.id,
            unique_id: account.unique_id,
            acc_name: account.name,
            com_name: community.name.clone(),
            active_api_ids: account.active_api_ids,
            discord_id: account.discord_id,
            sys_status: account.sys_status,
            com_status: account.com_status,
            archived: account.archived,
            banned: account.banned,
            teamspeak_id: account.teamspeak_id,
            ranks: None,
        }
    }

    /// Returns the body of an account of this community, with the ranks that it holds.
    #[must_use]
    pub fn with_ranks(mut account: AccountSummary, community: &Community) -> Self {
        let ranks = std::mem::take(&mut account.ranks);
        Self { ranks: Some(ranks), ..Self::new(account, community) }
    }
}
