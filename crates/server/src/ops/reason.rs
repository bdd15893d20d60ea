//! What the reason of a rank change may look like.

use rankledger_domain::identifier::is_control;

/// The most characters of a reason.
pub const MAX_REASON_LENGTH: usize = 500;

/// What is wrong with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReason {
    /// It is too long.
    #[error("it has {0} characters: shorten it to {MAX_REASON_LENGTH}")]
    TooLong(usize),
    /// It could garble a terminal or turn the text around it.
    #[error("it holds the control character U+{:04X}: take that out", u32::from(*.0))]
    Control(char),
}

/// Checks a reason. It may have several lines.
pub fn check_reason(reason: &str) -> Result<(), BadReason> {
    if let Some(control) = reason.chars().find(|&c| is_control(c) && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(BadReason::Control(control));
    }
    match reason.chars().count() {
        length if length > MAX_REASON_LENGTH => Err(BadReason::TooLong(length)),
        _ => Ok(()),
    }
}
