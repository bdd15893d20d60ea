//! JSON values that clients send and get back, kept as text: a text takes a fraction of the memory of a tree
//! of values, and is sent to clients as it is stored.

use std::fmt;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON value of any kind. Two are equal if their values are, whatever the order of members.
#[derive(Clone)]
pub struct Json(Text);

/// The two usual values need no memory of their own.
#[derive(Clone)]
enum Text {
    EmptyObject,
    EmptyArray,
    Other(Box<RawValue>),
}

impl Json {
    /// The value `{}`.
    pub const EMPTY_OBJECT: Self = Self(Text::EmptyObject);

    /// The value `[]`.
    pub const EMPTY_ARRAY: Self = Self(Text::EmptyArray);

    /// Reads a text, which must be JSON. White space is not kept.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        match text {
            "{}" => Ok(Self::EMPTY_OBJECT),
            "[]" => Ok(Self::EMPTY_ARRAY),
            _ => serde_json::from_str::<Value>(text).map(Self::from),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::EmptyObject => "{}",
            Text::EmptyArray => "[]",
            Text::Other(text) => text.get(),
        }
    }

    /// Returns the length of the text in memory of its own, in bytes.
    pub(crate) fn allocated(&self) -> usize {
        if let Text::Other(text) = &self.0 { text.get().len() } else { 0 }
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Returns the value as a tree.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::from_str(self.as_str()).expect("the text was written from a tree of JSON values")
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        let text = serde_json::value::to_raw_value(&value);
        let text = text.expect("a tree of JSON values always has a text");
        match text.get() {
            "{}" => Self::EMPTY_OBJECT,
            "[]" => Self::EMPTY_ARRAY,
            _ => Self(Text::Other(text)),
        }
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() || self.to_value() == other.to_value()
    }
}

impl Eq for Json {}

impl PartialEq<Value> for Json {
    fn eq(&self, other: &Value) -> bool {
        self.to_value() == *other
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Text::EmptyObject => serializer.serialize_map(Some(0))?.end(),
            Text::EmptyArray => serializer.serialize_seq(Some(0))?.end(),
            Text::Other(text) => text.serialize(serializer),
        }
    }
}
