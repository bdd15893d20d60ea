//! From the text of a document to its [`Document`], or to a sentence that says where it cannot be read.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::document::Document;
use super::places::Places;
use super::yaml;
use super::yaml_traps::cut_off;
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
        let places = Places::in_text(text);
        let read = match format {
            Format::Yaml => yaml::read(text, &places),
            Format::Json => parse_json(text, &places),
        };
        let mut document = read.map_err(ReadError::Malformed)?;
        refuse_nul(text, format, &places)?;
        if let Some(trap) = cut_off(text).filter(|_| format == Format::Yaml) {
            let at = places.describe_line(trap.line, None, false);
            return Err(ReadError::Malformed(format!("{at}: {}", trap.sentence)));
        }
        (document.hash, document.places) = (hash, places);
        document.spell_identifiers();
        document.normalize_names();
        Ok(document)
    }
}

/// Refuses a document that holds U+0000 anywhere.
fn refuse_nul(text: &str, format: Format, places: &Places) -> Result<(), ReadError> {
    // U+0000 is escaped in one of these forms; most documents do not even have one.
    if ![r"\0", r"\x00", r"\u0000", r"\U00000000"].iter().any(|escape| text.contains(escape)) {
        return Ok(());
    }
    let value: Option<Value> = match format {
        Format::Yaml => yaml::read_if_possible(text),
        Format::Json => serde_json::from_str(text).ok(),
    };
    let Some(steps) = value.as_ref().and_then(nul::steps_to) else { return Ok(()) };
    let step = |(index, step): (usize, Step)| match step {
        Step::Element(element) => format!("[{element}]"),
        Step::Member(name) if index == 0 => name,
        Step::Member(name) => format!(".{name}"),
    };
    let place: String = steps.into_iter().enumerate().map(step).collect();
    let at = places.describe(&place);
    Err(ReadError::Malformed(format!("{at}: it holds the character U+0000: take that out")))
}

fn parse_json(text: &str, places: &Places) -> Result<Document, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if path == "." { cause.to_string() } else { format!("{}: {cause}", places.describe(&path)) }
    })?;
    json.end().map_err(|error| error.to_string())?;
    Ok(document)
}
