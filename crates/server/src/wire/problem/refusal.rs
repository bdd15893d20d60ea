//! The refusals of the domain's rules as problems.

use rankledger_domain::refusal::Refusal;

use super::Problem;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::EmptyRequest => Self::empty_request(),
            Refusal::UnknownRank(entries) => Self::unknown_rank(&entries),
            Refusal::RankRetired(entries) => Self::rank_retired(&entries),
            Refusal::EndHasPassed(entries) => Self::end_has_passed(&entries),
            Refusal::EndTooLate(entries) => Self::end_too_late(&entries),
            Refusal::GrantExpired(ranks) => Self::grant_expired(&ranks),
            Refusal::AccountBanned => Self::account_banned(),
            Refusal::AccountArchived => Self::account_archived(),
            Refusal::InsufficientPower(why) => Self::insufficient_power(&why),
            Refusal::AlreadyUndone(by) => Self::already_undone(&by),
            Refusal::UndoConflict(items) => Self::undo_conflict(&items),
        }
    }
}
