//! What a name may look like: of a community, an account, a rank; and what a short key may.

use rankledger_domain::identifier::is_control;
use rankledger_domain::rank::RankName;

/// The most characters of a name.
pub const MAX_NAME_LENGTH: usize = 128;

/// The most characters of a word that names something in a path: an id, or a short key.
pub const MAX_SHORT_WORD_LENGTH: usize = 64;

/// What stands in a path where the key of a flow could stand: `promotion-flows/trigger`.
const RESERVED_KEY: &str = "trigger";

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// There is nothing to be seen of it.
    #[error("it is empty: give it at least one visible character")]
    Empty,
    /// It is too long.
    #[error("it has {0} characters: shorten it to {MAX_NAME_LENGTH}")]
    TooLong(usize),
    /// It could garble a terminal or turn the text around it.
    #[error("it holds the control character U+{:04X}: take that out", u32::from(*.0))]
    Control(char),
    /// An id or key that is too long.
    #[error("it has {0} characters: shorten it to {MAX_SHORT_WORD_LENGTH}")]
    LongWord(usize),
    /// A key with a space in it.
    #[error("it holds white space: write it as one word")]
    WhiteSpace,
    /// A key that would be taken for an id.
    #[error("it reads as a UUID, which names a rank or account by its id: choose a word")]
    Uuid,
    /// A key that is a part of the API's own paths.
    #[error("it is a part of the API's own paths: choose another word")]
    Reserved,
}

/// Checks the name of anything.
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

/// Whether there is anything to be seen of a character: it is neither white space nor one of those that only shape the
/// text around them, or fill a place with nothing.
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
