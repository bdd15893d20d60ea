//! What operations refuse, in sentences for the client.

use std::time::Duration;

use http::StatusCode;
use rankledger_domain::account::Standing;
use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::refusal::{ChangeRef, NamedEntry, Refusal, RetiredEntry, Slot, SlotState, UndoItem};
use rankledger_domain::time::wire_format;
use serde_json::json;

use super::{Problem, kinds};
use crate::api::rank_changes::items::{ChangeRefBody, ItemBody};
use crate::ops::OpError;
use crate::ops::actor::UserName;

impl From<OpError> for Problem {
    fn from(error: OpError) -> Self {
        match error {
            OpError::Refused(refusal) => Self::from(refusal),
            OpError::AccountNotFound(id) => Self::account_not_found(id),
            OpError::ChangeNotFound(name) => {
                let detail = format!("There is no rank change {name} in this community.");
                Self::new(&kinds::RANK_CHANGE_NOT_FOUND, detail)
            }
            OpError::UnknownUser { name, accounts } => unknown_user(&name, accounts),
            OpError::UserRequired => {
                let detail =
                    "This community wants to know who undoes a rank change: name the person in userId.";
                Self::new(&kinds::USER_REQUIRED, detail).member("errors", json!([{ "pointer": "/userId" }]))
            }
            OpError::VersionMismatch { found } => {
                let detail = format!(
                    "The account has changed since: its ETag is \"{found}\" by now. Read it again, and decide anew."
                );
                Self::new(&kinds::VERSION_MISMATCH, detail)
            }
            OpError::QueueFull => {
                let detail = "More is waiting to be written than this server takes on. Nothing was written: try again.";
                Self::new(&kinds::QUEUE_FULL, detail).retry_after(Duration::from_secs(1))
            }
            OpError::Closed => Self::shutting_down(),
            OpError::NotCommitted => {
                let detail = "The database could not commit. Nothing was written: try again in a moment.";
                Self::new(&kinds::UNAVAILABLE, detail).retry_after(Duration::from_secs(2))
            }
            OpError::Panicked => Self::internal(&error),
            OpError::Storage(error) => Self::from(error),
        }
    }
}

fn unknown_user(name: &UserName, accounts: usize) -> Problem {
    let detail = match (name, accounts) {
        (UserName::Other(_), _) => format!(
            "userId is {name}. Name the person by account id (a UUID), by Discord id (17 to 20 digits), or by \
             \"discord:\" and the id."
        ),
        (_, 0) => format!("userId names {name}, but no account of this community goes by it."),
        (_, _) => format!("userId names {name}, but more than one account goes by it: use the account id."),
    };
    Problem::new(&kinds::UNKNOWN_USER, detail).member("errors", json!([{ "pointer": "/userId" }]))
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::EmptyRequest => Self::new(
                &kinds::EMPTY_REQUEST,
                "The request asks for nothing: give at least one of set, add, remove and active.",
            ),
            Refusal::UnknownRank(entries) => unknown_rank(&entries),
            Refusal::RankRetired(entries) => rank_retired(&entries),
            Refusal::GrantExpired(ranks) => {
                let detail = "The undo would give back a rank whose time is over by now. With \"onConflict\": \"skip\" \
                              the rest is undone.";
                Self::new(&kinds::GRANT_EXPIRED, detail).member("ranks", json!(ranks))
            }
            Refusal::AccountBanned => Self::new(
                &kinds::ACCOUNT_BANNED,
                "The account is banned: ranks can be taken from it, but none given, and it cannot be made active.",
            ),
            Refusal::AccountArchived => Self::new(
                &kinds::ACCOUNT_ARCHIVED,
                "The account is archived: ranks can be taken from it, but none given, and it cannot be made active.",
            ),
            Refusal::InsufficientPower(why) => {
                Self::new(&kinds::INSUFFICIENT_POWER, insufficient_power(&why))
            }
            Refusal::AlreadyUndone(by) => already_undone(&by),
            Refusal::UndoConflict(items) => undo_conflict(&items),
        }
    }
}

