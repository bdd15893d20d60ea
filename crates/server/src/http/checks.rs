//! Checks of the values in bodies and paths. A refusal names the place of the value: a JSON pointer.

use std::ops::RangeInclusive;

use rankledger_domain::credential::{Scope, Scopes};
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::AccountId;
use rankledger_domain::name::{BadName, Key, Name, check_account_name, check_reason, normalized};
use uuid::Uuid;

use crate::wire::problem::Problem;

/// Checks that a whole number is within a range.
pub fn number(pointer: &str, number: i64, range: RangeInclusive<i64>) -> Result<(), Problem> {
    if range.contains(&number) {
        return Ok(());
    }
    let what = format!("it is {number}: it must be a whole number from {} to {}", range.start(), range.end());
    Err(Problem::invalid_body(pointer, &what))
}

/// Returns a checked name in the spelling that is kept: 1 to 128 characters without control characters.
pub fn name(pointer: &str, name: &str) -> Result<String, Problem> {
    text(pointer, Name::parse(name)).map(String::from)
}

/// Returns the checked name of an account in the spelling that is kept: a name that is not only digits, which
/// would mean a number or a Discord id.
pub fn account_name(pointer: &str, name: &str) -> Result<String, Problem> {
    let name = normalized(name);
    text(pointer, check_account_name(&name))?;
    Ok(name)
}

/// Returns a checked name that may be absent, in the spelling that is kept.
pub fn optional_name(pointer: &str, text: Option<&str>) -> Result<Option<String>, Problem> {
    text.map(|text| name(pointer, text)).transpose()
}

/// Returns a checked text, such as a name, a word or a key; or the refusal of the text at this place.
pub fn text<T>(pointer: &str, checked: Result<T, BadName>) -> Result<T, Problem> {
    checked.map_err(|error| Problem::invalid_body(pointer, &error.to_string()))
}

/// Returns a checked text that need not be given; or the refusal of the text at this place.
pub fn optional_text<T>(pointer: &str, checked: Option<Result<T, BadName>>) -> Result<Option<T>, Problem> {
    checked.map(|checked| text(pointer, checked)).transpose()
}

/// The short key of a rank or flow, which need not be given, in the spelling that is kept.
pub fn optional_key(key: Option<&str>) -> Result<Option<String>, Problem> {
    Ok(optional_text("/key", key.map(Key::parse))?.map(String::from))
}

/// The scopes at `/scopes`, in their order.
pub fn scopes(names: &[String]) -> Result<Scopes, Problem> {
    let read = names.iter().enumerate().map(|(index, name)| {
        let scope = name.parse::<Scope>();
        scope.map_err(|error| Problem::invalid_body(&format!("/scopes/{index}"), &error.to_string()))
    });
    read.collect()
}

/// The reason given, if it is fit to be kept. One without a visible character is none.
pub fn reason(reason: Option<String>) -> Result<Option<String>, Problem> {
    if let Some(text) = &reason {
        check_reason(text).map_err(|error| Problem::invalid_body("/reason", &error.to_string()))?;
    }
    Ok(reason.filter(|text| !text.trim().is_empty()))
}

/// An identifier at this place, in the spelling that is kept.
pub fn identifier(pointer: &str, kind: &str, value: &str) -> Result<IdentifierName, Problem> {
    IdentifierName::parse(kind, value).map_err(|error| Problem::invalid_body(pointer, &error.to_string()))
}

/// An id of an account, with its type before a colon or without, in the spelling that is kept.
#[must_use]
pub fn api_id(text: &str) -> String {
    let text = text.trim();
    let typed = text.split_once(':').and_then(|(kind, value)| IdentifierName::parse(kind, value).ok());
    typed.map_or_else(|| text.to_owned(), |IdentifierName { kind, value }| format!("{kind}:{value}"))
}

/// Returns a Discord id without its type, which may come before it.
#[must_use]
pub fn discord_id(text: &str) -> String {
    let id = api_id(text);
    id.strip_prefix("discord:").map_or_else(|| id.clone(), str::to_owned)
}

/// Checks that the body names the same account as the path. A client may repeat the account as `accId`, but
/// not name another.
pub fn same_account(named: Option<&str>, id: AccountId) -> Result<(), Problem> {
    match named {
        Some(named) if Uuid::parse_str(named) != Ok(id.0) => Err(Problem::account_mismatch(named, id)),
        _ => Ok(()),
    }
}
