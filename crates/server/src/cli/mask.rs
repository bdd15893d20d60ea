//! Errors of the command line, without the passwords that it has: a terminal may be seen, and a log kept.

use clap::error::{ContextKind, ContextValue};

/// The error, with what may be secret masked in the value that it names.
pub(super) fn mask(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) {
        let masked = masked(value);
        error.insert(ContextKind::InvalidValue, ContextValue::String(masked));
    }
    error
}

/// A URL without its user, its password and its parameters. What is no URL stays as it is.
fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (user, place) = rest.rsplit_once('@').map_or(("", rest), |(_, place)| ("***@", place));
    match place.split_once('?') {
        Some((place, _)) => format!("{scheme}://{user}{place}?***"),
        None => format!("{scheme}://{user}{place}"),
    }
}
