//! The texts that name or explain something: a [`Name`] of an account, a rank or a definition, a [`Word`]
//! that can be part of a path, the short [`Key`] of a rank or a flow, and the reason of a rank change.
//!
//! The checks are here, each limit once. [`Name`], [`Word`] and [`Key`] hold a text that has passed its
//! check.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::identifier::is_control;
use crate::rank::RankName;

/// Largest number of characters of a name.
pub const MAX_NAME_LENGTH: usize = 128;

/// Largest number of characters of a word that names something in a path: an id, or a short key.
pub const MAX_SHORT_WORD_LENGTH: usize = 64;

/// Largest number of characters of a reason.
pub const MAX_REASON_LENGTH: usize = 500;

/// Part of the API's own paths where the key of a flow could be: `promotion-flows/trigger`.
const RESERVED_KEY: &str = "trigger";

/// Why a text cannot be a name, a word or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// The text has no visible character.
    #[error("it is empty: give it at least one visible character")]
    Empty,
    /// The name is too long.
    #[error("it has {0} characters: shorten it to {MAX_NAME_LENGTH}")]
    TooLong(usize),
    /// The text could garble a terminal or turn the text around it.
    #[error("it holds the control character U+{:04X}: take that out", u32::from(*.0))]
    Control(char),
    /// The name of an account would be taken for a number or a Discord id.
    #[error("it has digits only, which mean an account by its number or its Discord id: add a letter")]
    Digits,
    /// The word or key is too long.
    #[error("it has {0} characters: shorten it to {MAX_SHORT_WORD_LENGTH}")]
    LongWord(usize),
    /// The word or key has a space in it.
    #[error("it holds white space: write it as one word")]
    WhiteSpace,
    /// The key would be taken for an id.
    #[error("it reads as a UUID, which names a rank or account by its id: choose a word")]
    Uuid,
    /// The key is a part of the API's own paths.
    #[error("it is a part of the API's own paths: choose another word")]
    Reserved,
}

/// Why a text cannot be a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReason {
    /// The reason is too long.
    #[error("it has {0} characters: shorten it to {MAX_REASON_LENGTH}")]
    TooLong(usize),
    /// The reason could garble a terminal or turn the text around it.
    #[error("it holds the control character U+{:04X}: take that out", u32::from(*.0))]
    Control(char),
}

/// Returns a text in normal form C of Unicode: an accent and its letter are one character, wherever there is
/// such a character. Two texts that look the same because of how accents are composed are then the same.
#[must_use]
pub fn normalized(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Returns whether two names are one, however the accents in them are composed.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || normalized(one) == normalized(other)
}

/// Returns a name without regard to case and to how its accents are composed: two names are one name if this
/// is equal.
#[must_use]
pub fn folded(name: &str) -> String {
    normalized(&normalized(name).to_lowercase())
}

/// Returns a folded name as versions before the normal form stored it, if its accents were composed of a
/// letter and a mark each.
#[must_use]
pub fn folded_apart(name: &str) -> String {
    folded(name).nfd().collect()
}

/// Declares a text that has passed a check. `spelling` is applied to it first.
macro_rules! checked_text {
    ($($(#[$doc:meta])* $name:ident by $check:ident, spelled by $spelling:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Checks the text.
            pub fn parse(text: impl Into<String>) -> Result<Self, BadName> {
                let text = $spelling(&text.into());
                $check(&text)?;
                Ok(Self(text))
            }

            /// Takes a text from the database without a check: it was checked when it was written, maybe by
            /// an older version with other limits.
            #[must_use]
            pub fn stored(text: String) -> Self {
                Self($spelling(&text))
            }

            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(checked: $name) -> Self {
                checked.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == $spelling(other)
            }
        }

        impl PartialEq<String> for $name {
            fn eq(&self, other: &String) -> bool {
                self.0 == $spelling(other)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

checked_text! {
    /// A name: 1 to 128 characters, at least one of them visible, no control characters. Kept in normal form
    /// C.
    Name by check_name, spelled by normalized;
    /// A word that can be part of a path: a name of at most 64 characters without white space. Kept as given,
    /// for it is the id of a row.
    Word by check_short_word, spelled by as_given;
    /// The short key of a rank or a flow: a word that is neither a UUID nor a part of the API's own paths.
    /// Kept in normal form C.
    Key by check_key, spelled by normalized;
}

fn as_given(text: &str) -> String {
    text.to_owned()
}

/// Checks a name.
pub fn check_name(name: &str) -> Result<(), BadName> {
    if !name.chars().any(is_visible) {
        return Err(BadName::Empty);
    }
    if let Some(control) = name.chars().find(|&c| is_control(c)) {
        return Err(BadName::Control(control));
    }
    match name.chars().count() {
        length if length > MAX_NAME_LENGTH => Err(BadName::TooLong(length)),
        _ => Ok(()),
    }
}

/// Checks the name of an account: digits alone would be taken for the number or the Discord id of somebody
/// else.
pub fn check_account_name(name: &str) -> Result<(), BadName> {
    check_name(name)?;
    let mut visible = name.chars().filter(|&c| is_visible(c));
    if visible.all(|c| c.is_ascii_digit()) { Err(BadName::Digits) } else { Ok(()) }
}

/// Returns whether a text that means an account has digits only, but for white space around it. Such a text
/// is a number or a Discord id, never a name.
#[must_use]
pub fn is_digits(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a character is visible: it is neither white space nor one of those that only shape the
/// text around them, or fill space with nothing.
fn is_visible(c: char) -> bool {
    let is_blank = matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2065}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E0FFF}'
    );
    !is_blank && !c.is_whitespace()
}

/// Checks a name that is one word, such as the public id of a community.
pub fn check_word(word: &str) -> Result<(), BadName> {
    check_name(word)?;
    if word.contains(char::is_whitespace) { Err(BadName::WhiteSpace) } else { Ok(()) }
}

/// Checks a word that names something in a path.
pub fn check_short_word(word: &str) -> Result<(), BadName> {
    match word.chars().count() {
        length if length > MAX_SHORT_WORD_LENGTH => Err(BadName::LongWord(length)),
        _ => check_word(word),
    }
}

/// Checks the short key of a rank or a flow.
pub fn check_key(key: &str) -> Result<(), BadName> {
    check_short_word(key)?;
    if key == RESERVED_KEY {
        return Err(BadName::Reserved);
    }
    match RankName::parse(key) {
        RankName::Id(_) => Err(BadName::Uuid),
        RankName::Key(_) => Ok(()),
    }
}

/// Checks a reason. A reason may have several lines.
pub fn check_reason(reason: &str) -> Result<(), BadReason> {
    if let Some(control) = reason.chars().find(|&c| is_control(c) && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(BadReason::Control(control));
    }
    match reason.chars().count() {
        length if length > MAX_REASON_LENGTH => Err(BadReason::TooLong(length)),
        _ => Ok(()),
    }
}
