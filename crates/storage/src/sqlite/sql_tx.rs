//! How the SQL that is written once runs in SQLite: see [`crate::sql`].

use std::result::Result as StdResult;

use rankledger_domain::ids::CommunityId;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ToSql};

use super::codec::engine_error;
use super::tx::SqliteTx;
use crate::Result;
use crate::cache::{Cache, Revision};
use crate::sql::{Column, Columns, Params, Row, SqlTx, Value};

/// The most parameters that a statement has.
const MOST_PARAMETERS: usize = 160;

/// Binds the values of `$1`, `$2`, ... SQLite numbers parameters as it meets them in a statement. The names
/// are those of the values, each at least once; anything else is a mistake in this crate.
fn bind(statement: &mut CachedStatement<'_>, sql: &str, params: Params<'_>) -> Result<()> {
    let (mut index, mut bound) = (0, [false; MOST_PARAMETERS + 1]);
    for rest in sql.split('$').skip(1) {
        let Some(number) = number_before(rest) else { continue };
        if !std::mem::replace(bound.get_mut(number).expect("few parameters"), true) {
            index += 1;
            let value = number.checked_sub(1).and_then(|number| params.get(number));
            let value = value.unwrap_or_else(|| panic!("there is no value for ${number}: {sql}"));
            statement.raw_bind_parameter(index, value).map_err(engine_error)?;
        }
    }
    debug_assert_eq!(index, params.len(), "every value has a parameter: {sql}");
    Ok(())
}

/// The number that a text begins with.
fn number_before(text: &str) -> Option<usize> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
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
        let mut statement = self.prepare(sql)?;
        bind(&mut statement, sql, params)?;
        let written = statement.raw_execute().map_err(|error| self.failed(error))?;
        Ok(u64::try_from(written).unwrap_or(u64::MAX))
    }

    async fn run_each(&mut self, sql: &str, params: &[Vec<Value<'_>>]) -> Result<()> {
        let mut statement = self.prepare(sql)?;
        for params in params {
            bind(&mut statement, sql, params)?;
            statement.raw_execute().map_err(|error| self.failed(error))?;
        }
        Ok(())
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
        bind(&mut statement, sql, params)?;
        let mut rows = statement.raw_query();
        let row = rows.next().map_err(|error| self.failed(error))?;
        row.map(|row| read(&Row(row))).transpose()
    }

    async fn all<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut read: impl FnMut(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Vec<R>> {
        let mut statement = self.prepare(sql)?;
        bind(&mut statement, sql, params)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| self.failed(error))? {
            found.push(read(&Row(row))?);
        }
        Ok(found)
    }
}
