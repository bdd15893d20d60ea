//! Statements that delete everything of one community, made from the list of tables. Both databases run them:
//! `$1` is the community, `$2` the largest number of rows.

use super::tables::{self, Table};

/// Returns the statements that delete the rows of all tables of which a community may have many, those that
/// refer to others first.
pub(crate) fn delete_some() -> impl Iterator<Item = String> {
    backwards().filter(|table| table.key > 1).map(|table| {
        let names: Vec<_> = table.key_columns().iter().map(|column| column.name).collect();
        let (name, key) = (table.name, names.join(", "));
        format!(
            "DELETE FROM {name} WHERE ({key}) IN (SELECT {key} FROM {name} WHERE community = $1 LIMIT $2)"
        )
    })
}

/// Returns the statements that delete the single rows of a community, and the community last.
pub(crate) fn delete_all() -> impl Iterator<Item = String> {
    backwards().filter(|table| table.key == 1).map(|table| {
        let (name, key) = (table.name, table.key_columns()[0].name);
        format!("DELETE FROM {name} WHERE {key} = $1")
    })
}

fn backwards() -> impl Iterator<Item = &'static Table> {
    tables::all().rev()
}
