//! What operations refuse, in sentences for the client.

use std::time::Duration;

use http::StatusCode;
use rankledger_domain::account::Standing;
use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::refusal::{
    ChangeRef, EndedEntry, NamedEntry, Refusal, RetiredEntry, Slot, SlotState, UndoItem,
};
use rankledger_domain::time::wire_format;
use serde_json::json;

use crate::ops::OpError;
use crate::ops::actor::UserName;
use crate::wire::problem::{Problem, administration, excerpt, guards, idempotency, kinds, rollback};
use crate::wire::undo_items::{ChangeRefBody, ItemBody};

impl From<OpError> for Problem {
    fn from(error: OpError) -> Self {
        match error {
            OpError::Refused(refusal) => Self::from(refusal),
            OpError::AccountNotFound(id) => Self::account_not_found(id),
            OpError::ChangeNotFound(name) => {
                let detail = format!(
                    "There is no rank change {name} in this community. The answer to a change has its undoId and its \
                     changeNumber in meta."
                );
                Self::new(&kinds::RANK_CHANGE_NOT_FOUND, detail)
            }
            OpError::ChangePruned { number, up_to, at } => {
                let detail = format!(
                    "There is no rank change number {number} in this community any more: the history up to number {up_to} \
                     was pruned on {}.",
                    wire_format(at)
                );
                Self::new(&kinds::RANK_CHANGE_NOT_FOUND, detail)
            }
            OpError::NotOneAccount { name, accounts } => administration::not_one_account(&name, accounts),
            OpError::NotFound { what, name } => administration::not_found(what, &name),
            OpError::Taken { what, pointer, name } => administration::taken(what, pointer, &name),
            OpError::IdentifiersTaken(taken) => administration::identifiers_taken(&taken),
            OpError::RefusedEntries(entries) => administration::refused_entries(&entries),
            OpError::UnknownClockInType { name, known } => {
                administration::unknown_clockin_type(&name, &known)
            }
            OpError::BarredFromDuty { banned } => administration::barred_from_duty(banned),
            OpError::WrongDirection { promote } => administration::wrong_direction(promote),
            OpError::FlowGivesRetired(entries) => administration::flow_gives_retired(&entries),
            OpError::NoCustomDomain => administration::no_custom_domain(),
            OpError::CredentialEnded(ended) => Self::ended_credential(ended),
            OpError::ExceedsMaker(how) => administration::exceeds_maker(&how),
            OpError::UnknownUser { name, accounts, pointer } => unknown_user(&name, accounts, pointer),
            OpError::UserRequired => {
                let detail =
                    "This community wants to know who undoes a rank change: name the person in userId.";
                Self::new(&kinds::USER_REQUIRED, detail).member("errors", json!([{ "pointer": "/userId" }]))
            }
            OpError::AbnormalUsage { who, excess } => guards::abnormal_usage(who, excess),
            OpError::CommunityFrozen(freeze) => guards::community_frozen(&freeze),
            OpError::VersionMismatch { found } => {
                let detail = format!(
                    "The account has changed since: its ETag is \"{found}\" by now. Read it again, and decide anew."
                );
                Self::new(&kinds::VERSION_MISMATCH, detail)
            }
            OpError::OwnRollback => rollback::own(),
            OpError::RollbackTooLarge => rollback::too_large(),
            OpError::PlanStale => rollback::plan_stale(),
            OpError::KeyReused => idempotency::key_reused(),
            OpError::QueueFull => {
                let detail = "More is waiting to be written than this server takes on. Nothing was written: try again.";
                Self::new(&kinds::QUEUE_FULL, detail).retry_after(Duration::from_secs(1))
            }
            OpError::Closed => Self::shutting_down(),
            OpError::NotCommitted => {
                let detail = "The database could not commit. Nothing was written: try again in a moment.";
                Self::new(&kinds::UNAVAILABLE, detail).retry_after(Duration::from_secs(2))
            }
            OpError::DatabaseUnavailable => Self::database_unavailable(),
            OpError::Unsettled => Self::unsettled(),
            OpError::Panicked => Self::internal(&error),
            OpError::Storage(error) => Self::from(error),
        }
    }
}

fn unknown_user(name: &UserName, accounts: usize, pointer: &str) -> Problem {
    let text = name.to_string();
    let text = excerpt(&text);
    let detail = match (name, accounts) {
        (UserName::Other(_), _) => format!(
            "userId is {text}. Name the person by account id (a UUID), by Discord id (17 to 20 digits), or by \
             \"discord:\" and the id."
        ),
        (_, 0) => format!("userId names {text}, but no account of this community goes by it."),
        (_, _) => format!("userId names {text}, but more than one account goes by it: use the account id."),
    };
    Problem::new(&kinds::UNKNOWN_USER, detail).member("errors", json!([{ "pointer": pointer }]))
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
            Refusal::EndHasPassed(entries) => end_has_passed(&entries),
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
            Refusal::InsufficientPower(why) => insufficient_power(&why),
            Refusal::AlreadyUndone(by) => already_undone(&by),
            Refusal::UndoConflict(items) => undo_conflict(&items),
        }
    }
}

