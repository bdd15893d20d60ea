//! Errors of the command line, without the passwords that it has: a terminal may be seen, and a log kept.

use clap::error::{ContextKind, ContextValue};

/// The place of a value in which there may be a password.
const MASKED: &str = "***";

/// Returns the error without the values that may hold a password: a URL that is wrong cannot be parsed, so
/// that nobody knows where in it the password is.
pub(super) fn mask(mut error: clap::Error) -> clap::Error {
    if is_about_a_url(&error) {
        error.insert(ContextKind::InvalidValue, ContextValue::String(MASKED.to_owned()));
    }
    // An argument that is not known, or one too many, may itself be a URL.
    for (kind, signs) in [
        (ContextKind::InvalidArg, ["@", ":"]),
        (ContextKind::InvalidSubcommand, ["@", ":"]),
        (ContextKind::InvalidValue, ["@", "://"]),
    ] {
        if let Some(ContextValue::String(text)) = error.get(kind)
            && signs.iter().any(|sign| text.contains(sign))
        {
            error.insert(kind, ContextValue::String(MASKED.to_owned()));
        }
    }
    error
}

/// Whether the value is that of an option that takes a URL.
fn is_about_a_url(error: &clap::Error) -> bool {
    matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(option)) if option.contains("<URL>"))
        && error.get(ContextKind::InvalidValue).is_some()
}
