//! Problems of a rank change: the ranks it names, and whether whoever acts may make it.

use http::StatusCode;
use rankledger_domain::account::AccountPower;
use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::grant::MAX_YEARS;
use rankledger_domain::rank::Power;
use rankledger_domain::refusal::{EndedEntry, NamedEntry, RetiredEntry};
use rankledger_domain::time::wire_format;
use serde_json::json;

use super::Problem;
use super::examples::{RANK, TIME};
use super::words::{excerpt, in_words};

types![
    INSUFFICIENT_POWER,
    EMPTY_REQUEST,
    UNKNOWN_RANK,
    RANK_RETIRED,
    END_HAS_PASSED,
    UNKNOWN_USER,
    USER_REQUIRED,
];

problem_type! {
    INSUFFICIENT_POWER = 403 "insufficient-power" {
        title: "Too little power",
        cause: "The account, or a rank that would change, does not stand below the power of whoever acts: the lower of the credential's ceiling and the power of the person named in `userId`. Nobody gives ranks to themselves.",
        way_out: "Ask somebody with more power to do it.",
        example: Problem::insufficient_power(&PowerRefusal::Rank {
            rank: RANK,
            label: "Officer".to_owned(),
            power: Power(20),
            limit: Power(20),
        }),
    }
}

impl Problem {
    pub(crate) fn insufficient_power(why: &PowerRefusal) -> Self {
        let problem = |detail: &str| Self::new(&INSUFFICIENT_POWER, detail);
        match why {
            PowerRefusal::Account { power: AccountPower::Owner, limit } => problem(
                "The account is the owner of the community: only the owner, or a credential without power ceiling, can \
                 change it.",
            )
            .member("limit", json!(limit.0)),
            PowerRefusal::Account { power: AccountPower::Power(power), limit } => problem(&format!(
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
}

problem_type! {
    EMPTY_REQUEST = 422 "empty-request" {
        title: "The request asks for nothing",
        cause: "The request has neither `set` nor `add` nor `remove` nor `active`.",
        way_out: "Give at least one of them.",
        example: Problem::empty_request(),
    }
}

impl Problem {
    pub(crate) fn empty_request() -> Self {
        let detail = "The request asks for nothing: give at least one of set, add, remove and active.";
        Self::new(&EMPTY_REQUEST, detail)
    }
}

problem_type! {
    UNKNOWN_RANK = 422 "unknown-rank" {
        title: "No such rank",
        cause: "An entry of `set`, `add` or `remove` is neither the id nor the key of a rank of this community. `errors` has every such entry with its JSON pointer.",
        way_out: "GET /v2/community/departments lists the ranks.",
        example: Problem::unknown_rank(&[NamedEntry { pointer: "/add/0".to_owned(), name: "rank-9".to_owned() }]),
    }
}

impl Problem {
    pub(crate) fn unknown_rank(entries: &[NamedEntry]) -> Self {
        let name = |entry: &NamedEntry| format!("\"{}\" at {}", excerpt(&entry.name), entry.pointer);
        let detail = format!(
            "This community has no such rank: {}. GET /v2/community/departments lists the ranks there are.",
            in_words(entries, name)
        );
        let error = |entry: &NamedEntry| json!({ "pointer": entry.pointer, "rank": excerpt(&entry.name) });
        let errors = entries.iter().map(error).collect();
        Self::new(&UNKNOWN_RANK, detail).member("errors", errors)
    }
}

problem_type! {
    RANK_RETIRED = 422 "rank-retired" {
        title: "The rank is retired",
        cause: "The request would give a retired rank, or give it for longer than the account holds it (422), or the undo would give one back (409).",
        way_out: "Give another rank, or have the rank restored.",
        example: Problem::rank_retired(&[RetiredEntry {
            pointer: Some("/add/0".to_owned()),
            rank: RANK,
            label: "Officer".to_owned(),
        }]),
    }
}

impl Problem {
    /// Returns the problem of retired ranks. The request is invalid if it names the rank; it is in conflict
    /// if an undo would give the rank back.
    pub(crate) fn rank_retired(entries: &[RetiredEntry]) -> Self {
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
        let detail =
            format!("A retired rank can no longer be given: {}. {way_out}.", in_words(entries, name));
        let errors =
            entries.iter().map(|entry| json!({ "pointer": entry.pointer, "rank": entry.rank })).collect();
        let problem = Self::new(&RANK_RETIRED, detail).member("errors", errors);
        if by_undo { problem.with_status(StatusCode::CONFLICT) } else { problem }
    }

    /// The ranks stand in a promotion flow, not in the request: it says nothing of their pointers.
    pub(crate) fn flow_gives_retired(entries: &[RetiredEntry]) -> Self {
        let ranks = in_words(entries, |entry| format!("\"{}\"", entry.label));
        let detail = format!(
            "The flow would give what is retired: {ranks}. Have it restored, or take it out of the flow."
        );
        Self::new(&RANK_RETIRED, detail)
    }
}

problem_type! {
    END_HAS_PASSED = 422 "end-has-passed" {
        title: "The end has passed",
        cause: "An entry of `set` or `add` is to end at a time that has passed already. `errors` has every such entry with its JSON pointer.",
        way_out: "Give a later end, or take the rank away with `remove`.",
        example: Problem::end_has_passed(&[EndedEntry {
            pointer: "/add/0".to_owned(),
            label: "Officer".to_owned(),
            end: TIME,
        }]),
    }
}

impl Problem {
    pub(crate) fn end_has_passed(entries: &[EndedEntry]) -> Self {
        let name = |entry: &EndedEntry| {
            format!("\"{}\" until {} at {}", entry.label, wire_format(entry.end), entry.pointer)
        };
        let detail = format!(
            "A rank cannot be given until a time that has passed: {}. Give a later end, or remove the rank.",
            in_words(entries, name)
        );
        let error =
            |entry: &EndedEntry| json!({ "pointer": entry.pointer, "expiresAt": wire_format(entry.end) });
        let errors = entries.iter().map(error).collect();
        Self::new(&END_HAS_PASSED, detail).member("errors", errors)
    }
}

impl Problem {
    /// Grants that the request would extend beyond the latest end. The same fault as an end that is written
    /// out too late.
    pub(crate) fn end_too_late(entries: &[EndedEntry]) -> Self {
        let pointer = entries.first().map_or("", |entry| entry.pointer.as_str());
        let what = format!(
            "the grant would end more than {MAX_YEARS} years ahead: extend it by less, or give it without an end with \
             \"expiresAt\": null"
        );
        Self::invalid_body(pointer, &what)
    }
}

problem_type! {
    UNKNOWN_USER = 422 "unknown-user" {
        title: "The acting user is not known",
        cause: "`userId` is neither the id of an account of this community nor a Discord id that is linked to exactly one.",
        way_out: "Send an account id, a Discord id (17 to 20 digits), or `discord:` and the Discord id.",
        example: Problem::unknown_user("Discord id 100000000000000002", 0, "/userId"),
    }
}

impl Problem {
    /// `name`: the kind of id, and the id. `accounts`: how many accounts go by it, 0 or more than one.
    pub(crate) fn unknown_user(name: &str, accounts: usize, pointer: &str) -> Self {
        let name = excerpt(name);
        let detail = match accounts {
            0 => format!("userId names {name}, but no account of this community goes by it."),
            _ => format!("userId names {name}, but more than one account goes by it: use the account id."),
        };
        Self::new(&UNKNOWN_USER, detail).member("errors", json!([{ "pointer": pointer }]))
    }

    /// `name`: a quoted text that is no id.
    pub(crate) fn unreadable_user(name: &str, pointer: &str) -> Self {
        let name = excerpt(name);
        let detail = format!(
            "userId is {name}. Name the person by account id (a UUID), by Discord id (17 to 20 digits), or by \
             \"discord:\" and the id."
        );
        Self::new(&UNKNOWN_USER, detail).member("errors", json!([{ "pointer": pointer }]))
    }
}

problem_type! {
    USER_REQUIRED = 400 "user-required" {
        title: "The acting user must be named",
        cause: "The community is set to demand that an undo or a rollback, or every change of ranks or standing, names the person who acts.",
        way_out: "Send `userId`: an account id or a Discord id.",
        example: Problem::user_required(),
        at: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo",
    }
}

impl Problem {
    /// A change that names no person, in a community that demands one.
    pub fn user_required() -> Self {
        let detail = "This community wants to know who makes a change: name the person in userId.";
        Self::new(&USER_REQUIRED, detail).member("errors", json!([{ "pointer": "/userId" }]))
    }
}
