//! Profile fields: the values that may be filled in, by the type of the field.

use jiff::civil::Date;
use serde_json::Value;

use crate::identifier::{IdentifierName, is_control};

/// Largest number of characters of a text.
pub const MAX_TEXT_LENGTH: usize = 4000;

/// The type of a profile field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A line of text.
    Text,
    /// Several lines of text, each by itself.
    TextArray,
    /// A text of several lines.
    TextArea,
    /// A number.
    Number,
    /// Yes or no.
    Checkbox,
    /// One of the field's options.
    Select,
    /// Any of the field's options.
    MultiSelect,
    /// A day: `2026-04-15`.
    Date,
    /// A web address.
    Url,
    /// The web address of an image.
    Image,
    /// A Discord name or id.
    Discord,
    /// A Roblox user id.
    Roblox,
    /// A Steam id.
    Steam,
    /// A Cfx.re user id.
    FiveM,
}

impl FieldType {
    /// Every type.
    pub const ALL: [Self; 14] = [
        Self::Text,
        Self::TextArray,
        Self::TextArea,
        Self::Number,
        Self::Checkbox,
        Self::Select,
        Self::MultiSelect,
        Self::Date,
        Self::Url,
        Self::Image,
        Self::Discord,
        Self::Roblox,
        Self::Steam,
        Self::FiveM,
    ];

    /// Returns the word for it in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::TextArray => "text array",
            Self::TextArea => "textarea",
            Self::Number => "number",
            Self::Checkbox => "checkbox",
            Self::Select => "select",
            Self::MultiSelect => "multiselect",
            Self::Date => "date",
            Self::Url => "url",
            Self::Image => "image",
            Self::Discord => "discord",
            Self::Roblox => "roblox",
            Self::Steam => "steam",
            Self::FiveM => "fivem",
        }
    }

    /// Reads the word back. `None` if it is another word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Returns whether a field of this type has options to choose from.
    #[must_use]
    pub fn has_options(self) -> bool {
        matches!(self, Self::Select | Self::MultiSelect)
    }

    /// Checks a value that is to be filled in. Null empties any field. The error says what is expected
    /// instead.
    pub fn check(self, options: &[String], value: &Value) -> Result<(), String> {
        let expected = |what: &str| Err(format!("a field of type {} takes {what}", self.as_str()));
        let is_option = |value: &Value| value.as_str().is_some_and(|text| options.iter().any(|o| o == text));
        match (self, value) {
            (_, Value::Null) | (Self::Number, Value::Number(_)) | (Self::Checkbox, Value::Bool(_)) => Ok(()),
            (Self::Text | Self::Discord, Value::String(text)) => check_text(text, false),
            (Self::TextArea, Value::String(text)) => check_text(text, true),
            (Self::TextArray, Value::Array(lines)) if lines.iter().all(Value::is_string) => {
                lines.iter().filter_map(Value::as_str).try_for_each(|line| check_text(line, false))
            }
            (Self::TextArray, _) => expected("an array of texts"),
            (Self::Text | Self::TextArea, _) => expected("a text"),
            (Self::Discord, _) => expected("the name or id of a Discord user as a text"),
            (Self::Number, _) => expected("a number"),
            (Self::Checkbox, _) => expected("true or false"),
            (Self::Select, value) if is_option(value) => Ok(()),
            (Self::Select, _) => expected(&format!("one of its options: {}", options.join(", "))),
            (Self::MultiSelect, Value::Array(chosen)) if chosen.iter().all(is_option) => Ok(()),
            (Self::MultiSelect, _) => expected(&format!("an array of its options: {}", options.join(", "))),
            (Self::Date, Value::String(text)) if text.parse::<Date>().is_ok() && text.len() == 10 => Ok(()),
            (Self::Date, _) => expected("a day as a text, such as \"2026-04-15\""),
            (Self::Url | Self::Image, Value::String(text)) if is_web_address(text) => check_text(text, false),
            (Self::Url | Self::Image, _) => expected("a web address that begins with https:// or http://"),
            (Self::Roblox | Self::Steam | Self::FiveM, Value::String(text)) => {
                let checked = IdentifierName::parse(self.as_str(), text);
                checked.map(drop).map_err(|error| error.to_string())
            }
            (Self::Roblox | Self::Steam | Self::FiveM, _) => expected("an id as a text"),
        }
    }
}

/// Checks a text: its length, and that it cannot garble a terminal. `lines`: whether it may have several
/// lines. The error says how to mend it.
pub fn check_text(text: &str, lines: bool) -> Result<(), String> {
    let is_break = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
    if let Some(control) = text.chars().find(|&c| is_control(c) && !is_break(c)) {
        return Err(format!("it holds the control character U+{:04X}: take that out", u32::from(control)));
    }
    match text.chars().count() {
        length if length > MAX_TEXT_LENGTH => {
            Err(format!("it has {length} characters: shorten it to {MAX_TEXT_LENGTH}"))
        }
        _ => Ok(()),
    }
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']));
    has_host && !text.contains(char::is_whitespace)
}
