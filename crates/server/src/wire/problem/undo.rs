//! Problems of an undo: the change that it names, and what later became of it.

use std::fmt::Display;

use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CredentialId, RankId};
use rankledger_domain::rank_change::Source;
use rankledger_domain::refusal::{ChangeRef, Slot, SlotState, UndoItem};
use rankledger_domain::time::wire_format;
use serde_json::json;

use super::Problem;
use super::examples::{RANK, UNDO_ID, change};
use super::words::in_words;
use crate::wire::undo_items::{ChangeRefBody, ItemBody};

types![RANK_CHANGE_NOT_FOUND, UNDO_CONFLICT, ALREADY_UNDONE, GRANT_EXPIRED];

problem_type! {
    RANK_CHANGE_NOT_FOUND = 404 "rank-change-not-found" {
        title: "No such rank change",
        cause: "The community of the credential has no rank change with this undo id or number.",
        way_out: "Use `meta.undoId` or `meta.changeNumber` of the answer to the change.",
        example: Problem::rank_change_not_found(&format_args!("with undo id {UNDO_ID}")),
        at: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo",
    }
}

impl Problem {
    /// `name`: "with undo id ..." or "number ...".
    pub(crate) fn rank_change_not_found(name: &dyn Display) -> Self {
        let detail = format!(
            "There is no rank change {name} in this community. The answer to a change has its undoId and its \
             changeNumber in meta."
        );
        Self::new(&RANK_CHANGE_NOT_FOUND, detail)
    }

    /// `up_to`: the number of the last change that was pruned.
    pub(crate) fn rank_change_pruned(number: ChangeNumber, up_to: ChangeNumber, at: Timestamp) -> Self {
        let detail = format!(
            "There is no rank change number {number} in this community any more: the history up to number {up_to} \
             was pruned on {}.",
            wire_format(at)
        );
        Self::new(&RANK_CHANGE_NOT_FOUND, detail)
    }
}

problem_type! {
    UNDO_CONFLICT = 409 "undo-conflict" {
        title: "Later changes stand in the way",
        cause: "Later changes touched what the undo would change back, or the change was a move and only a part of it could be undone. `items` says which rank, which later change, when, by whom.",
        way_out: "Undo the later changes first, or send `\"onConflict\": \"skip\"` to undo what is clean.",
        example: Problem::undo_conflict(&[UndoItem {
            slot: Slot::Rank(RANK),
            state: SlotState::Superseded(change()),
        }]),
        at: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo",
    }
}

impl Problem {
    pub(crate) fn undo_conflict(items: &[UndoItem]) -> Self {
        let detail = format!(
            "The rank change cannot be undone whole: {}. Undo the later changes first, or send \"onConflict\": \"skip\" to \
             undo what is clean.",
            obstacles(items)
        );
        let items = items.iter().map(ItemBody::from).collect::<Vec<_>>();
        Self::new(&UNDO_CONFLICT, detail).member("items", json!(items))
    }
}

problem_type! {
    ALREADY_UNDONE = 409 "already-undone" {
        title: "The change is undone already",
        cause: "The change has been undone. `reversal` says by which change, when, by whom.",
        way_out: "To bring the change back, undo its reversal.",
        example: Problem::already_undone(&change()),
        at: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo",
    }
}

impl Problem {
    /// `by`: the reversal.
    pub(crate) fn already_undone(by: &ChangeRef) -> Self {
        let detail = format!(
            "The rank change was undone already at {}, by change {}{}. To bring it back, undo that one.",
            wire_format(by.at),
            by.number,
            author(by)
        );
        Self::new(&ALREADY_UNDONE, detail).member("reversal", json!(ChangeRefBody::from(by)))
    }
}

problem_type! {
    GRANT_EXPIRED = 409 "grant-expired" {
        title: "The grant is over",
        cause: "The undo would give back a rank that was given until a time that has passed.",
        way_out: "Give the rank anew, or send `\"onConflict\": \"skip\"` to undo the rest.",
        example: Problem::grant_expired(&[RANK]),
        at: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo",
    }
}

impl Problem {
    pub(crate) fn grant_expired(ranks: &[RankId]) -> Self {
        let detail = "The undo would give back a rank whose time is over by now. With \"onConflict\": \"skip\" \
                      the rest is undone.";
        Self::new(&GRANT_EXPIRED, detail).member("ranks", json!(ranks))
    }
}

/// Names what stands in the way of an undo, as a clause.
pub(super) fn obstacles(items: &[UndoItem]) -> String {
    let later = |item: &UndoItem| match &item.state {
        SlotState::Superseded(by) => Some((item.slot, "was changed again", by.clone())),
        SlotState::Already(by) => by.clone().map(|by| (item.slot, "is undone already", by)),
        SlotState::Clean | SlotState::Retired | SlotState::Expired => None,
    };
    let later: Vec<_> = items.iter().filter_map(later).collect();
    let name = |(place, what, by): &(Slot, &str, ChangeRef)| {
        format!("{} {what} by change {} at {}{}", slot(*place), by.number, wire_format(by.at), author(by))
    };
    if later.is_empty() {
        "a part of it is undone already, and half a move is not undone".to_owned()
    } else {
        in_words(&later, name)
    }
}

fn slot(slot: Slot) -> String {
    match slot {
        Slot::Rank(rank) => format!("rank {rank}"),
        Slot::Status => "the status".to_owned(),
    }
}

/// Names who made a change, as the end of a sentence.
fn author(change: &ChangeRef) -> String {
    match (change.actor, change.credential) {
        (Some(account), _) => format!(", by account {account}"),
        (None, Some(CredentialId::CONSOLE)) => ", by the operator in the console".to_owned(),
        (None, Some(credential)) => format!(", with credential {credential}"),
        (None, None) if change.source == Source::Expiry => ", by the server".to_owned(),
        (None, None) => ", by the operator".to_owned(),
    }
}
