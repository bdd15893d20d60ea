//! The table of the types of identifiers: whether a type says who somebody is, and which form its values
//! have.
//!
//! A type that is not in the table is taken for one that belongs to a single person, and its values have any
//! form.

use std::net::IpAddr;

/// Smallest `SteamID64` of a person's account.
const FIRST_STEAM_ID: u64 = 76_561_197_960_265_728;

/// Number of digits of every `SteamID64` of a person's account. The hexadecimal form is shorter, so that
/// neither is taken for the other.
const STEAM_ID_LENGTH: usize = 17;

/// A type of identifiers.
struct Kind {
    word: &'static str,
    /// Whether the word may be numbered, as in `license2` and `hwid_3`.
    numbered: bool,
    /// Whether several people may have the same identifier. Such an identifier says nothing of who somebody
    /// is.
    shared: bool,
    form: Form,
}

/// The form of the values of a type.
#[derive(Clone, Copy)]
enum Form {
    Digits,
    Steam,
    Hexadecimal,
    Address,
    Any,
}

const fn personal(word: &'static str, form: Form) -> Kind {
    Kind { word, numbered: false, shared: false, form }
}

const fn shared(word: &'static str, form: Form) -> Kind {
    Kind { word, numbered: true, shared: true, form }
}

/// Every known type. A migration has the shared ones too (V21): a type that becomes shared needs another.
const KINDS: &[Kind] = &[
    personal("discord", Form::Digits),
    personal("roblox", Form::Digits),
    personal("xbl", Form::Digits),
    personal("live", Form::Digits),
    personal("fivem", Form::Digits),
    personal("steam", Form::Steam),
    Kind { numbered: true, ..personal("license", Form::Hexadecimal) },
    // A household has one address, and often one computer with one set of parts.
    shared("ip", Form::Address),
    shared("hwid", Form::Any),
    shared("token", Form::Any),
    shared("mac", Form::Any),
    shared("device", Form::Any),
    shared("fingerprint", Form::Any),
];

/// Returns whether an identifier of this type, a word in lower case, belongs to one person.
#[must_use]
pub fn is_personal(kind: &str) -> bool {
    !known(kind).is_some_and(|kind| kind.shared)
}

/// Returns the row of a type. `None` if it is not known.
fn known(kind: &str) -> Option<&'static Kind> {
    let unnumbered = kind.trim_end_matches(|c: char| c.is_ascii_digit() || "-_".contains(c));
    KINDS.iter().find(|known| known.word == kind || (known.numbered && known.word == unnumbered))
}

/// Returns the value of an identifier of this type in the spelling that is kept. The error says which form it
/// must have.
pub(crate) fn spelling(kind: &str, value: &str) -> Result<String, &'static str> {
    match known(kind).map_or(Form::Any, |kind| kind.form) {
        Form::Digits => digits(value).ok_or("1 to 20 digits"),
        Form::Steam => steam(value)
            .ok_or("the 17 digits of a SteamID64, or its hexadecimal form as game servers send it"),
        Form::Hexadecimal => hexadecimal(value).ok_or("1 to 64 hexadecimal digits"),
        Form::Address => address(value).ok_or("an IPv4 or IPv6 address"),
        Form::Any => Ok(value.to_owned()),
    }
}

fn digits(value: &str) -> Option<String> {
    let is_number = (1..=20).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
    let digits = value.trim_start_matches('0');
    is_number.then(|| if digits.is_empty() { "0" } else { digits }.to_owned())
}

fn hexadecimal(value: &str) -> Option<String> {
    let is_hash = (1..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| value.to_ascii_lowercase())
}

fn address(value: &str) -> Option<String> {
    let address: IpAddr = value.parse().ok()?;
    Some(address.to_canonical().to_string())
}

/// Returns the Steam id in hexadecimal, as game servers send it, without leading zeros. `None` if it is no
/// Steam id.
fn steam(value: &str) -> Option<String> {
    let is_hexadecimal =
        (1..STEAM_ID_LENGTH).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = if is_hexadecimal { u64::from_str_radix(value, 16).ok() } else { steam_id_64(value) };
    number.map(|number| format!("{number:x}"))
}

/// Reads the decimal form of the Steam id of a person's account. `None` if the text is none.
fn steam_id_64(text: &str) -> Option<u64> {
    let is_long_enough = text.len() == STEAM_ID_LENGTH && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_long_enough && *number >= FIRST_STEAM_ID)
}

/// Returns the kept spelling of a `SteamID64` that stands without its type. `None` if the text is none.
#[must_use]
pub fn bare_steam_id(text: &str) -> Option<String> {
    steam_id_64(text).map(|number| format!("{number:x}"))
}
