//! Tables and their columns, as each noun's file declares them. A test compares them with the catalogue of
//! each backend, so that no noun can forget one that its migration adds.

use super::value::{Kind, Row, Value};

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// How many columns make its key. They come first.
    pub key: usize,
    /// Its columns, but those that the database draws itself.
    pub columns: &'static [Column],
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Kind of the values in the column.
    pub kind: Kind,
}

impl Table {
    /// The columns of the key.
    pub(crate) fn key_columns(&self) -> &'static [Column] {
        &self.columns[..self.key]
    }

    /// The key of a row.
    pub(crate) fn key_of(&self, row: &[Value]) -> Row {
        row[..self.key].to_vec()
    }
}

/// The columns that each database draws itself: their values mean nothing in another.
pub const DRAWN: &[(&str, &str)] = &[("communities", "revision"), ("account_standings", "row_revision")];

/// Writes tables as `table: [key] other columns;`.
macro_rules! tables {
    ($($table:ident: [$($key:ident $key_kind:ident),+] $($column:ident $kind:ident),*;)+) => {
        &[$($crate::transfer::Table {
            name: stringify!($table),
            key: [$(stringify!($key)),+].len(),
            columns: &[
                $($crate::transfer::Column { name: stringify!($key), kind: $crate::transfer::Kind::$key_kind },)+
                $($crate::transfer::Column { name: stringify!($column), kind: $crate::transfer::Kind::$kind },)*
            ],
        }),+]
    };
}
pub(crate) use tables;

/// All tables but `leases`, which is about the nodes on a database and not what it holds. The order is one in
/// which they can be filled: no row refers to one that comes later.
pub fn all() -> impl DoubleEndedIterator<Item = &'static Table> {
    crate::TABLES.iter().copied().flatten()
}
