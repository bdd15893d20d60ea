//! The texts that requests carry, as schemas for the OpenAPI document. These types describe; the checks
//! themselves are in [`rankledger_domain::name`], and for the path of a short URL in its
//! handler.

use std::borrow::Cow;

use rankledger_domain::credential::Scope;
use rankledger_domain::game_server::MAX_PRINCIPAL_LENGTH;
use rankledger_domain::name::{MAX_NAME_LENGTH, MAX_REASON_LENGTH, MAX_SHORT_WORD_LENGTH};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Largest number of characters of the path of a short URL.
pub const MAX_PATH_LENGTH: usize = 2048;

/// Control characters but for line breaks and tabs, and those that override or isolate the direction of text.
macro_rules! control {
    () => {
        r"\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069"
    };
}

/// Control characters, line breaks and tabs among them, and those that override or isolate the direction of
/// text.
macro_rules! control_or_break {
    () => {
        r"\x00-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069"
    };
}

/// The characters of `control_or_break`, white space, and characters that only shape the text around them.
/// Such characters beyond U+FFFF are left out: a pattern cannot name them in a way that every reader of JSON
/// Schema understands.
macro_rules! unseen {
    () => {
        concat!(
            r"\s\x00-\x1F\x7F-\x9F\xAD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E",
            r"\u2060-\u2069\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0"
        )
    };
}

/// Declares kinds of text by a pattern in parts, and the smallest and largest number of characters if the
/// pattern does not limit them.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = [$($part:expr),*] $(, $min:literal, $max:expr)?;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    $("minLength": $min, "maxLength": $max,)?
                    "pattern": concat!($($part),*),
                })
            }
        }
    )*};
}

/// The name of a scope.
pub struct ScopeName;

impl JsonSchema for ScopeName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ScopeName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": Scope::ALL.map(Scope::as_str) })
    }
}

texts! {
    /// A name: at least one character that is neither white space nor control character.
    Name = ["^[^", control_or_break!(), "]*[^", unseen!(), "][^", control_or_break!(), "]*$"], 1, MAX_NAME_LENGTH;
    /// The name of an account: a name with a visible character that is not a digit.
    AccountName = ["^[^", control_or_break!(), "]*[^0-9", unseen!(), "][^", control_or_break!(), "]*$"],
        1, MAX_NAME_LENGTH;
    /// A name, or nothing.
    OptionalName = ["^([^", control_or_break!(), "]*[^", unseen!(), "][^", control_or_break!(), "]*)?$"],
        0, MAX_NAME_LENGTH;
    /// A word: a name without white space.
    Word = [r"^[^\s", control_or_break!(), "]*[^", unseen!(), r"][^\s", control_or_break!(), "]*$"], 1, MAX_SHORT_WORD_LENGTH;
    /// A reason, which may have several lines.
    Reason = ["^[^", control!(), "]*$"], 0, MAX_REASON_LENGTH;
    /// A principal on a game server: one word that its console takes for nothing else.
    Principal = [r#"^[^\s;"'\\`"#, control_or_break!(), "]+$"], 1, MAX_PRINCIPAL_LENGTH;
    /// The type of an identifier: up to 32 letters, digits, `-` and `_`. White space around it does not
    /// count.
    IdentifierKind = [r"^\s*[A-Za-z0-9_-]{1,32}\s*$"];
    /// The value of an identifier: up to 128 characters. White space around it does not count.
    IdentifierValue = [
        r"^\s*[^\s", control_or_break!(), "]([^", control_or_break!(), r"]{0,126}[^\s", control_or_break!(), r"])?\s*$"
    ];
    /// A path on a site, percent-encoded: it begins with one `/`.
    SitePath = [r"^/([!$-.0-;=?-Z\[\]_a-z~][!$-;=?-Z\[\]_a-z~]*)?$"], 1, MAX_PATH_LENGTH;
}
