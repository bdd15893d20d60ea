//! The SQL that both backends read tables with. `sigil` comes before the number of a parameter: `?` or `$`.

use super::tables::{Column, Table};

/// The table that a database has while it is being filled.
pub(crate) const MARK: &str = "unfinished_migration";

pub(crate) fn count(table: &Table) -> String {
    format!("SELECT count(*) FROM {}", table.name)
}

pub(crate) fn last_key(table: &Table) -> String {
    let key = names(table.key_columns(), "");
    let backwards = names(table.key_columns(), " DESC");
    format!("SELECT {key} FROM {} ORDER BY {backwards} LIMIT 1", table.name)
}

/// After a key, whose values are the parameters, or from the beginning.
pub(crate) fn page(table: &Table, is_after_key: bool, take: u32, sigil: char) -> String {
    let (all, key) = (names(table.columns, ""), names(table.key_columns(), ""));
    let after =
        if is_after_key { format!("WHERE ({key}) > ({})", params(table.key, sigil)) } else { String::new() };
    format!("SELECT {all} FROM {} {after} ORDER BY {key} LIMIT {take}", table.name)
}

/// The columns of a table, as a list.
pub(crate) fn columns(table: &Table) -> String {
    names(table.columns, "")
}

/// The first parameters, as a list.
pub(crate) fn params(count: usize, sigil: char) -> String {
    let params: Vec<_> = (1..=count).map(|number| format!("{sigil}{number}")).collect();
    params.join(", ")
}

fn names(columns: &[Column], suffix: &str) -> String {
    let names: Vec<_> = columns.iter().map(|column| format!("\"{}\"{suffix}", column.name)).collect();
    names.join(", ")
}
