//! A row of either database, read column by column.

use std::fmt;

use serde::de::DeserializeOwned;

use super::value::{FromValue, Value, text};
use crate::StorageError;

/// A column: its name, or its number from 0 where rows are read often.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    Name(&'static str),
    Number(usize),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl From<&'static str> for Column {
    fn from(name: &'static str) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for Column {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

/// The columns of a row, as the database hands them over.
pub(crate) trait Columns {
    /// Returns the value in a column, else what is wrong with it.
    fn value(&self, column: Column) -> Result<Value<'_>, String>;
}

/// A row.
pub(crate) struct Row<'r>(pub(crate) &'r dyn Columns);

impl Row<'_> {
    /// Returns what is in a column. A column that may be empty is read as an `Option`.
    pub(crate) fn get<T: FromValue>(&self, column: impl Into<Column>) -> crate::Result<T> {
        self.read(column, T::from_value)
    }

    /// Returns the JSON in a column.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: impl Into<Column>) -> crate::Result<T> {
        self.get(column).map(|FromJson(value)| value)
    }

    /// Returns the JSON in a column, `None` if the column is empty.
    pub(crate) fn optional_json<T: DeserializeOwned>(
        &self,
        column: impl Into<Column>,
    ) -> crate::Result<Option<T>> {
        self.get::<Option<_>>(column).map(|found| found.map(|FromJson(value)| value))
    }

    /// Returns what the word in a column stands for.
    pub(crate) fn word<T>(
        &self,
        column: impl Into<Column>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> crate::Result<T> {
        self.read(column, |value| {
            let word = text(&value)?;
            parse(word).ok_or_else(|| format!("unknown word \"{word}\""))
        })
    }

    fn read<T>(
        &self,
        column: impl Into<Column>,
        read: impl FnOnce(Value<'_>) -> Result<T, String>,
    ) -> crate::Result<T> {
        let column = column.into();
        let found = self.0.value(column).and_then(read);
        found.map_err(|error| StorageError::Corrupt(format!("column {column}: {error}")))
    }
}

/// A value that is stored as JSON.
struct FromJson<T>(T);

impl<T: DeserializeOwned> FromValue for FromJson<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        serde_json::from_str(text(&value)?).map(Self).map_err(|error| error.to_string())
    }
}
