//! A whole database file, read and filled table by table.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::types::{ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params_from_iter};

use super::codec::engine_error;
use super::connection::WritingConnection;
use super::connection::{cannot_open, has_table, open_reader};
use super::{SqliteStorage, codec};
use crate::transfer::{Column, Filling, Kind, Row, Table, Value, View, WholeDatabase, sql};
use crate::{Result, StorageError};

/// Refuses a file that a copy is to fill.
pub(super) fn refuse_unfinished(conn: &Connection, path: &Path) -> Result<()> {
    if has_table(conn, sql::MARK).map_err(|error| cannot_open(path, &error))? {
        return Err(StorageError::Unfinished(path.display().to_string()));
    }
    Ok(())
}

#[async_trait]
impl WholeDatabase for SqliteStorage {
    async fn view(&self) -> Result<Box<dyn View>> {
        let conn = open_reader(&self.path)?;
        conn.execute_batch("BEGIN").map_err(engine_error)?;
        Ok(Box::new(SqliteView(conn)))
    }

    async fn filling(&self) -> Result<Box<dyn Filling>> {
        Ok(Box::new(SqliteFilling(Arc::clone(&self.writer))))
    }
}

/// A connection in a transaction: what it sees is settled by its first question.
struct SqliteView(Connection);

#[async_trait]
impl View for SqliteView {
    async fn count(&mut self, table: &Table) -> Result<u64> {
        let count = self.0.query_row(&sql::count(table), [], |row| row.get::<_, i64>(0));
        Ok(count.map_err(engine_error)?.unsigned_abs())
    }

    async fn last_key(&mut self, table: &Table) -> Result<Option<Row>> {
        let read = |row: &rusqlite::Row<'_>| values(row, table.key_columns());
        self.0.query_row(&sql::last_key(table), [], read).optional().map_err(engine_error)
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>, take: u32) -> Result<Vec<Row>> {
        let page = || {
            let mut page = self.0.prepare_cached(&sql::page(table, after.is_some(), take, '?'))?;
            let rows = page
                .query_map(params_from_iter(after.unwrap_or_default()), |row| values(row, table.columns))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        page().map_err(engine_error)
    }
}

/// The connection that writes. It is unlocked between two portions, so that the write-ahead log can be moved
/// into the file.
struct SqliteFilling(Arc<tokio::sync::Mutex<WritingConnection>>);

#[async_trait]
impl Filling for SqliteFilling {
    async fn noted(&mut self) -> Result<Option<String>> {
        let conn = self.0.lock().await;
        if !has_table(&conn, sql::MARK).map_err(engine_error)? {
            return Ok(None);
        }
        let noted = format!("SELECT source FROM {}", sql::MARK);
        conn.query_row(&noted, [], |row| row.get(0)).optional().map_err(engine_error)
    }

    async fn begin(&mut self, noted: &str) -> Result<()> {
        let mut conn = self.0.lock().await;
        let begin = |conn: &mut Connection| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute_batch(&format!("CREATE TABLE {} (source TEXT NOT NULL) STRICT", sql::MARK))?;
            tx.execute(&format!("INSERT INTO {} (source) VALUES (?1)", sql::MARK), [noted])?;
            tx.commit()
        };
        begin(&mut conn).map_err(engine_error)
    }

    async fn write(&mut self, table: &Table, rows: &[Row]) -> Result<()> {
        let mut conn = self.0.lock().await;
        let (columns, params) = (sql::columns(table), sql::params(table.columns.len(), '?'));
        let insert = format!("INSERT INTO {} ({columns}) VALUES ({params})", table.name);
        let write = |conn: &mut Connection| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut statement = tx.prepare_cached(&insert)?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
            drop(statement);
            tx.commit()
        };
        write(&mut conn).map_err(engine_error)
    }

    async fn finish(&mut self) -> Result<()> {
        let conn = self.0.lock().await;
        // As long as the copy may not be on the disk, it counts as unfinished.
        conn.flush()?;
        conn.execute_batch(&format!("DROP TABLE {}", sql::MARK)).map_err(engine_error)?;
        conn.flush()
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
        }))
    }
}

/// The values of a row.
fn values(row: &rusqlite::Row<'_>, columns: &[Column]) -> rusqlite::Result<Row> {
    columns.iter().enumerate().map(|(index, column)| value(row, index, column.kind)).collect()
}

fn value(row: &rusqlite::Row<'_>, index: usize, kind: Kind) -> rusqlite::Result<Value> {
    if row.get_ref(index)?.data_type() == Type::Null {
        return Ok(Value::Null);
    }
    Ok(match kind {
        Kind::Int => Value::Int(row.get(index)?),
        Kind::Bool => Value::Bool(codec::flag(row, index)?),
        Kind::Text => Value::Text(row.get(index)?),
        Kind::Bytes => Value::Bytes(row.get(index)?),
        Kind::Id => Value::Id(codec::id(row, index)?),
    })
}
