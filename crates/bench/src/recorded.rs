//! Recorded changes that no database holds: what the benches of the pure parts work on.

use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use uuid::Uuid;

use crate::changes::{Step, transition};
use crate::member::account_id;

/// When everything happens here.
pub const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// The change by which an account is given a rank that it did not have at the beginning.
#[must_use]
pub fn change_of(account: u32, rank: u8) -> RankChange {
    RankChange {
        number: ChangeNumber(1),
        undo_id: UndoId(Uuid::nil()),
        log_id: LogId(Uuid::nil()),
        account: account_id(account),
        at: NOW,
        transition: transition(Step::Give, rank),
        kind: ChangeKind::Change,
        source: Source::Api,
        actor: None,
        credential: None,
        reason: None,
        batch: None,
        reverses: None,
        reversed_by: None,
    }
}

/// So many reversals of a change, one of the other: an undo, a redo, and so on.
#[must_use]
pub fn reversals_of(root: &RankChange, count: usize) -> Vec<RankChange> {
    let reverse = |last: &RankChange| RankChange {
        number: last.number.next(),
        transition: Transition {
            before: last.transition.after.clone(),
            after: last.transition.before.clone(),
            ..last.transition
        },
        kind: last.kind.reversal(),
        reverses: Some(last.number),
        ..last.clone()
    };
    std::iter::successors(Some(reverse(root)), |last| Some(reverse(last))).take(count).collect()
}
