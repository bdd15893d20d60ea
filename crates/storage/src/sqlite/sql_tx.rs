//! How the SQL that is written once runs in SQLite: see [`crate::sql`].

use std::result::Result as StdResult;

use rankledger_domain::ids::CommunityId;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::codec::engine_error;
use super::tx::SqliteTx;
use crate::Result;
use crate::cache::{Cache, Revision};
use crate::sql::{Column, Columns, Params, Row, SqlTx, Value};

/// The names of parameters. SQLite numbers them as it meets them in a statement, so each is bound by its
/// name.
const NAMES: [&str; 16] =
    ["$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16"];

/// Pairs each value with the name of its parameter.
fn named(params: Params<'_>) -> Vec<(&'static str, &dyn ToSql)> {
    assert!(params.len() <= NAMES.len(), "a statement has at most {} parameters", NAMES.len());
    NAMES.into_iter().zip(params.iter().map(|value| value as &dyn ToSql)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) | Self::SoughtText(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Uuid(id) => ValueRef::Blob(id.as_bytes()),
        }))
    }
}

impl Columns for rusqlite::Row<'_> {
    fn value(&self, column: Column) -> StdResult<Value<'_>, String> {
        let found = match column {
            Column::Name(name) => self.get_ref(name),
            Column::Number(number) => self.get_ref(number),
        };
        match found.map_err(|error| error.to_string())? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::Integer(number)),
            ValueRef::Real(_) => Err("a broken number".to_owned()),
            ValueRef::Text(text) => {
                let text = str::from_utf8(text).map_err(|error| error.to_string())?;
                Ok(Value::Text(text.into()))
            }
            ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes)),
        }
    }
}

impl SqlTx for SqliteTx {
    const NOW: &'static str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    const TRUE: &'static str = "1";
    const FAILS_WHOLE: bool = false;

    fn cache(&self) -> &Cache {
        Self::cache(self)
    }

    async fn revision(&mut self, community: CommunityId) -> Result<Option<Revision>> {
        Self::revision(self, community)
    }

    async fn on(&mut self, _community: CommunityId) -> Result<&mut Self> {
        Ok(self)
    }

    async fn anywhere(&mut self) -> Result<&mut Self> {
        Ok(self)
    }

    async fn writing(&mut self, _community: CommunityId) -> Result<&mut Self> {
        self.writing_anywhere().await
    }

    async fn writing_anywhere(&mut self) -> Result<&mut Self> {
        self.forget_revisions();
        Ok(self)
    }

    async fn writing_beside(&mut self) -> Result<&mut Self> {
        Ok(self)
    }

    async fn run(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        let written = Self::run(self, sql, named(params).as_slice())?;
        Ok(u64::try_from(written).unwrap_or(u64::MAX))
    }

    async fn run_each(&mut self, sql: &str, params: &[Vec<Value<'_>>]) -> Result<()> {
        params.iter().try_for_each(|params| Self::run(self, sql, named(params).as_slice()).map(drop))
    }

    async fn run_returning<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Option<R>> {
        SqlTx::one(self, sql, params, read).await
    }

    async fn one<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Option<R>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(named(params).as_slice()).map_err(engine_error)?;
        let row = rows.next().map_err(engine_error)?;
        row.map(|row| read(&Row(row))).transpose()
    }

    async fn all<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut read: impl FnMut(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Vec<R>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(named(params).as_slice()).map_err(engine_error)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(engine_error)? {
            found.push(read(&Row(row))?);
        }
        Ok(found)
    }
}
