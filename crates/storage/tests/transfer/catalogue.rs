//! The list of tables and columns matches the schema of the databases.

use std::collections::BTreeSet;

use rankledger_storage::transfer::{DRAWN, Kind, tables};

use crate::test_database::{Postgres, Sqlite};

/// Table, column and type of each column.
type Columns = BTreeSet<(String, String, String)>;

/// Returns the listed columns, with the type names of a database.
fn listed(type_of: impl Fn(Kind) -> &'static str) -> Columns {
    let of = |kind| type_of(kind).to_owned();
    let tables = tables::all().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let listed =
        tables.map(|(table, column)| (table.name.to_owned(), column.name.to_owned(), of(column.kind)));
    let drawn =
        DRAWN.iter().map(|(table, column)| ((*table).to_owned(), (*column).to_owned(), of(Kind::Int)));
    listed.chain(drawn).collect()
}

#[test]
fn sqlite_has_what_is_listed() {
    let sql = "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN ('refinery_schema_history', 'leases', 'file_stamp')";
    let file = Sqlite::fresh();
    let file = file.file();
    let mut statement = file.prepare(sql).expect("a question");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
    let found: Columns = rows.collect::<rusqlite::Result<_>>().expect("columns");
    let type_of = |kind| match kind {
        Kind::Int | Kind::Bool => "INTEGER",
        Kind::Text => "TEXT",
        Kind::Bytes | Kind::Id => "BLOB",
    };
    assert_eq!(found, listed(type_of));
}

#[tokio::test]
async fn postgres_has_what_is_listed() {
    let sql = "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name NOT IN ('refinery_schema_history', 'leases')";
    let database = Postgres::fresh().await;
    let rows = database.client().await.query(sql, &[]).await.expect("rows");
    let found: Columns = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let type_of = |kind| match kind {
        Kind::Int => "bigint",
        Kind::Bool => "boolean",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
        Kind::Id => "uuid",
    };
    assert_eq!(found, listed(type_of));
}

#[tokio::test]
async fn the_keys_are_those_of_the_tables() {
    let sql = "SELECT array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], a.attnum))
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indisprimary AND i.indrelid = to_regclass($1)";
    let database = Postgres::fresh().await;
    let client = database.client().await;
    for table in tables::all() {
        let found: Vec<String> = client.query_one(sql, &[&table.name]).await.expect("its key").get(0);
        let listed: Vec<_> = table.columns[..table.key].iter().map(|column| column.name).collect();
        assert_eq!(found, listed, "{}", table.name);
    }
}
