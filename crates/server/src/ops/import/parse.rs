//! From the text of a document to its [`Document`], or to a sentence that says where it cannot be read.

use std::borrow::Cow;
use std::path::Path;

use serde_json::Value;
use serde_saphyr::options::AliasLimits;
use serde_saphyr::{Budget, MessageFormatter, Options, UserMessageFormatter};
use sha2::{Digest, Sha256};

use super::document::Document;
use crate::wire::nul::{self, Step};

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As YAML.
    Yaml,
    /// As JSON.
    Json,
}

impl Format {
    /// The format of a file, by its name: JSON if that ends in `.json`, else YAML.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be read.
    #[error("it cannot be read")]
    Unreadable(#[from] std::io::Error),
    /// The text is not such a document. Says what is wrong, at which line and column, and in JSON at which
    /// path.
    #[error("{0}")]
    Malformed(String),
}

impl Document {
    /// Reads the document in a file. Errors do not name the file.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::parse(&std::fs::read_to_string(path)?, Format::of(path))
    }

    /// Reads the document in a text.
    pub fn parse(text: &str, format: Format) -> Result<Self, ReadError> {
        let hash = Sha256::digest(text).into();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read = match format {
            Format::Yaml => parse_yaml(text),
            Format::Json => parse_json(text),
        };
        let mut document = read.map_err(ReadError::Malformed)?;
        refuse_nul(text, format)?;
        document.hash = hash;
        document.spell_identifiers();
        document.normalize_names();
        Ok(document)
    }
}

/// Refuses a document that holds U+0000 anywhere.
fn refuse_nul(text: &str, format: Format) -> Result<(), ReadError> {
    // U+0000 is escaped in one of these forms; most documents do not even have one.
    if ![r"\0", r"\x00", r"\u0000", r"\U00000000"].iter().any(|escape| text.contains(escape)) {
        return Ok(());
    }
    let value: Option<Value> = match format {
        Format::Yaml => serde_saphyr::from_str_with_options(text, yaml_options(text.len())).ok(),
        Format::Json => serde_json::from_str(text).ok(),
    };
    let Some(steps) = value.as_ref().and_then(nul::steps_to) else { return Ok(()) };
    let step = |(index, step): (usize, Step)| match step {
        Step::Element(element) => format!("[{element}]"),
        Step::Member(name) if index == 0 => name,
        Step::Member(name) => format!(".{name}"),
    };
    let place: String = steps.into_iter().enumerate().map(step).collect();
    Err(ReadError::Malformed(format!("{place}: it holds the character U+0000: take that out")))
}

fn parse_yaml(text: &str) -> Result<Document, String> {
    let read = serde_saphyr::from_str_with_options(text, yaml_options(text.len()));
    read.map_err(|error| error.render_with_formatter(&PlainWords))
}

/// Says what is wrong with YAML to those who write it, not to those who program with it.
struct PlainWords;

impl MessageFormatter for PlainWords {
    fn format_message<'a>(&self, error: &'a serde_saphyr::Error) -> Cow<'a, str> {
        match error {
            serde_saphyr::Error::NullIntoString { .. } => Cow::Borrowed(
                "a text or the name of a member belongs here, and there is none: in YAML `null`, `~` and an empty place \
                 mean nothing. Write the text, within quotes if it is one of these: \"null\"; or take the line out",
            ),
            serde_saphyr::Error::Unexpected { expected: "string scalar", .. } => {
                Cow::Borrowed("a text or the name of a member belongs here, not a list or a mapping")
            }
            serde_saphyr::Error::AliasReplayCounterOverflow { .. }
            | serde_saphyr::Error::AliasReplayLimitExceeded { .. }
            | serde_saphyr::Error::AliasExpansionLimitExceeded { .. }
            | serde_saphyr::Error::AliasReplayStackDepthExceeded { .. } => Cow::Borrowed(
                "its aliases unfold to too much: write the values out, or give fewer aliases of aliases",
            ),
            error => UserMessageFormatter.format_message(error),
        }
    }
}

/// A document may be as long as its community is large: nothing that grows with it is counted. Nesting stays
/// bounded, and what aliases unfold to is bounded by the length of the text.
fn yaml_options(length: usize) -> Options {
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

fn parse_json(text: &str) -> Result<Document, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if path == "." { cause.to_string() } else { format!("{path}: {cause}") }
    })?;
    json.end().map_err(|error| error.to_string())?;
    Ok(document)
}
