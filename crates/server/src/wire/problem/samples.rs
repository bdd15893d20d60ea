//! What the examples of problems speak of.

use jiff::Timestamp;
use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, RankId, UndoId};
use rankledger_domain::rank::Power;
use rankledger_domain::refusal::{
    ChangeRef, EndedEntry, NamedEntry, Refusal, RetiredEntry, Slot, SlotState, UndoItem,
};
use uuid::Uuid;

use crate::ops::OpError;
use crate::ops::actor::UserName;
use crate::ops::undo_change::ChangeName;
use crate::wire::problem::Problem;

pub(super) const ACCOUNT: AccountId = AccountId(Uuid::nil());
pub(super) const RANK: RankId = RankId(Uuid::from_u128(0x2222_2222_2222_2222_2222_2222_2222_2222));
pub(super) const BATCH: BatchId = BatchId(Uuid::from_u128(0x9999_9999_9999_9999_9999_9999_9999_9999));
const CHANGE: UndoId = UndoId(Uuid::from_u128(0x1111_1111_1111_1111_1111_1111_1111_1111));

/// 2026-04-15.
pub(super) const TIME: Timestamp = Timestamp::constant(1_776_211_200, 0);

/// A change by a person.
pub(super) fn change() -> ChangeRef {
    let (number, credential) = (ChangeNumber(2), None);
    ChangeRef { number, undo_id: CHANGE, at: TIME, actor: Some(ACCOUNT), credential }
}

pub(super) fn user_required() -> Problem {
    OpError::UserRequired.into()
}

pub(super) fn rank_change_not_found() -> Problem {
    OpError::ChangeNotFound(ChangeName::UndoId(CHANGE)).into()
}

pub(super) fn version_mismatch() -> Problem {
    OpError::VersionMismatch { found: 3 }.into()
}

pub(super) fn own_rollback() -> Problem {
    OpError::OwnRollback.into()
}

pub(super) fn rollback_too_large() -> Problem {
    OpError::RollbackTooLarge.into()
}

pub(super) fn plan_stale() -> Problem {
    Problem::from(OpError::PlanStale)
}

pub(super) fn unknown_user() -> Problem {
    let name = UserName::Discord("100000000000000002".to_owned());
    OpError::UnknownUser { name, accounts: 0, pointer: "/userId" }.into()
}

pub(super) fn queue_full() -> Problem {
    OpError::QueueFull.into()
}

pub(super) fn insufficient_power() -> Problem {
    let label = "Officer".to_owned();
    let refusal = PowerRefusal::Rank { rank: RANK, label, power: Power(20), limit: Power(20) };
    Refusal::InsufficientPower(refusal).into()
}

pub(super) fn undo_conflict() -> Problem {
    let item = UndoItem { slot: Slot::Rank(RANK), state: SlotState::Superseded(change()) };
    Refusal::UndoConflict(vec![item]).into()
}

pub(super) fn unknown_rank() -> Problem {
    let entry = NamedEntry { pointer: "/add/0".to_owned(), name: "rank-9".to_owned() };
    Refusal::UnknownRank(vec![entry]).into()
}

pub(super) fn rank_retired() -> Problem {
    let (pointer, label) = (Some("/add/0".to_owned()), "Officer".to_owned());
    Refusal::RankRetired(vec![RetiredEntry { pointer, rank: RANK, label }]).into()
}

pub(super) fn end_has_passed() -> Problem {
    let entry = EndedEntry { pointer: "/add/0".to_owned(), label: "Officer".to_owned(), end: TIME };
    Refusal::EndHasPassed(vec![entry]).into()
}
