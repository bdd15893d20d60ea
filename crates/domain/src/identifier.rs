//! Identifiers of accounts: the forms that a type and its values may have, and the one spelling that is kept.
//! The table of the known types is in [`crate::identifier_kind`].

use std::net::IpAddr;

use crate::identifier_kind::spelling;
pub use crate::identifier_kind::{bare_steam_id, is_personal};

/// Largest number of characters of a type.
pub const MAX_KIND_LENGTH: usize = 32;

/// Largest number of characters of a value.
pub const MAX_VALUE_LENGTH: usize = 128;

/// Largest number of identifiers that an account is given. A person has a few at each service, and the row of
/// an account is read and sent with all of them.
pub const MOST_OF_AN_ACCOUNT: usize = 200;

/// An identifier in the spelling that is kept, so that the same identifier is never stored in two spellings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdentifierName {
    /// `discord`, `roblox`, `steam`, ... in lower case.
    pub kind: String,
    /// The value without its type and the white space around it.
    pub value: String,
}

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentifier {
    /// The type is not a word.
    #[error(
        "the type must be a word of 1 to {MAX_KIND_LENGTH} letters, digits, \"-\" or \"_\", such as \"discord\""
    )]
    Kind,
    /// There is no value.
    #[error("the value is empty")]
    Empty,
    /// The value is too long.
    #[error("the value has {0} characters: the most is {MAX_VALUE_LENGTH}")]
    TooLong(usize),
    /// The value could garble a terminal or turn the text around it.
    #[error("the value holds the control character U+{:04X}: take that out", u32::from(*.0))]
    Control(char),
    /// The value does not have the form of this type.
    #[error("the value is no {kind} id: it must be {expected}")]
    Value {
        /// The type.
        kind: String,
        /// Form of the values of this type.
        expected: &'static str,
    },
}

/// Returns whether a text has the form of a Discord id that stands without its type: 17 to 20 digits.
#[must_use]
pub fn is_discord_id(text: &str) -> bool {
    (17..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits an id of an account, such as `steam:110000112345678`, into its type and its value. `None` if it is
/// a value alone. The colons of an IPv6 address separate no type.
#[must_use]
pub fn split_kind(id: &str) -> Option<(&str, &str)> {
    let (kind, value) = id.split_once(':')?;
    (is_kind(kind) && id.parse::<IpAddr>().is_err()).then_some((kind, value))
}

/// Returns whether an id of an account, which may have its type before it, can say who somebody is: not if
/// its type is one that people share, or if it is an address.
#[must_use]
pub fn names_a_person(id: &str) -> bool {
    match split_kind(id) {
        Some((kind, _)) => is_personal(&kind.to_ascii_lowercase()),
        None => id.parse::<IpAddr>().is_err(),
    }
}

fn is_kind(kind: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=MAX_KIND_LENGTH).contains(&kind.len()) && kind.bytes().all(is_fit)
}

impl IdentifierName {
    /// Reads an identifier. The value may repeat the type, as in `steam:110000112345678`.
    pub fn parse(kind: &str, value: &str) -> Result<Self, BadIdentifier> {
        let kind = kind.trim().to_ascii_lowercase();
        if !is_kind(&kind) {
            return Err(BadIdentifier::Kind);
        }
        let value = without_kind(&kind, value.trim());
        refuse_unfit(value)?;
        match spelling(&kind, value) {
            Ok(value) => Ok(Self { kind, value }),
            Err(expected) => Err(BadIdentifier::Value { kind, expected }),
        }
    }
}

/// Removes the type in front of the value, however often it is repeated: the rest is read as the same value
/// again.
fn without_kind<'a>(kind: &str, mut value: &'a str) -> &'a str {
    while let Some((prefix, rest)) = value.split_once(':')
        && prefix.trim().eq_ignore_ascii_case(kind)
    {
        value = rest.trim();
    }
    value
}

fn refuse_unfit(value: &str) -> Result<(), BadIdentifier> {
    if value.is_empty() {
        return Err(BadIdentifier::Empty);
    }
    if let Some(control) = value.chars().find(|&c| is_control(c)) {
        return Err(BadIdentifier::Control(control));
    }
    match value.chars().count() {
        length if length > MAX_VALUE_LENGTH => Err(BadIdentifier::TooLong(length)),
        _ => Ok(()),
    }
}

/// Returns whether this is a control character, or one that overrides or isolates the direction of text.
#[must_use]
pub fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
