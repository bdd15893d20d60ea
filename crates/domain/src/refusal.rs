//! Why a rank change or an undo was refused, as data. The sentences for clients are made from it at the edge.

use jiff::Timestamp;

use crate::authority::PowerRefusal;
use crate::ids::{AccountId, ChangeNumber, CredentialId, RankId, UndoId};
use crate::rank_change::RankChange;

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// None of `set`, `add`, `remove`, `active` was given.
    #[error("the request asks for nothing")]
    EmptyRequest,
    /// Names that are no rank of this community: every one of the request.
    #[error("unknown ranks: {0:?}")]
    UnknownRank(Vec<NamedEntry>),
    /// Retired ranks that the request would give, or that an undo would give back.
    #[error("retired ranks: {0:?}")]
    RankRetired(Vec<RetiredEntry>),
    /// Grants that the request would end at a time that has passed: every one of the request.
    #[error("ends that have passed: {0:?}")]
    EndHasPassed(Vec<EndedEntry>),
    /// An undo would give back a grant whose end has passed.
    #[error("grants that have ended: {0:?}")]
    GrantExpired(Vec<RankId>),
    /// The account is banned, and would gain by the change.
    #[error("the account is banned")]
    AccountBanned,
    /// The account is archived, and would gain by the change.
    #[error("the account is archived")]
    AccountArchived,
    /// Whoever acts stands too low.
    #[error("insufficient power: {0:?}")]
    InsufficientPower(PowerRefusal),
    /// The change has been undone already, by the change named here.
    #[error("already undone by change {}", .0.number)]
    AlreadyUndone(ChangeRef),
    /// Later changes stand in the way of an undo. Names every rank, and the status, that is not clean.
    #[error("conflicting later changes: {0:?}")]
    UndoConflict(Vec<UndoItem>),
}

/// An entry of a request's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEntry {
    /// Where it stands in the request: a JSON pointer such as `/add/0`.
    pub pointer: String,
    /// What stands there.
    pub name: String,
}

/// A retired rank that something would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredEntry {
    /// Where it stands in the request; none for an undo, which names no ranks.
    pub pointer: Option<String>,
    /// The rank.
    pub rank: RankId,
    /// What people call it.
    pub label: String,
}

/// A grant that would end at a time that has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedEntry {
    /// Where it stands in the request: a JSON pointer such as `/add/0`.
    pub pointer: String,
    /// What people call the rank.
    pub label: String,
    /// The time.
    pub end: Timestamp,
}

/// Points at a recorded change: which, when, by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRef {
    /// Its number.
    pub number: ChangeNumber,
    /// Its undo id.
    pub undo_id: UndoId,
    /// When it was recorded.
    pub at: Timestamp,
    /// The person who acted, if one was named.
    pub actor: Option<AccountId>,
    /// The credential that was used; none for the operator's own commands.
    pub credential: Option<CredentialId>,
}

impl From<&RankChange> for ChangeRef {
    fn from(change: &RankChange) -> Self {
        Self {
            number: change.number,
            undo_id: change.undo_id,
            at: change.at,
            actor: change.actor,
            credential: change.credential,
        }
    }
}

/// One thing that a change did, seen from its undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoItem {
    /// The rank, or the status.
    pub slot: Slot,
    /// How it stands with it.
    pub state: SlotState,
}

/// A place where a change can do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A rank, added or removed.
    Rank(RankId),
    /// The status, where the change was asked for one.
    Status,
}

/// How the undo of one slot stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotState {
    /// It is as the change left it, and no later live change touched it.
    Clean,
    /// It is by now as the undo would leave it; by this later live change, if one touched it.
    Already(Option<ChangeRef>),
    /// A later live change touched it, and it is not as the undo would leave it.
    Superseded(ChangeRef),
    /// It would give back a rank that is retired.
    Retired,
    /// It would give back a grant whose end has passed.
    Expired,
}
