//! Reading YAML, and saying what is wrong with it to those who write it, not to those who program with it.

use serde::de::DeserializeOwned;
use serde_saphyr::options::AliasLimits;
use serde_saphyr::{Budget, Error, MessageFormatter, Options, UserMessageFormatter};

use super::places::Places;
use super::yaml_traps::{scans, trap_in, trap_near};
use crate::wire::nearest::nearest;

/// Reads a value. An error says where the text cannot be read, why, and how to mend it.
pub(super) fn read<T: DeserializeOwned>(text: &str, places: &Places) -> Result<T, String> {
    serde_saphyr::from_str_with_options(text, options(text.len()))
        .map_err(|error| refusal(text, &error, places))
}

/// Reads a value, if the text can be read.
pub(super) fn read_if_possible<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_saphyr::from_str_with_options(text, options(text.len())).ok()
}

/// A document may be as long as its community is large: nothing that grows with it is counted. Nesting stays
/// bounded, and what aliases unfold to is bounded by the length of the text.
fn options(length: usize) -> Options {
    let budget: Option<Budget> = serde_saphyr::budget! {
        max_events: usize::MAX,
        max_nodes: usize::MAX,
        max_total_scalar_bytes: usize::MAX,
        max_aliases: usize::MAX,
        max_anchors: usize::MAX,
        max_recorded_anchor_events: usize::MAX,
        max_recorded_anchor_bytes: usize::MAX,
        enforce_alias_anchor_ratio: false,
    };
    let max_total_replayed_events = length.saturating_add(100_000);
    let alias_limits: AliasLimits =
        serde_saphyr::alias_limits! { max_total_replayed_events: max_total_replayed_events };
    serde_saphyr::options! { budget: budget, alias_limits: alias_limits, with_snippet: false }
}

fn refusal(text: &str, error: &Error, places: &Places) -> String {
    let error = error.without_snippet();
    let at = error.location();
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let (line, column) = at.map_or((1, 1), |at| (number(at.line()), number(at.column())));
    if let Some(broken) = scans(text).err() {
        if let Some(trap) = trap_near(text, broken.max(line)) {
            return format!("{}: {}", places.describe_line(trap.line, None, true), trap.sentence);
        }
        let what = UserMessageFormatter.format_message(error);
        return format!("{}: this is no YAML: {what}", places.describe_line(line, Some(column), true));
    }
    let trap = match error {
        Error::Message { .. }
        | Error::SerdeUnknownField { .. }
        | Error::SerdeMissingField { .. }
        | Error::DuplicateMappingKey { .. } => None,
        _ => trap_in(text, line),
    };
    let sentence = trap.unwrap_or_else(|| sentence(error));
    format!("{}: {sentence}", places.describe_line(line, Some(column), false))
}

fn sentence(error: &Error) -> String {
    match error {
        Error::NullIntoString { .. } => {
            "a text or the name of a member belongs here, and there is none: in YAML `null`, `~` and an empty place mean \
             nothing. Write the text, within quotes if it is one of these: \"null\"; or take the line out"
                .to_owned()
        }
        Error::Unexpected { expected: "string scalar" | "string", .. } => {
            "a text or the name of a member belongs here, not a list or a mapping: if it is meant as a text, write it \
             in quotes"
                .to_owned()
        }
        Error::Unexpected { expected: "sequence start" | "seq", .. } => {
            "a list belongs here: write [a, b], or each entry in a line of its own, with - before it".to_owned()
        }
        Error::Unexpected { expected: "mapping start" | "map", .. } => {
            "keys with values belong here, such as name: Ann".to_owned()
        }
        Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            "its aliases unfold to too much: write the values out, or give fewer aliases of aliases".to_owned()
        }
        Error::AliasError { error, .. } => sentence(error),
        Error::SerdeUnknownField { field, expected, .. } => unknown_key(field, expected),
        Error::SerdeMissingField { field, .. } => format!("the key `{field}` is missing: add it"),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key `{key}` stands here twice: keep one of the two")
        }
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            format!("{expected} belongs here, not {unexpected}")
        }
        Error::InvalidScalar { ty: "boolean", .. } => "true or false belongs here".to_owned(),
        Error::InvalidScalar { .. } => "a number belongs here".to_owned(),
        Error::MultipleDocuments { .. } => {
            "a second document begins here: a file describes one community, so write the other into a file of its own"
                .to_owned()
        }
        Error::Message { msg, .. } if msg.starts_with("UUID parsing failed") => {
            "an id is a UUID, such as 7f9c24e8-3b12-4a6e-9d5f-1c0a8b7e6d42: leave it out if there is none".to_owned()
        }
        error => UserMessageFormatter.format_message(error).into_owned(),
    }
}

/// Says that a key is not known, and which one is meant or there are.
fn unknown_key(key: &str, known: &[&str]) -> String {
    let keys = known.join("`, `");
    match nearest(key, known) {
        Some(meant) => format!("there is no key `{key}` here, did you mean `{meant}`? The keys are `{keys}`"),
        None => format!("there is no key `{key}` here: take it out, or choose one of `{keys}`"),
    }
}