fn unknown_rank(entries: &[NamedEntry]) -> Problem {
    let name = |entry: &NamedEntry| format!("\"{}\" at {}", excerpt(&entry.name), entry.pointer);
    let detail = format!(
        "This community has no such rank: {}. GET /v2/community/departments lists the ranks there are.",
        in_words(entries, name)
    );
    let error = |entry: &NamedEntry| json!({ "pointer": entry.pointer, "rank": excerpt(&entry.name) });
    let errors = entries.iter().map(error).collect();
    Problem::new(&kinds::UNKNOWN_RANK, detail).member("errors", errors)
}

/// The first few of a list in words; all of them stand in the problem's members.
pub(super) fn in_words<T>(entries: &[T], name: impl Fn(&T) -> String) -> String {
    joined(entries, ", ", name)
}

/// The first few of a list of clauses, which may have commas themselves.
pub(super) fn joined<T>(entries: &[T], separator: &str, name: impl Fn(&T) -> String) -> String {
    let mut words: Vec<_> = entries.iter().take(10).map(name).collect();
    if entries.len() > words.len() {
        words.push(format!("and {} more", entries.len() - words.len()));
    }
    words.join(separator)
}

/// Refused as invalid where the request names the rank, as a conflict where an undo would give it back.
fn rank_retired(entries: &[RetiredEntry]) -> Problem {
    let by_undo = entries.iter().all(|entry| entry.pointer.is_none());
    let name = |entry: &RetiredEntry| match &entry.pointer {
        Some(pointer) => format!("\"{}\" at {pointer}", entry.label),
        None => format!("\"{}\"", entry.label),
    };
    let way_out = if by_undo {
        "The undo is possible again once it is restored; with \"onConflict\": \"skip\" the rest is undone now"
    } else {
        "Give another, or have it, or its department, restored"
    };
    let detail = format!("A retired rank can no longer be given: {}. {way_out}.", in_words(entries, name));
    let errors =
        entries.iter().map(|entry| json!({ "pointer": entry.pointer, "rank": entry.rank })).collect();
    let mut problem = Problem::new(&kinds::RANK_RETIRED, detail).member("errors", errors);
    if by_undo {
        problem.0.status = StatusCode::CONFLICT;
    }
    problem
}

fn end_has_passed(entries: &[EndedEntry]) -> Problem {
    let name = |entry: &EndedEntry| {
        format!("\"{}\" until {} at {}", entry.label, wire_format(entry.end), entry.pointer)
    };
    let detail = format!(
        "A rank cannot be given until a time that has passed: {}. Give a later end, or remove the rank.",
        in_words(entries, name)
    );
    let error = |entry: &EndedEntry| json!({ "pointer": entry.pointer, "expiresAt": wire_format(entry.end) });
    let errors = entries.iter().map(error).collect();
    Problem::new(&kinds::END_HAS_PASSED, detail).member("errors", errors)
}

fn insufficient_power(why: &PowerRefusal) -> Problem {
    let problem = |detail: &str| Problem::new(&kinds::INSUFFICIENT_POWER, detail);
    match why {
        PowerRefusal::Account { standing: Standing::Owner, limit } => problem(
            "The account is the owner of the community: only the owner, or a credential without power ceiling, can \
             change it.",
        )
        .member("limit", json!(limit.0)),
        PowerRefusal::Account { standing: Standing::Power(power), limit } => problem(&format!(
            "The account has power {power}, and whoever acts changes only what is below {limit}. Somebody higher must \
             do it."
        ))
        .member("power", json!(power.0))
        .member("limit", json!(limit.0)),
        PowerRefusal::Rank { rank, label, power, limit } => problem(&format!(
            "The rank \"{label}\" has power {power}, and whoever acts gives and takes only what is below {limit}. \
             Somebody higher must do it."
        ))
        .member("rank", json!(rank))
        .member("power", json!(power.0))
        .member("limit", json!(limit.0)),
        PowerRefusal::Oneself => {
            problem("Nobody gives a rank, or the active status, to themselves: somebody higher must do it.")
        }
        PowerRefusal::ActorBarred => {
            problem("The person named in userId is banned or archived, and can change nothing.")
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
    let detail = format!(
        "The rank change cannot be undone whole: {}. Undo the later changes first, or send \"onConflict\": \"skip\" to \
         undo what is clean.",
        in_the_way(items)
    );
    let items = items.iter().map(ItemBody::from).collect::<Vec<_>>();
    Problem::new(&kinds::UNDO_CONFLICT, detail).member("items", json!(items))
}

/// What stands in the way of an undo, as a clause.
pub(super) fn in_the_way(items: &[UndoItem]) -> String {
    let later = |item: &UndoItem| match &item.state {
        SlotState::Superseded(by) => Some((item.slot, "was changed again", by.clone())),
        SlotState::Already(by) => by.clone().map(|by| (item.slot, "is undone already", by)),
        SlotState::Clean | SlotState::Retired | SlotState::Expired => None,
    };
    let later: Vec<_> = items.iter().filter_map(later).collect();
    let name = |(place, what, by): &(Slot, &str, ChangeRef)| {
        format!("{} {what} by change {} at {}{}", slot(*place), by.number, wire_format(by.at), acting(by))
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

/// Who made a change, as an afterthought to a sentence.
fn acting(change: &ChangeRef) -> String {
    match (change.actor, change.credential) {
        (Some(account), _) => format!(", by account {account}"),
        (None, Some(credential)) => format!(", with credential {credential}"),
        (None, None) => ", by the operator".to_owned(),
    }
}
