//! Members of a request that may be absent, so that what is stored stays, or null, so that it goes.

use serde::{Deserialize, Deserializer};

/// A member as it was sent. A struct that has one says `#[serde(default)]` of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sent<T> {
    /// The member is absent.
    #[default]
    Absent,
    /// The member is null, or an empty text.
    Nothing,
    /// The member has a value.
    Value(T),
}

impl<T> Sent<T> {
    /// Returns what is to be stored in the place of what is.
    pub fn over(self, stored: Option<T>) -> Option<T> {
        match self {
            Self::Absent => stored,
            Self::Nothing => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Returns what `part` makes of the value. It is nothing if `part` makes nothing of it.
    pub fn and_then<U>(self, part: impl FnOnce(T) -> Option<U>) -> Sent<U> {
        match self {
            Self::Absent => Sent::Absent,
            Self::Nothing => Sent::Nothing,
            Self::Value(value) => part(value).map_or(Sent::Nothing, Sent::Value),
        }
    }
}

impl Sent<String> {
    /// Returns the text without white space around it. An empty one is nothing.
    #[must_use]
    pub fn text(&self) -> Sent<&str> {
        match self {
            Self::Absent => Sent::Absent,
            Self::Nothing => Sent::Nothing,
            Self::Value(text) => {
                Some(text.trim()).filter(|text| !text.is_empty()).map_or(Sent::Nothing, Sent::Value)
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sent<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Nothing, Self::Value))
    }
}
