//! The kinds of successful answers: what an answer has besides its data. A handler's signature names one, and
//! the OpenAPI document is made from it.

use serde_json::{Value, json};

/// A kind of answer.
pub trait Kind {
    /// The headers of the answer.
    const HEADERS: &'static [&'static str];

    /// Whether the status may be 202, too.
    const MAYBE_ACCEPTED: bool = false;

    /// Returns the members of `meta`: the name of each, and its schema.
    #[must_use]
    fn members() -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Returns the members that `meta` may have, in the same form.
    #[must_use]
    fn optional_members() -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}

/// Data alone.
pub struct Plain;

/// Data of an account, with the version of the account as the `ETag`.
pub struct Versioned;

/// The ranks of an account, with its version and the ends of its grants.
pub struct Held;

/// The answer to a rank change, with its number and its undo id, and the ends of the account's grants.
pub struct Recorded;

/// The answer to a request that may make several rank changes, with the number and the undo id of each.
pub struct RecordedMany;

/// The identifiers that were registered, with what became of each identifier of the request.
pub struct RegisteredEach;

/// Data; or status 202 with the place to ask for the data later.
pub struct MaybeAccepted;

impl Kind for Plain {
    const HEADERS: &'static [&'static str] = &[];
}

impl Kind for MaybeAccepted {
    const HEADERS: &'static [&'static str] = &[];
    const MAYBE_ACCEPTED: bool = true;
}

impl Kind for Versioned {
    const HEADERS: &'static [&'static str] = &["ETag"];
}

impl Kind for Held {
    const HEADERS: &'static [&'static str] = Versioned::HEADERS;

    fn optional_members() -> Vec<(&'static str, Value)> {
        vec![("expiresAt", ends_schema())]
    }
}

impl Kind for Recorded {
    const HEADERS: &'static [&'static str] = &["ETag", "Rankledger-Undo-Id"];

    fn members() -> Vec<(&'static str, Value)> {
        let description =
            "The number of the change that was recorded; null if nothing changed, or in a dry run.";
        let number = json!({ "type": ["integer", "null"], "minimum": 1, "description": description });
        vec![("changeNumber", number)]
    }

    fn optional_members() -> Vec<(&'static str, Value)> {
        let ignored = json!({
            "type": "array",
            "items": { "type": "string", "format": "uuid" },
            "description": "The ids in `remove` that are no ranks of the community.",
        });
        vec![("expiresAt", ends_schema()), ("ignored", ignored)]
    }
}

fn ends_schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": { "type": "string", "format": "date-time" },
        "description": "The end of each grant of the account, by the id of the rank. Ranks without an end are left out.",
    })
}

impl Kind for RecordedMany {
    const HEADERS: &'static [&'static str] = &[];

    fn members() -> Vec<(&'static str, Value)> {
        let change = json!({
            "type": "object",
            "properties": {
                "accId": { "type": "string", "format": "uuid" },
                "undoId": { "type": ["string", "null"], "format": "uuid" },
                "changeNumber": { "type": ["integer", "null"], "minimum": 1 },
            },
            "required": ["accId", "undoId", "changeNumber"],
        });
        let description = "The recorded changes, in order. In a dry run they have no undo ids and numbers.";
        vec![("changes", json!({ "type": "array", "items": change, "description": description }))]
    }
}

impl Kind for RegisteredEach {
    const HEADERS: &'static [&'static str] = &[];

    fn members() -> Vec<(&'static str, Value)> {
        let outcome = "`registered`: the account has it. `taken`: it belongs to the account `owner`. `malformed`: it \
                       does not have the form of its type, see `detail`.";
        let flag = "The open flag on it, because other accounts have the same one.";
        let identifier = json!({
            "type": "object",
            "properties": {
                "type": { "type": "string" },
                "value": { "type": "string" },
                "outcome": { "enum": ["registered", "taken", "malformed"], "description": outcome },
                "flagId": { "type": ["string", "null"], "format": "uuid", "description": flag },
                "owner": { "type": ["string", "null"], "format": "uuid" },
                "detail": { "type": ["string", "null"] },
            },
            "required": ["type", "value", "outcome", "flagId", "owner", "detail"],
        });
        let description = "What became of each identifier, in the order of the request.";
        vec![("identifiers", json!({ "type": "array", "items": identifier, "description": description }))]
    }
}
