//! The slots of an undo on the wire: each rank, or the status, and what an undo finds there.

use std::borrow::Cow;

use rankledger_domain::ids::{AccountId, ChangeNumber, CredentialId, RankId, UndoId};
use rankledger_domain::refusal::{ChangeRef, Slot, SlotState, UndoItem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::time::Time;

/// One rank, or the status, that an undo does not find clean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemBody {
    /// The rank; null for the status.
    pub(crate) rank: Option<RankId>,
    /// `rank` or `status`.
    pub(crate) slot: Cow<'static, str>,
    /// `clean`, `already`, `superseded`, `retired` or `expired`.
    pub(crate) state: Cow<'static, str>,
    /// The later change that caused the state, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<ChangeRefBody>,
}

/// A recorded change, with its time and its actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRefBody {
    pub(crate) undo_id: UndoId,
    pub(crate) change_number: ChangeNumber,
    pub(crate) at: Time,
    pub(crate) user_id: Option<AccountId>,
    pub(crate) credential_id: Option<CredentialId>,
    /// The source of the change: `api`, `expiry` and so on, as in the history.
    #[serde(default = "unknown_source")]
    pub(crate) source: Cow<'static, str>,
}

/// What an answer of an older server says of the source.
fn unknown_source() -> Cow<'static, str> {
    "api".into()
}

impl From<&ChangeRef> for ChangeRefBody {
    fn from(change: &ChangeRef) -> Self {
        Self {
            undo_id: change.undo_id,
            change_number: change.number,
            at: Time(change.at),
            user_id: change.actor,
            credential_id: change.credential,
            source: change.source.as_str().into(),
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
        Self { rank, slot: slot.into(), state: state.into(), by }
    }
}
