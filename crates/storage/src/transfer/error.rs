//! Why a copy is refused, or fails.

use super::chain::BrokenPlace;
use super::tables::Table;
use super::value::Value;
use crate::StorageError;

/// Why a copy is refused, or fails. Until it succeeds nobody else opens the target.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A database failed, in general.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A database failed, at a table.
    #[error("table {table}: {cause}")]
    InTable {
        /// The table.
        table: &'static str,
        /// The error of the database.
        cause: StorageError,
    },
    /// The target has rows, and not from a copy that was interrupted.
    #[error("the target is not empty, its table {0} has rows: give an empty database")]
    NotEmpty(&'static str),
    /// The target holds the beginning of a copy, of another source or of this one before it was changed.
    #[error(
        "the target holds the beginning of a copy of another database, or of this one before it was changed: \
         begin anew, with an empty database as the target"
    )]
    OtherSource,
    /// Somebody has written to the source since the copy began.
    #[error(
        "the source was written to while it was copied: stop its servers, and begin anew, with an empty database as the target"
    )]
    SourceChanged,
    /// A table has not as many rows in the target as in the source.
    #[error("table {table}: {in_source} rows in the source, but {in_target} in the target")]
    Count {
        /// The table.
        table: &'static str,
        /// Rows in the source.
        in_source: u64,
        /// Rows in the target.
        in_target: u64,
    },
    /// A row is not the same in both.
    #[error(
        "table {table}: the row of {key} is not the same in the source and in the target: if somebody wrote to one of them, stop \
         their servers, and begin anew, with an empty database as the target"
    )]
    Row {
        /// The table.
        table: &'static str,
        /// The key of the row, in words.
        key: String,
    },
    /// The history of a community is broken.
    #[error("the history of the community \"{community}\" in the {side} is broken at {place}")]
    Broken {
        /// `source` or `target`.
        side: &'static str,
        /// The public id of the community.
        community: String,
        /// Where, and in what way.
        place: BrokenPlace,
    },
}

impl CopyError {
    /// For the errors of a table.
    pub(super) fn at(table: &Table) -> impl Fn(StorageError) -> Self + use<> {
        let table = table.name;
        move |cause| Self::InTable { table, cause }
    }

    /// For a row that differs.
    pub(super) fn row(table: &Table, row: &[Value]) -> Self {
        let key = table.key_columns().iter().zip(row);
        let key: Vec<_> = key.map(|(column, value)| format!("{} {value}", column.name)).collect();
        Self::Row { table: table.name, key: key.join(", ") }
    }
}
