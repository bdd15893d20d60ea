//! Problems of the request itself: its path, query, headers and body, before its content is looked at.

use std::time::Duration;

use http::Method;
use rankledger_domain::ids::RankId;
use rankledger_domain::promotion_flow::Misfit;
use rankledger_domain::rank::CommunityRanks;
use serde_json::json;

use super::Problem;
use super::words::{excerpt, in_words, joined};

types![
    INVALID_JSON,
    INVALID_BODY,
    INVALID_PATH,
    INVALID_QUERY,
    INVALID_HEADER,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    BODY_TOO_SLOW,
    BODY_TOO_LARGE,
    REFUSED_ENTRY,
];

problem_type! {
    INVALID_JSON = 400 "invalid-json" {
        title: "The body is not JSON",
        cause: "The body of the request does not parse as JSON. `errors` has the line and the column.",
        way_out: "Correct the place. The body is read as JSON, whatever Content-Type says.",
        example: Problem::invalid_json("expected `:`", 1, 8),
    }
}

impl Problem {
    pub(crate) fn invalid_json(what: &str, line: usize, column: usize) -> Self {
        let detail = format!("The body is not JSON: {what} at line {line} column {column}.");
        Self::new(&INVALID_JSON, detail).member("errors", json!([{ "line": line, "column": column }]))
    }

    pub(crate) fn body_cut_short() -> Self {
        Self::new(&INVALID_JSON, "The body ended before all of it had arrived: send it again.")
    }
}

problem_type! {
    INVALID_BODY = 400 "invalid-body" {
        title: "The body has the wrong shape",
        cause: "The body is JSON, but a member has the wrong type or value, or is misspelt or unknown. `errors` has the JSON pointer of the place.",
        way_out: "Send the members and types that the endpoint takes.",
        example: Problem::invalid_body("/add", "invalid type: string \"rank-1\", expected a sequence"),
    }
}

impl Problem {
    pub(crate) fn invalid_body(pointer: &str, what: &str) -> Self {
        let place = if pointer.is_empty() { "The body" } else { pointer };
        Self::new(&INVALID_BODY, format!("{place} is not as it should be: {what}."))
            .member("errors", json!([{ "pointer": pointer, "detail": what }]))
    }
}

problem_type! {
    INVALID_PATH = 400 "invalid-path" {
        title: "A path parameter is malformed",
        cause: "A part of the path does not have the form that belongs there, such as that of a UUID.",
        way_out: "Send the id exactly as an answer gave it.",
        example: Problem::invalid_path("accountId", "1001", "the UUID of an account"),
        at: "/v2/community/accounts/1001",
    }
}

impl Problem {
    pub(crate) fn invalid_path(name: &str, text: &str, expected: &str) -> Self {
        let text = excerpt(text);
        Self::new(&INVALID_PATH, format!("{name} in the path is \"{text}\". It must be {expected}."))
            .member("errors", json!([{ "parameter": name, "value": text }]))
    }

    pub(crate) fn undecodable_path() -> Self {
        Self::new(&INVALID_PATH, "The path does not decode to UTF-8 text: check its percent-encoding.")
    }
}

problem_type! {
    INVALID_QUERY = 400 "invalid-query" {
        title: "A query parameter is malformed",
        cause: "A query parameter is missing, is misspelt, is given twice, has the wrong type or is out of its range. `errors` names it.",
        way_out: "Send the name and a value within the range that the detail gives.",
        example: Problem::invalid_query("take", "1000", "a whole number from 1 to 100"),
        at: "/v2/community/accounts",
    }
}

impl Problem {
    pub(crate) fn invalid_query(name: &str, text: &str, expected: &str) -> Self {
        let text = excerpt(text);
        Self::new(&INVALID_QUERY, format!("The query parameter {name} is \"{text}\". It must be {expected}."))
            .member("errors", json!([{ "parameter": name, "value": text }]))
    }

    pub(crate) fn repeated_query(name: &str) -> Self {
        Self::new(
            &INVALID_QUERY,
            format!("The query parameter {name} is given more than once: give it once."),
        )
        .member("errors", json!([{ "parameter": name }]))
    }

    pub(crate) fn missing_query(name: &str) -> Self {
        Self::new(&INVALID_QUERY, format!("The query parameter {name} is missing: give it."))
            .member("errors", json!([{ "parameter": name }]))
    }

    /// `meant`: the parameter of the endpoint that `name` is near to.
    pub(crate) fn misspelt_query(name: &str, meant: &str) -> Self {
        let detail = format!(
            "There is no query parameter \"{name}\" here: did you mean \"{meant}\"? Correct its name, or leave it out."
        );
        Self::new(&INVALID_QUERY, detail).member("errors", json!([{ "parameter": name }]))
    }

    pub(crate) fn undecodable_query() -> Self {
        Self::new(&INVALID_QUERY, "The query does not decode to UTF-8 text: check its percent-encoding.")
    }

    pub(crate) fn missing_selector() -> Self {
        let detail = "The search names no account: give at least one of accountId, apiId, username, discord, uniqueId.";
        Self::new(&INVALID_QUERY, detail)
    }
}

problem_type! {
    INVALID_HEADER = 400 "invalid-header" {
        title: "A header is malformed",
        cause: "A header of the request cannot be read.",
        way_out: "Send the header as the detail says.",
        example: Problem::invalid_if_match(),
    }
}

impl Problem {
    pub(crate) fn invalid_if_match() -> Self {
        Self::new(&INVALID_HEADER, "If-Match is not text: send the ETag of the account as it was answered.")
    }

