//! How values are read from columns, and how an error of the engine becomes one of storage.

use std::error::Error;
use std::fmt::Display;

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::ChainHash;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::row::RowIndex;
use tokio_postgres::types::FromSql;

use crate::json::Json;
use crate::{Result, StorageError, grants_bytes};

/// An error of the engine, sorted by what a caller can do about it.
pub(super) fn engine_error(error: tokio_postgres::Error) -> StorageError {
    let Some(state) = error.code() else {
        return if error.is_closed() || error.source().is_some_and(<dyn Error>::is::<std::io::Error>) {
            StorageError::Unavailable(with_cause(&error))
        } else {
            StorageError::Engine(Box::new(error))
        };
    };
    if *state == SqlState::T_R_SERIALIZATION_FAILURE
        || *state == SqlState::T_R_DEADLOCK_DETECTED
        || *state == SqlState::LOCK_NOT_AVAILABLE
        || *state == SqlState::QUERY_CANCELED
    {
        StorageError::Busy
    } else if *state == SqlState::DISK_FULL {
        StorageError::DiskFull(with_cause(&error))
    } else if is_unavailable(state) {
        StorageError::Unavailable(with_cause(&error))
    } else if state.code().starts_with("23") {
        StorageError::Conflict(with_cause(&error))
    } else {
        StorageError::Engine(Box::new(error))
    }
}

/// Whether the server is going, coming, full, or no primary any more.
fn is_unavailable(state: &SqlState) -> bool {
    state.code().starts_with("08")
        || state.code().starts_with("57P")
        || *state == SqlState::TOO_MANY_CONNECTIONS
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
        || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
}

/// Returns the text of an error and of its causes: the client library keeps what the server said as a cause.
pub(super) fn with_cause(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

/// A column: its name, or its number where rows are read often.
pub(super) trait Column: RowIndex + Display + Copy {}

impl<C: RowIndex + Display + Copy> Column for C {}

/// Returns the value of a column.
pub(super) fn get<'r, T: FromSql<'r>>(row: &'r Row, column: impl Column) -> Result<T> {
    row.try_get(column).map_err(|error| unreadable(column, with_cause(&error)))
}

/// A number in a column that is of a narrower type here.
pub(super) fn small<T: TryFrom<i64>>(row: &Row, column: impl Column) -> Result<T> {
    narrow(get(row, column)?, column)
}

fn narrow<T: TryFrom<i64>>(number: i64, column: impl Column) -> Result<T> {
    T::try_from(number).map_err(|_| unreadable(column, format!("{number} is out of range")))
}

/// The time in a column: milliseconds since 1970.
pub(super) fn time(row: &Row, column: impl Column) -> Result<Timestamp> {
    time_at(get(row, column)?, column)
}

/// The time of so many milliseconds since 1970, which were found in a column.
pub(super) fn time_at(millis: i64, column: impl Column) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|error| unreadable(column, error))
}

/// The JSON in a text that was found in a column.
pub(super) fn json_in<T: DeserializeOwned>(text: &str, column: impl Column) -> Result<T> {
    serde_json::from_str(text).map_err(|error| unreadable(column, error))
}

/// Reads the value in a text that was found in a column.
pub(super) fn json_value_in(text: &str, column: impl Column) -> Result<Json> {
    Json::parse(text).map_err(|error| unreadable(column, error))
}

/// The JSON in a column that may be empty.
pub(super) fn optional_json<T: DeserializeOwned>(row: &Row, column: impl Column) -> Result<Option<T>> {
    get::<Option<_>>(row, column)?.map(|text| json_in(text, column)).transpose()
}

/// The word in a column, read by `parse`.
pub(super) fn word<T>(row: &Row, column: impl Column, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    let text: &str = get(row, column)?;
    parse(text).ok_or_else(|| unreadable(column, format!("unknown word \"{text}\"")))
}

/// The bytes in a column that has so many.
pub(super) fn bytes<const N: usize>(row: &Row, column: impl Column) -> Result<[u8; N]> {
    let bytes: &[u8] = get(row, column)?;
    bytes.try_into().map_err(|_| unreadable(column, format!("{} bytes, not {N}", bytes.len())))
}

/// The hash in a column.
pub(super) fn chain_hash(row: &Row, column: impl Column) -> Result<ChainHash> {
    bytes(row, column).map(ChainHash)
}

/// The grants in a column.
pub(super) fn held_ranks(row: &Row, column: impl Column) -> Result<Vec<HeldRank>> {
    grants_bytes::read(get(row, column)?).map_err(|error| unreadable(column, error))
}

/// A text to look for. PostgreSQL takes no U+0000, so that no stored text has one: U+FFFF, which is no
/// character either, stands for it.
pub(super) fn findable(text: &str) -> String {
    text.replace('\0', "\u{FFFF}")
}

fn unreadable(column: impl Column, error: impl Display) -> StorageError {
    StorageError::Corrupt(format!("column {column}: {error}"))
}
