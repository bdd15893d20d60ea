//! An account in a list, on the wire.

use rankledger_domain::ids::AccountId;
use rankledger_storage::accounts::AccountSummary;
use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::Serialize;

/// An account in a list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SummaryBody {
    acc_id: AccountId,
    unique_id: i64,
    acc_name: String,
    com_name: String,
    active_api_ids: Vec<String>,
    discord_id: Option<String>,
    sys_status: bool,
    com_status: bool,
    archived: bool,
    banned: bool,
    teamspeak_id: Option<String>,
}

impl SummaryBody {
    /// The body for an account of this community.
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
        }
    }
}
