//! How values are written in columns, and how an error of the engine becomes one of storage.

use std::fmt::Display;

use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::ChainHash;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{ErrorCode, Row, RowIndex};
use uuid::Uuid;

use crate::{StorageError, grants_bytes};

/// An error of the engine, sorted by what a caller can do about it.
pub(super) fn engine_error(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        // Within this process one thread writes: only another process can keep the lock for so long.
        Some(ErrorCode::DatabaseBusy) => StorageError::Locked,
        Some(ErrorCode::DatabaseLocked) => StorageError::Busy,
        Some(ErrorCode::ConstraintViolation) => StorageError::Conflict(error.to_string()),
        Some(ErrorCode::DiskFull) => StorageError::DiskFull(error.to_string()),
        Some(ErrorCode::SystemIoFailure) if needs_more_disk(&error) => {
            StorageError::DiskFull(error.to_string())
        }
        _ if matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) => {
            StorageError::Corrupt(error.to_string())
        }
        _ => StorageError::Engine(Box::new(error)),
    }
}

/// Whether a failure of the system is about the size of the file that all processes share beside a database:
/// it cannot grow on a full disk.
fn needs_more_disk(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE)
}

/// A UUID as 16 bytes.
pub(super) struct Id(pub(super) Uuid);

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Uuid::from_slice(value.as_blob()?).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A time as milliseconds since 1970.
pub(super) struct Millis(pub(super) Timestamp);

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let time = Timestamp::from_millisecond(value.as_i64()?);
        time.map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A column: its name, or its number where rows are read often.
pub(super) trait Column: RowIndex + Display + Copy {}

impl<C: RowIndex + Display + Copy> Column for C {}

/// The id in a column.
pub(super) fn id(row: &Row<'_>, column: impl Column) -> rusqlite::Result<Uuid> {
    row.get::<_, Id>(column).map(|id| id.0)
}

/// The time in a column.
pub(super) fn time(row: &Row<'_>, column: impl Column) -> rusqlite::Result<Timestamp> {
    row.get::<_, Millis>(column).map(|time| time.0)
}

/// The word in a column, read by `parse`.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: impl Column,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| unreadable(column, format!("unknown word \"{text}\"")))
}

/// The hash in a column.
pub(super) fn chain_hash(row: &Row<'_>, column: impl Column) -> rusqlite::Result<ChainHash> {
    row.get(column).map(ChainHash)
}

/// The grants in a column.
pub(super) fn held_ranks(row: &Row<'_>, column: impl Column) -> rusqlite::Result<Vec<HeldRank>> {
    let bytes = row.get_ref(column)?.as_blob().map_err(|error| unreadable(column, error))?;
    grants_bytes::read(bytes).map_err(|error| unreadable(column, error))
}

/// The yes or no in a column of the ledger: 1 or 0, and nothing else.
pub(super) fn flag(row: &Row<'_>, column: impl Column) -> rusqlite::Result<bool> {
    optional_flag(row, column)?.ok_or_else(|| unreadable(column, "it is empty"))
}

/// The yes or no in a column of the ledger that may be empty.
pub(super) fn optional_flag(row: &Row<'_>, column: impl Column) -> rusqlite::Result<Option<bool>> {
    match row.get::<_, Option<i64>>(column)? {
        None => Ok(None),
        Some(0) => Ok(Some(false)),
        Some(1) => Ok(Some(true)),
        Some(other) => Err(unreadable(column, format!("{other} is neither 0 nor 1"))),
    }
}

fn unreadable(
    column: impl Column,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    let error = format!("column {column}: {}", error.into());
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
}
