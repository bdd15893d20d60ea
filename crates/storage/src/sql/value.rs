//! The values of parameters and columns, whatever the database, and how the types of this program become
//! values and are read from them.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::game_server::Secret;
use rankledger_domain::ids::{
    AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, DepartmentId, FlagId, LogId, RankId,
    SessionId, SubscriptionId, UndoId,
};
use rankledger_domain::log::LogPlace;
use rankledger_domain::name::{Key, Name, Word};
use rankledger_domain::rank::Power;
use serde::Serialize;
use uuid::Uuid;

use crate::grants_bytes;
use crate::json::Json;

/// A value of a parameter or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// A whole number, or a time as milliseconds since 1970.
    Integer(i64),
    Text(Cow<'a, str>),
    /// A text that is looked for and not stored: it may hold U+0000, which PostgreSQL takes in no text.
    SoughtText(Cow<'a, str>),
    Bytes(&'a [u8]),
    Uuid(Uuid),
}

/// The parameters of a statement: `params![community, id, label]` are the values of `$1`, `$2` and `$3`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::sql::value::ToValue::to_value(&$value)),*]
    };
}
pub(crate) use params;

/// A type that can be the value of a parameter.
pub(crate) trait ToValue {
    fn to_value(&self) -> Value<'_>;
}

/// A type that can be read from a column.
pub(crate) trait FromValue: Sized {
    /// Returns what the value stands for, else what is wrong with it.
    fn from_value(value: Value<'_>) -> Result<Self, String>;
}

/// A parameter that is stored as JSON.
pub(crate) struct AsJson<'a, T: ?Sized>(pub(crate) &'a T);

/// A text that is looked for, and comes from a client.
pub(crate) struct Sought<'a>(pub(crate) &'a str);

/// Grants that are stored as bytes.
pub(crate) struct Grants(pub(crate) Vec<HeldRank>);

impl FromValue for Grants {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Bytes(bytes) => grants_bytes::read(bytes).map(Self).map_err(str::to_owned),
            other => Err(mismatch(&other, "bytes")),
        }
    }
}

impl<T: Serialize + ?Sized> ToValue for AsJson<'_, T> {
    fn to_value(&self) -> Value<'_> {
        let text = serde_json::to_string(self.0);
        Value::Text(text.expect("plain data with string keys always has a JSON form").into())
    }
}

impl ToValue for Sought<'_> {
    fn to_value(&self) -> Value<'_> {
        Value::SoughtText(self.0.into())
    }
}

/// A value that clients sent as JSON.
impl ToValue for Json {
    fn to_value(&self) -> Value<'_> {
        self.as_str().to_value()
    }
}

impl FromValue for Json {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        Self::parse(text(&value)?).map_err(|error| error.to_string())
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Bool(yes) => Ok(yes),
            Value::Integer(0) => Ok(false),
            Value::Integer(1) => Ok(true),
            Value::Integer(other) => Err(format!("{other} is neither 0 nor 1")),
            other => Err(mismatch(&other, "a flag")),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(self.into())
    }
}

/// Types that hold a text.
macro_rules! texts {
    ($($text:ty),*) => {$(
        impl ToValue for $text {
            fn to_value(&self) -> Value<'_> {
                (**self).to_value()
            }
        }

        impl FromValue for $text {
            fn from_value(value: Value<'_>) -> Result<Self, String> {
                text(&value).map(Self::from)
            }
        }
    )*};
}

texts!(String, Arc<str>, Box<str>);

/// Returns the text that a value is, else what is wrong with it.
pub(crate) fn text<'a>(value: &'a Value<'_>) -> Result<&'a str, String> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(mismatch(other, "a text")),
    }
}

impl ToValue for Secret {
    fn to_value(&self) -> Value<'_> {
        self.reveal().to_value()
    }
}

impl FromValue for Secret {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        String::from_value(value).map(Self::stored)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Bytes(bytes) => bytes.try_into().map_err(|_| format!("{} bytes, not {N}", bytes.len())),
            other => Err(mismatch(&other, "bytes")),
        }
    }
}

impl ToValue for Uuid {
    fn to_value(&self) -> Value<'_> {
        Value::Uuid(*self)
    }
}

impl FromValue for Uuid {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Uuid(id) => Ok(id),
            Value::Bytes(bytes) => Self::from_slice(bytes).map_err(|error| error.to_string()),
            other => Err(mismatch(&other, "a UUID")),
        }
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(self.as_millisecond())
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        Self::from_millisecond(i64::from_value(value)?).map_err(|error| error.to_string())
    }
}

impl FromValue for i64 {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Integer(number) => Ok(number),
            other => Err(mismatch(&other, "a number")),
        }
    }
}

impl ToValue for i64 {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(*self)
    }
}

/// Whole numbers that are of a narrower type here than in the database.
macro_rules! narrow_numbers {
    ($($number:ty),*) => {$(
        impl ToValue for $number {
            fn to_value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }

        impl FromValue for $number {
            fn from_value(value: Value<'_>) -> Result<Self, String> {
                let number = i64::from_value(value)?;
                Self::try_from(number).map_err(|_| format!("{number} is out of range"))
            }
        }
    )*};
}

narrow_numbers!(u8, u16, u32);

/// Types that say what a value means: the value itself is their only field.
macro_rules! wrappers {
    ($($wrapper:ident),*) => {$(
        impl ToValue for $wrapper {
            fn to_value(&self) -> Value<'_> {
                self.0.to_value()
            }
        }

        impl FromValue for $wrapper {
            fn from_value(value: Value<'_>) -> Result<Self, String> {
                FromValue::from_value(value).map($wrapper)
            }
        }
    )*};
}

wrappers!(
    AccountId,
    BatchId,
    ChainHash,
    ChangeNumber,
    CommunityId,
    CredentialId,
    DepartmentId,
    FlagId,
    KeyHash,
    LogId,
    LogPlace,
    Power,
    RankId,
    SessionId,
    SubscriptionId,
    UndoId
);

/// Texts that were checked before they were stored.
macro_rules! checked_texts {
    ($($text:ident),*) => {$(
        impl ToValue for $text {
            fn to_value(&self) -> Value<'_> {
                self.as_str().to_value()
            }
        }

        impl FromValue for $text {
            fn from_value(value: Value<'_>) -> Result<Self, String> {
                String::from_value(value).map(Self::stored)
            }
        }
    )*};
}

checked_texts!(Key, Name, Word);

/// Says that the value is not of the kind that was expected.
fn mismatch(value: &Value<'_>, expected: &str) -> String {
    match value {
        Value::Null => "it is empty".to_owned(),
        _ => format!("it is not {expected}"),
    }
}
