//! A whole database, read and filled table by table.

use std::pin::pin;

use async_trait::async_trait;
use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::codec::{self, get, with_cause};
use super::{PostgresStorage, PostgresUrl};
use crate::transfer::{Column, Filling, Kind, Row, Table, Value, View, WholeDatabase, sql, tables};
use crate::{Result, StorageError};

/// Refuses a database that a copy is to fill.
pub(super) async fn refuse_unfinished(client: &Client, url: &PostgresUrl) -> Result<()> {
    if has_mark(client).await? {
        return Err(StorageError::Unfinished(url.to_string()));
    }
    Ok(())
}

async fn has_mark(client: &Client) -> Result<bool> {
    let found = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&sql::MARK]).await;
    get(&found.map_err(engine_error)?, 0)
}

#[async_trait]
impl WholeDatabase for PostgresStorage {
    async fn view(&self) -> Result<Box<dyn View>> {
        let client = Object::take(self.connections.reader().await?);
        // Between two questions the other database is at work, for as long as it takes.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
            SET LOCAL idle_in_transaction_session_timeout = 0";
        client.batch_execute(begin).await.map_err(engine_error)?;
        Ok(Box::new(PgView(client)))
    }

    async fn filling(&self) -> Result<Box<dyn Filling>> {
        Ok(Box::new(PgFilling(self.connections.writer().await?)))
    }
}

/// A connection in a transaction, which ends with it.
struct PgView(ClientWrapper);

#[async_trait]
impl View for PgView {
    async fn count(&mut self, table: &Table) -> Result<u64> {
        let row = self.0.query_one(&sql::count(table), &[]).await.map_err(engine_error)?;
        Ok(get::<i64>(&row, 0)?.unsigned_abs())
    }

    async fn last_key(&mut self, table: &Table) -> Result<Option<Row>> {
        let row = self.0.query_opt(&sql::last_key(table), &[]).await.map_err(engine_error)?;
        row.map(|row| values(&row, table.key_columns())).transpose()
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>, take: u32) -> Result<Vec<Row>> {
        let page = sql::page(table, after.is_some(), take, '$');
        let params = params(table.key_columns(), after.unwrap_or_default());
        let rows = self.0.query(&page, &params).await.map_err(engine_error)?;
        rows.iter().map(|row| values(row, table.columns)).collect()
    }
}

struct PgFilling(Object);

#[async_trait]
impl Filling for PgFilling {
    async fn noted(&mut self) -> Result<Option<String>> {
        if !has_mark(&self.0).await? {
            return Ok(None);
        }
        let noted = format!("SELECT source FROM {}", sql::MARK);
        let row = self.0.query_opt(&noted, &[]).await.map_err(engine_error)?;
        row.map(|row| get(&row, 0)).transpose()
    }

    async fn begin(&mut self, noted: &str) -> Result<()> {
        let tx = self.0.transaction().await.map_err(engine_error)?;
        let make = format!("CREATE TABLE {} (source TEXT NOT NULL)", sql::MARK);
        tx.batch_execute(&make).await.map_err(engine_error)?;
        let note = format!("INSERT INTO {} (source) VALUES ($1)", sql::MARK);
        tx.execute(&note, &[&noted]).await.map_err(engine_error)?;
        tx.commit().await.map_err(engine_error)
    }

    async fn write(&mut self, table: &Table, rows: &[Row]) -> Result<()> {
        let types: Vec<_> = table.columns.iter().map(|column| column_type(column.kind)).collect();
        let copy = format!("COPY {} ({}) FROM STDIN BINARY", table.name, sql::columns(table));
        let sink = self.0.copy_in(&copy).await.map_err(engine_error)?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        for row in rows {
            let params = params(table.columns, row);
            writer.as_mut().write(&params).await.map_err(engine_error)?;
        }
        writer.finish().await.map(drop).map_err(engine_error)
    }

    /// The next community gets an id after those that were written, and the planner learns what there is.
    async fn finish(&mut self) -> Result<()> {
        let sequence =
            "SELECT setval(pg_get_serial_sequence('communities', 'id'), coalesce(max(id), 0) + 1, false)
            FROM communities";
        self.0.query_one(sequence, &[]).await.map_err(engine_error)?;
        let tables: Vec<_> = tables::all().map(|table| table.name).collect();
        self.0.batch_execute(&format!("ANALYZE {}", tables.join(", "))).await.map_err(engine_error)?;
        self.0.batch_execute(&format!("DROP TABLE {}", sql::MARK)).await.map_err(engine_error)
    }
}

/// An error of the engine, with what the server said of it.
fn engine_error(error: tokio_postgres::Error) -> StorageError {
    let text = with_cause(&error);
    match codec::engine_error(error) {
        StorageError::Engine(_) => StorageError::Engine(text.into()),
        error => error,
    }
}

fn column_type(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Bool => Type::BOOL,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
        Kind::Id => Type::UUID,
    }
}

/// The values of these columns as parameters.
fn params<'a>(columns: &[Column], values: &'a [Value]) -> Vec<&'a (dyn ToSql + Sync)> {
    columns.iter().zip(values).map(|(column, value)| param(column.kind, value)).collect()
}

fn param(kind: Kind, value: &Value) -> &(dyn ToSql + Sync) {
    match value {
        Value::Null => null(kind),
        Value::Int(number) => number,
        Value::Bool(yes) => yes,
        Value::Text(text) => text,
        Value::Bytes(bytes) => bytes,
        Value::Id(id) => id,
    }
}

fn null(kind: Kind) -> &'static (dyn ToSql + Sync) {
    match kind {
        Kind::Int => &None::<i64>,
        Kind::Bool => &None::<bool>,
        Kind::Text => &None::<&str>,
        Kind::Bytes => &None::<&[u8]>,
        Kind::Id => &None::<Uuid>,
    }
}

/// The values of a row.
fn values(row: &tokio_postgres::Row, columns: &[Column]) -> Result<Row> {
    columns.iter().enumerate().map(|(index, column)| value(row, index, column.kind)).collect()
}

fn value(row: &tokio_postgres::Row, index: usize, kind: Kind) -> Result<Value> {
    let value = match kind {
        Kind::Int => get::<Option<_>>(row, index)?.map(Value::Int),
        Kind::Bool => get::<Option<_>>(row, index)?.map(Value::Bool),
        Kind::Text => get::<Option<_>>(row, index)?.map(Value::Text),
        Kind::Bytes => get::<Option<_>>(row, index)?.map(Value::Bytes),
        Kind::Id => get::<Option<_>>(row, index)?.map(Value::Id),
    };
    Ok(value.unwrap_or(Value::Null))
}