fn unknown_rank(entries: &[NamedEntry]) -> Problem {
    let named: Vec<_> =
        entries.iter().map(|entry| format!("\"{}\" at {}", entry.name, entry.pointer)).collect();
    let detail = format!(
        "This community has no such rank: {}. GET /v2/community/departments lists the ranks there are.",
        named.join(", ")
    );
    let errors =
        entries.iter().map(|entry| json!({ "pointer": entry.pointer, "rank": entry.name })).collect();
    Problem::new(&kinds::UNKNOWN_RANK, detail).member("errors", errors)
}

/// Refused as invalid where the request names the rank, as a conflict where an undo would give it back.
fn rank_retired(entries: &[RetiredEntry]) -> Problem {
    let by_undo = entries.iter().all(|entry| entry.pointer.is_none());
    let named: Vec<_> = entries
        .iter()
        .map(|entry| match &entry.pointer {
            Some(pointer) => format!("\"{}\" at {pointer}", entry.label),
            None => format!("\"{}\"", entry.label),
        })
        .collect();
    let way_out = if by_undo {
        "The undo is possible again once it is restored; with \"onConflict\": \"skip\" the rest is undone now"
    } else {
        "Give another, or have it restored"
    };
    let detail = format!("A retired rank can no longer be given: {}. {way_out}.", named.join(", "));
    let errors =
        entries.iter().map(|entry| json!({ "pointer": entry.pointer, "rank": entry.rank })).collect();
    let mut problem = Problem::new(&kinds::RANK_RETIRED, detail).member("errors", errors);
    if by_undo {
        problem.0.status = StatusCode::CONFLICT;
    }
    problem
}

fn insufficient_power(why: &PowerRefusal) -> String {
    match why {
        PowerRefusal::Account { standing: Standing::Owner, .. } => {
            "The account is the owner of the community: only the owner, or a credential without power ceiling, can \
             change it."
                .to_owned()
        }
        PowerRefusal::Account { standing: Standing::Power(power), limit } => format!(
            "The account has power {power}, and whoever acts changes only what is below {limit}. Somebody higher must \
             do it."
        ),
        PowerRefusal::Rank { label, power, limit, .. } => format!(
            "The rank \"{label}\" has power {power}, and whoever acts gives and takes only what is below {limit}. \
             Somebody higher must do it."
        ),
        PowerRefusal::Oneself => {
            "Nobody gives a rank, or the active status, to themselves: somebody higher must do it.".to_owned()
        }
        PowerRefusal::ActorBarred => {
            "The person named in userId is banned or archived, and can change nothing.".to_owned()
        }
    }
}

fn already_undone(by: &ChangeRef) -> Problem {
    let detail = format!(
        "The rank change was undone already at {}, by change {}{}. To bring it back, undo that one.",
        wire_format(by.at),
        by.number,
        acting(by)
    );
    Problem::new(&kinds::ALREADY_UNDONE, detail).member("reversal", json!(ChangeRefBody::from(by)))
}

fn undo_conflict(items: &[UndoItem]) -> Problem {
    let superseded: Vec<_> = items
        .iter()
        .filter_map(|item| match &item.state {
            SlotState::Superseded(change) => Some(format!(
                "{} was changed again by change {} at {}{}",
                slot(item.slot),
                change.number,
                wire_format(change.at),
                acting(change)
            )),
            _ => None,
        })
        .collect();
    let why = if superseded.is_empty() {
        "a part of it is undone already, and half a move is not undone".to_owned()
    } else {
        superseded.join("; ")
    };
    let detail = format!(
        "The rank change cannot be undone whole: {why}. Undo the later changes first, or send \"onConflict\": \"skip\" \
         to undo what is clean."
    );
    let items = items.iter().map(ItemBody::from).collect::<Vec<_>>();
    Problem::new(&kinds::UNDO_CONFLICT, detail).member("items", json!(items))
}

fn slot(slot: Slot) -> String {
    match slot {
        Slot::Rank(rank) => format!("rank {rank}"),
        Slot::Status => "the status".to_owned(),
    }
}

/// Who made a change, as an afterthought to a sentence.
fn acting(change: &ChangeRef) -> String {
    match (change.actor, change.credential) {
        (Some(account), _) => format!(", by account {account}"),
        (None, Some(credential)) => format!(", with credential {credential}"),
        (None, None) => ", by the operator".to_owned(),
    }
}
