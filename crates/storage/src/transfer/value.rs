//! Values of columns, whatever the backend.

use std::fmt;

use uuid::Uuid;

/// Kind of the values in a column. A column of any kind may be empty as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, or a time as milliseconds since 1970.
    Int,
    /// Yes or no.
    Bool,
    /// A text.
    Text,
    /// Bytes that are no UUID.
    Bytes,
    /// A UUID.
    Id,
}

/// Value of a column in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// [`Kind::Int`]
    Int(i64),
    /// [`Kind::Bool`]
    Bool(bool),
    /// [`Kind::Text`]
    Text(String),
    /// [`Kind::Bytes`]
    Bytes(Vec<u8>),
    /// [`Kind::Id`]
    Id(Uuid),
}

/// The values of a row, in the order of the table's columns; or of its key.
pub type Row = Vec<Value>;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Int(number) => number.fmt(f),
            Self::Bool(yes) => yes.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            Self::Id(id) => id.fmt(f),
        }
    }
}
