//! Definitions that a community makes for its accounts: profile fields, clock-in types, custom log types.
//!
//! Every part of a definition is a checked type, so that a request and an imported document are held to the
//! same rules.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::name::{BadName, Name, Word, check_name};
use crate::profile_field::FieldType;

/// Largest number of options that a profile field may offer.
pub const MAX_FIELD_OPTIONS: usize = 100;

/// Largest number of bytes of free JSON, such as metadata: a list has that of all that it lists.
pub const MAX_FREE_JSON_LENGTH: usize = 4000;

/// Free JSON is too long: it has this many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has {0} bytes as JSON: shorten it to {MAX_FREE_JSON_LENGTH}")]
pub struct LongJson(pub usize);

/// Checks the length of free JSON: of metadata, notes and the like, whose shape is not checked.
pub fn check_free_json(json: &impl Serialize) -> Result<(), LongJson> {
    let length = serde_json::to_string(json).map_or(0, |text| text.len());
    if length > MAX_FREE_JSON_LENGTH { Err(LongJson(length)) } else { Ok(()) }
}

/// A profile field that accounts fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFieldDefinition {
    /// The id on the wire.
    pub id: Word,
    /// The name that people read.
    pub label: Name,
    /// The values that may be filled in.
    pub kind: FieldKind,
    /// Free notes for the form that shows the field.
    pub metadata: Map<String, Value>,
    /// Position of the field among the community's fields.
    pub position: i64,
}

/// A kind of duty that accounts clock in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockInType {
    /// The id on the wire.
    pub id: Word,
    /// The name that people read.
    pub label: Name,
    /// Position of the type among the community's types.
    pub position: i64,
}

/// A kind of log entry that the community has made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomLogType {
    /// The id on the wire.
    pub id: Uuid,
    /// The name that people read.
    pub label: Name,
    /// The short name.
    pub short_code: Word,
    /// The id of the same type in Melonly.
    pub melonly_id: Option<Word>,
    /// Position of the type among the community's types.
    pub position: i64,
}

/// The type of a profile field, with its options if it is a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldKind {
    field_type: FieldType,
    options: Option<Vec<String>>,
}

/// Why a profile field cannot have the given options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadOptions {
    /// The type is a choice, and no options were given.
    #[error("a field to choose from needs options")]
    Missing,
    /// The type is no choice, and options were given.
    #[error("only the types select and multiselect have options")]
    Unwanted,
    /// There is no option, or there are more than [`MAX_FIELD_OPTIONS`]: this many.
    #[error("there must be 1 to {MAX_FIELD_OPTIONS} of them")]
    Count(usize),
    /// The option at this index cannot be the name of an option.
    #[error("{fault}")]
    Name {
        /// The index.
        index: usize,
        /// Why the option cannot be a name.
        fault: BadName,
    },
    /// The option at this index is the same as an earlier one.
    #[error("\"{option}\" is given twice")]
    Twice {
        /// The index.
        index: usize,
        /// The option.
        option: String,
    },
}

impl FieldKind {
    /// Checks the options against the type. The error lists every fault, the ones of the whole list first; it
    /// is never empty.
    pub fn new(field_type: FieldType, options: Option<Vec<String>>) -> Result<Self, Vec<BadOptions>> {
        let faults = match (&options, field_type.has_options()) {
            (None, true) => vec![BadOptions::Missing],
            (Some(options), true) => faults_of(options),
            (Some(_), false) => vec![BadOptions::Unwanted],
            (None, false) => Vec::new(),
        };
        if faults.is_empty() { Ok(Self { field_type, options }) } else { Err(faults) }
    }

    /// Takes type and options from the database without a check: an older version may have stored more
    /// options.
    #[must_use]
    pub fn stored(field_type: FieldType, options: Option<Vec<String>>) -> Self {
        Self { field_type, options }
    }

    /// Returns the type.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        self.field_type
    }

    /// Returns the options. `None` if the type is no choice.
    #[must_use]
    pub fn options(&self) -> Option<&[String]> {
        self.options.as_deref()
    }

    /// Takes the options out. `None` if the type is no choice.
    #[must_use]
    pub fn into_options(self) -> Option<Vec<String>> {
        self.options
    }

    /// Checks a value that is to be filled in. Null empties any field. The error says what is expected
    /// instead.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        self.field_type.check(self.options.as_deref().unwrap_or_default(), value)
    }
}

fn faults_of(options: &[String]) -> Vec<BadOptions> {
    let mut faults = Vec::new();
    if !(1..=MAX_FIELD_OPTIONS).contains(&options.len()) {
        faults.push(BadOptions::Count(options.len()));
    }
    let mut seen = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        if let Err(fault) = check_name(option) {
            faults.push(BadOptions::Name { index, fault });
        }
        if !seen.insert(option) {
            faults.push(BadOptions::Twice { index, option: option.clone() });
        }
    }
    faults
}
