//! The word for what a change did.

use rankledger_domain::rank::Power;
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;

use super::structure::Structure;

/// Returns what somebody did in a change, as the middle of a sentence: "took".
pub(super) fn verb(change: &RankChange, structure: &Structure) -> String {
    match (change.kind, change.reverses) {
        (ChangeKind::Undo, Some(number)) => return format!("undid {number}"),
        (ChangeKind::Redo, Some(number)) => return format!("redid {number}"),
        _ => {}
    }
    let word = match change.source {
        Source::Ban => "banned",
        Source::Kick => "kicked",
        Source::Archive => "archived",
        Source::Retirement => "retired a rank of",
        Source::Expiry => "ended",
        Source::Import | Source::Api | Source::Flow | Source::Rollback => {
            of_transition(&change.transition, structure)
        }
    };
    word.to_owned()
}

/// Returns the word that joins the member to the verb: what was taken is taken from somebody.
pub(super) fn preposition(change: &RankChange) -> &'static str {
    let (gave, took) =
        (change.transition.added().next().is_some(), change.transition.removed().next().is_some());
    match (change.kind, change.source) {
        (ChangeKind::Undo | ChangeKind::Redo, _) | (_, Source::Expiry) => "for",
        (_, Source::Api | Source::Import | Source::Flow | Source::Rollback) if took && !gave => "from",
        _ => "",
    }
}

fn of_transition(transition: &Transition, structure: &Structure) -> &'static str {
    let power = |held: rankledger_domain::account::HeldRank| {
        structure.rank(held.rank).map_or(Power::default(), |of| of.rank.power)
    };
    let same_ranks = transition.before.len() == transition.after.len()
        && transition.before.iter().zip(&transition.after).all(|(one, other)| one.rank == other.rank);
    let (gave, took) = (transition.added().map(power).max(), transition.removed().map(power).max());
    match (gave, took) {
        (Some(_), Some(_)) if same_ranks && transition.shortened().next().is_some() => "shortened a rank of",
        (Some(_), Some(_)) if same_ranks => "prolonged a rank of",
        (Some(gave), Some(took)) if gave >= took => "promoted",
        (Some(_), Some(_)) => "demoted",
        (Some(_), None) => "gave",
        (None, Some(_)) => "took",
        (None, None) if transition.status_after => "made active",
        (None, None) => "made inactive",
    }
}
