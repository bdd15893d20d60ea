//! Standings on the wire, exactly as they are stored: what `verify` compares with the ledger.

use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_storage::standings::ListedStanding;
use serde::{Deserialize, Serialize};

use crate::wire::rank_change::GrantBody;

/// A line of the export of standings.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum StandingLine {
    /// The standing of an account.
    Standing(StandingBody),
    /// The line that stands for a standing that the server cannot read.
    Unreadable(UnreadableStandingBody),
}

/// What an account holds, and the change that left it so.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingBody {
    pub(crate) acc_id: AccountId,
    pub(crate) unique_id: i64,
    /// The ranks that are held, in order.
    pub(crate) ranks: Vec<GrantBody>,
    pub(crate) com_status: bool,
    /// The number of the account's newest change; null if it has none.
    pub(crate) last_change: Option<ChangeNumber>,
}

/// Stands for a standing whose row cannot be read, or contradicts itself.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableStandingBody {
    pub(crate) acc_id: AccountId,
    pub(crate) unique_id: i64,
    /// Always true: tells this line from a standing.
    pub(crate) unreadable: bool,
}

impl From<ListedStanding> for StandingLine {
    fn from(ListedStanding { account, unique_id, standing }: ListedStanding) -> Self {
        let Some(standing) = standing else {
            return Self::Unreadable(UnreadableStandingBody { acc_id: account, unique_id, unreadable: true });
        };
        Self::Standing(StandingBody {
            acc_id: account,
            unique_id,
            ranks: standing.ranks.into_iter().map(GrantBody::from).collect(),
            com_status: standing.com_status,
            last_change: Some(standing.newest_change).filter(|number| *number != ChangeNumber(0)),
        })
    }
}
