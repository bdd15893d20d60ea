//! Refusals: why a rank change or an undo is not allowed, as data. The server makes texts for clients from
//! them.

use jiff::Timestamp;

use crate::authority::PowerRefusal;
use crate::ids::{AccountId, ChangeNumber, CredentialId, RankId, UndoId};
use crate::rank_change::{RankChange, Source};

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request has none of `set`, `add`, `remove`, `active`.
    #[error("the request asks for nothing")]
    EmptyRequest,
    /// The request names ranks that this community does not have: every such entry of the request.
    #[error("unknown ranks: {0:?}")]
    UnknownRank(Vec<NamedEntry>),
    /// Retired ranks that the request would give, or that an undo would give back.
    #[error("retired ranks: {0:?}")]
    RankRetired(Vec<RetiredEntry>),
    /// Grants that the request would end at a time that has passed: every one of the request.
    #[error("ends that have passed: {0:?}")]
    EndHasPassed(Vec<EndedEntry>),
    /// Grants that the request would extend beyond the latest end: every one of the request.
    #[error("ends that are too late: {0:?}")]
    EndTooLate(Vec<EndedEntry>),
    /// An undo would give back a grant whose end has passed.
    #[error("grants that have ended: {0:?}")]
    GrantExpired(Vec<RankId>),
    /// The account is banned, and would gain by the change.
    #[error("the account is banned")]
    AccountBanned,
    /// The account is archived, and would gain by the change.
    #[error("the account is archived")]
    AccountArchived,
    /// The authority behind the request is not sufficient.
    #[error("insufficient power: {0:?}")]
    InsufficientPower(PowerRefusal),
    /// The change has been undone already, by the change named here.
    #[error("already undone by change {}", .0.number)]
    AlreadyUndone(ChangeRef),
    /// Later changes conflict with the undo. Names every rank, and the status, that is not clean.
    #[error("conflicting later changes: {0:?}")]
    UndoConflict(Vec<UndoItem>),
}

/// An entry of a request's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEntry {
    /// Position in the request: a JSON pointer such as `/add/0`.
    pub pointer: String,
    /// Name that the entry gives.
    pub name: String,
}

/// A retired rank that something would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredEntry {
    /// Position in the request, a JSON pointer. `None` for an undo, which names no ranks.
    pub pointer: Option<String>,
    /// The rank.
    pub rank: RankId,
    /// Label of the rank.
    pub label: String,
}

/// A grant that would end at a time that has passed, or that is too late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedEntry {
    /// Position in the request: a JSON pointer such as `/add/0`.
    pub pointer: String,
    /// Label of the rank.
    pub label: String,
    /// End that was asked for.
    pub end: Timestamp,
}

/// A reference to a recorded change: which one, when, by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRef {
    /// Number of the change.
    pub number: ChangeNumber,
    /// Undo id of the change.
    pub undo_id: UndoId,
    /// Time at which the change was recorded.
    pub at: Timestamp,
    /// Person who acted, if one was named.
    pub actor: Option<AccountId>,
    /// Credential that was used. `None` for the operator's own commands, and for the server itself.
    pub credential: Option<CredentialId>,
    /// Origin of the change.
    pub source: Source,
}

impl From<&RankChange> for ChangeRef {
    fn from(change: &RankChange) -> Self {
        Self {
            number: change.number,
            undo_id: change.undo_id,
            at: change.at,
            actor: change.actor,
            credential: change.credential,
            source: change.source,
        }
    }
}

/// One slot of a change, as its undo finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoItem {
    /// The rank, or the status.
    pub slot: Slot,
    /// Whether the slot can be undone.
    pub state: SlotState,
}

/// One thing that a change can touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A rank, added or removed.
    Rank(RankId),
    /// The status, if the change was asked for one.
    Status,
}

/// State of a slot, as an undo finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotState {
    /// The slot is as the change left it, and no later live change touched it.
    Clean,
    /// The slot is by now as the undo would leave it. Names the later live change that touched it, if one
    /// did.
    Already(Option<ChangeRef>),
    /// A later live change touched the slot, and the slot is not as the undo would leave it.
    Superseded(ChangeRef),
    /// The undo would give back a retired rank.
    Retired,
    /// The undo would give back a grant whose end has passed.
    Expired,
}
