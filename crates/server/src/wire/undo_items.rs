//! What stands in the way of an undo, on the wire.

use rankledger_domain::ids::{AccountId, ChangeNumber, CredentialId, RankId, UndoId};
use rankledger_domain::refusal::{ChangeRef, Slot, SlotState, UndoItem};
use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::time::Time;

/// One rank, or the status, that an undo does not find clean.
#[derive(Serialize, JsonSchema)]
pub struct ItemBody {
    /// The rank; null for the status.
    rank: Option<RankId>,
    /// `rank` or `status`.
    slot: &'static str,
    /// `clean`, `already`, `superseded`, `retired` or `expired`.
    state: &'static str,
    /// The later change that caused the state, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<ChangeRefBody>,
}

/// A recorded change, with its time and its actor.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRefBody {
    undo_id: UndoId,
    change_number: ChangeNumber,
    at: Time,
    user_id: Option<AccountId>,
    credential_id: Option<CredentialId>,
}

impl From<&ChangeRef> for ChangeRefBody {
    fn from(change: &ChangeRef) -> Self {
        Self {
            undo_id: change.undo_id,
            change_number: change.number,
            at: Time(change.at),
            user_id: change.actor,
            credential_id: change.credential,
        }
    }
}

impl From<&UndoItem> for ItemBody {
    fn from(item: &UndoItem) -> Self {
        let (rank, slot) = match item.slot {
            Slot::Rank(rank) => (Some(rank), "rank"),
            Slot::Status => (None, "status"),
        };
        let (state, by) = match &item.state {
            SlotState::Clean => ("clean", None),
            SlotState::Already(by) => ("already", by.as_ref().map(ChangeRefBody::from)),
            SlotState::Superseded(by) => ("superseded", Some(ChangeRefBody::from(by))),
            SlotState::Retired => ("retired", None),
            SlotState::Expired => ("expired", None),
        };
        Self { rank, slot, state, by }
    }
}