    /// `longest`: the most characters of a key.
    pub(crate) fn invalid_idempotency_key(longest: usize) -> Self {
        let detail = format!(
            "Idempotency-Key is sent once, and has 1 to {longest} visible ASCII characters: send a new UUID for each \
             request, and the same one again when you repeat it."
        );
        Self::new(&INVALID_HEADER, detail)
    }
}

problem_type! {
    NOT_FOUND = 404 "not-found" {
        title: "There is nothing here",
        cause: "Rankledger has no such path.",
        way_out: "Check the path. docs/compatibility.md lists the paths there are.",
        example: Problem::path_not_found("/v2/community/forms"),
        at: "/v2/community/forms",
    }
}

impl Problem {
    pub(crate) fn path_not_found(path: &str) -> Self {
        let path = excerpt(path);
        let detail = format!(
            "Rankledger has nothing at {path}. docs/compatibility.md lists the endpoints of the documented API that it has."
        );
        Self::new(&NOT_FOUND, detail)
    }

    /// `nearest`: names of pages of the documentation, as the path may mean.
    pub(crate) fn page_not_found(path: &str, nearest: &[&str]) -> Self {
        let path = excerpt(path);
        let urls: Vec<_> = nearest.iter().map(|name| format!("/docs/{name}")).collect();
        let detail = format!(
            "The documentation has no page {path}. The nearest are {}; /docs/index lists all.",
            urls.join(", ")
        );
        Self::new(&NOT_FOUND, detail).member("nearest", json!(urls))
    }
}

problem_type! {
    METHOD_NOT_ALLOWED = 405 "method-not-allowed" {
        title: "Another method is needed",
        cause: "The path exists, but it does not take this method.",
        way_out: "Use a method that the header Allow lists.",
        example: Problem::method_not_allowed(&Method::DELETE, super::examples::RANKS_PATH),
    }
}

impl Problem {
    pub(crate) fn method_not_allowed(method: &Method, path: &str) -> Self {
        let path = excerpt(path);
        let detail = format!("{path} does not take {method}. The header Allow lists what it takes.");
        Self::new(&METHOD_NOT_ALLOWED, detail)
    }
}

problem_type! {
    BODY_TOO_SLOW = 408 "body-too-slow" {
        title: "The body did not arrive in time",
        cause: "The head of the request arrived, but its body did not arrive within ten seconds. Nothing was written.",
        way_out: "Send the whole request again.",
        example: Problem::body_too_slow(Duration::from_secs(10)),
    }
}

impl Problem {
    pub(crate) fn body_too_slow(limit: Duration) -> Self {
        let detail = format!(
            "The body did not arrive within {} s. Nothing was written: send it again.",
            limit.as_secs_f32()
        );
        Self::new(&BODY_TOO_SLOW, detail)
    }
}

problem_type! {
    BODY_TOO_LARGE = 413 "body-too-large" {
        title: "The body is too large",
        cause: "The body is larger than 64 KiB.",
        way_out: "Split the request into several.",
        example: Problem::body_too_large(64 * 1024),
    }
}

impl Problem {
    /// `limit`: the largest body, in bytes.
    pub(crate) fn body_too_large(limit: usize) -> Self {
        let detail = format!("The body is larger than {} KiB: split the request into several.", limit / 1024);
        Self::new(&BODY_TOO_LARGE, detail)
    }
}

problem_type! {
    REFUSED_ENTRY = 422 "refused-entry" {
        title: "Entries do not fit the community",
        cause: "An entry of the request does not fit what the community has defined. `errors` has every such entry with its JSON pointer.",
        way_out: "Change the entries as the detail says.",
        example: Problem::refused_entries(&[RefusedEntry::new(
            "/profileFields/0/value",
            "a field of type number takes a number",
        )]),
        at: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/profile-fields",
    }
}

/// An entry of a request that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEntry {
    pointer: String,
    detail: String,
}

impl RefusedEntry {
    /// Names the entry by its JSON pointer, and the reason as the end of a sentence.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

impl Problem {
    /// `entries`: every entry of the request that is refused.
    pub(crate) fn refused_entries(entries: &[RefusedEntry]) -> Self {
        let name = |entry: &RefusedEntry| format!("{} is refused, for {}", entry.pointer, entry.detail);
        let detail = format!("{}. Nothing was written.", joined(entries, "; ", name));
        let error = |entry: &RefusedEntry| json!({ "pointer": entry.pointer, "detail": entry.detail });
        Self::new(&REFUSED_ENTRY, detail).member("errors", entries.iter().map(error).collect())
    }

    /// A flow that is not for the account: it does not stand where the flow begins.
    pub(crate) fn flow_does_not_fit(misfit: &Misfit, ranks: &CommunityRanks) -> Self {
        let labels = |of: &[RankId]| in_words(of, |rank| format!("\"{}\"", ranks.label(*rank)));
        let why = match misfit {
            Misfit::HoldsNone(taken) => {
                format!("the account holds none of the ranks that it takes: {}", labels(taken))
            }
            Misfit::HoldsAll(given) => {
                format!("the account already holds what it gives: {}", labels(given))
            }
        };
        let detail = format!(
            "The flow does not fit, for {why}. \"force\": true in the request does without this check."
        );
        Self::new(&REFUSED_ENTRY, detail)
    }

    pub(crate) fn wrong_direction(promote: bool) -> Self {
        let (wanted, other) = if promote { ("promotions", "demote") } else { ("demotions", "promote") };
        let detail = format!("The flow is not meant for {wanted}: it may only be run to {other}.");
        Self::new(&REFUSED_ENTRY, detail)
    }
}
