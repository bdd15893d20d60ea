//! Every value of every table arrives, from one backend to the other and back.

use std::collections::HashSet;

use rankledger_domain::ids::CommunityId;
use rankledger_storage::Storage;
use rankledger_storage::transfer::{Column, Kind, Row, Table, Value, WholeDatabase, tables};
use uuid::Uuid;

use crate::kit::{begin, new_community};
use crate::test_database::{Postgres, Sqlite};

/// Returns the columns that may be empty.
fn nullable() -> HashSet<(String, String)> {
    let sql = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND c.\"notnull\" = 0 AND c.pk = 0";
    let place = Sqlite::fresh();
    let file = place.file();
    let mut statement = file.prepare(sql).expect("a question");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<rusqlite::Result<_>>().expect("columns")
}

/// Returns rows with everything filled in, and a last one with null in every column that may be empty. Row 1
/// of a table belongs to row 1 of others.
fn rows(table: &Table, nullable: &HashSet<(String, String)>) -> Vec<Row> {
    // A session of the console is that of a key or of a person.
    let is_of_another = |number: u8, column: &Column| {
        table.name == "console_sessions"
            && matches!((number, column.name), (1, "account") | (2, "credential"))
    };
    let is_empty = |number: u8, column: &Column| {
        let may_be_empty = nullable.contains(&(table.name.to_owned(), column.name.to_owned()));
        number == 3 && may_be_empty || is_of_another(number, column)
    };
    let value = |number: u8, column: &Column| {
        if is_empty(number, column) { Value::Null } else { value(number, column) }
    };
    (1..=3).map(|number| table.columns.iter().map(|column| value(number, column)).collect()).collect()
}

fn value(number: u8, column: &Column) -> Value {
    match (column.kind, column.name) {
        (Kind::Text, "kind") => Value::Text("undo".to_owned()),
        // A delivery that waits is due at some time, and no other is.
        (Kind::Text, "state") if number == 3 => Value::Text("failed".to_owned()),
        (Kind::Text, "state") => Value::Text("waiting".to_owned()),
        (Kind::Text, "promotion_type") => Value::Text("demote".to_owned()),
        (Kind::Text, name) => Value::Text(format!("{name} {number}: \"ä\"\t\\N, 'ß'\r\n")),
        (Kind::Int, "join_date") => Value::Int(i64::MIN),
        (Kind::Int, _) => Value::Int(i64::from(number)),
        (Kind::Bool, _) => Value::Bool(number == 2),
        (Kind::Bytes, _) => Value::Bytes(vec![number - 1; 32]),
        (Kind::Id, _) => Value::Id(Uuid::from_u128(u128::MAX / 3 * u128::from(number))),
    }
}

/// Returns all rows of a database, read two at a time.
async fn dump(database: &dyn WholeDatabase) -> Vec<(&'static str, Vec<Row>)> {
    let mut view = database.view().await.expect("a view");
    let mut all = Vec::new();
    for table in tables::all() {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = rows.last().map(|row| &row[..table.key]);
            let page = view.page(table, after, 2).await.expect("a page");
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        assert_eq!(view.count(table).await.expect("a count"), rows.len() as u64, "{}", table.name);
        let last = view.last_key(table).await.expect("a key");
        assert_eq!(last.as_deref(), rows.last().map(|row| &row[..table.key]), "{}", table.name);
        all.push((table.name, rows));
    }
    all
}

async fn fill(database: &dyn WholeDatabase, rows: &[(&str, Vec<Row>)]) {
    let mut filling = database.filling().await.expect("a filling");
    assert_eq!(filling.noted().await.expect("no note"), None);
    filling.begin("noted").await.expect("a beginning");
    assert_eq!(filling.noted().await.expect("the note").as_deref(), Some("noted"));
    for (table, (_, rows)) in tables::all().zip(rows) {
        filling.write(table, rows).await.unwrap_or_else(|error| panic!("{}: {error}", table.name));
    }
    filling.finish().await.expect("an end");
    assert_eq!(filling.noted().await.expect("no note"), None);
}

#[tokio::test]
async fn every_value_arrives() {
    let nullable = nullable();
    let made: Vec<_> = tables::all().map(|table| (table.name, rows(table, &nullable))).collect();
    let (first, second, third) = (Sqlite::fresh(), Postgres::fresh().await, Sqlite::fresh());
    fill(&first.storage, &made).await;
    let in_sqlite = dump(&first.storage).await;
    assert_eq!(in_sqlite, made);
    fill(&second.storage, &in_sqlite).await;
    let in_postgres = dump(&second.storage).await;
    assert_eq!(in_postgres, made);
    fill(&third.storage, &in_postgres).await;
    assert_eq!(dump(&third.storage).await, made);
}

#[tokio::test]
async fn the_next_community_has_an_id_of_its_own() {
    let nullable = nullable();
    let made: Vec<_> = tables::all().map(|table| (table.name, rows(table, &nullable))).collect();
    let (sqlite, postgres) = (Sqlite::fresh(), Postgres::fresh().await);
    let both: [&dyn WholeDatabase; 2] = [&sqlite.storage, &postgres.storage];
    for database in both {
        fill(database, &made).await;
        let storage: &dyn Storage = database;
        let mut tx = begin(storage).await;
        let community = tx.insert_community(&new_community("club")).await.expect("a community");
        assert_eq!(community, CommunityId(4));
    }
}
