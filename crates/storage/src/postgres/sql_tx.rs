//! How the SQL that is written once runs in PostgreSQL: see [`crate::sql`].

use std::error::Error;
use std::result::Result as StdResult;

use bytes::BytesMut;
use futures_util::future::try_join_all;
use rankledger_domain::ids::CommunityId;

use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::codec::{findable, with_cause};
use super::tx::PgTx;
use crate::Result;
use crate::cache::{Cache, Revision};
use crate::sql::{Column, Columns, Params, Row, SqlTx, Value};

/// Hands the values over as the client library takes them.
pub(super) fn parameters(params: Params<'_>) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> StdResult<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(yes) => yes.to_sql_checked(ty, out),
            Self::Integer(number) => number.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::SoughtText(text) => findable(text).to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(ty, out),
            Self::Uuid(id) => id.to_sql_checked(ty, out),
        }
    }

    /// Accepts every type: which one goes with a value is known only when it is written.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Columns for tokio_postgres::Row {
    fn value(&self, column: Column) -> StdResult<Value<'_>, String> {
        let number = match column {
            Column::Name(name) => self.columns().iter().position(|column| column.name() == name),
            Column::Number(number) => Some(number),
        };
        let number = number.filter(|number| *number < self.len()).ok_or("there is no such column")?;
        let value = match *self.columns()[number].type_() {
            Type::BOOL => self.try_get::<_, Option<bool>>(number).map(|value| value.map(Value::Bool)),
            Type::INT8 => self.try_get::<_, Option<i64>>(number).map(|value| value.map(Value::Integer)),
            Type::UUID => self.try_get::<_, Option<Uuid>>(number).map(|value| value.map(Value::Uuid)),
            Type::BYTEA => self.try_get::<_, Option<&[u8]>>(number).map(|value| value.map(Value::Bytes)),
            _ => self
                .try_get::<_, Option<&str>>(number)
                .map(|value| value.map(|text| Value::Text(text.into()))),
        };
        value.map(|value| value.unwrap_or(Value::Null)).map_err(|error| with_cause(&error))
    }
}

impl SqlTx for PgTx {
    const NOW: &'static str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    const TRUE: &'static str = "true";
    const FAILS_WHOLE: bool = true;

    fn cache(&self) -> &Cache {
        Self::cache(self)
    }

    async fn revision(&mut self, community: CommunityId) -> Result<Option<Revision>> {
        Self::revision(self, community).await
    }

    async fn on(&mut self, community: CommunityId) -> Result<&mut Self> {
        Self::on(self, community).await?;
        Ok(self)
    }

    async fn anywhere(&mut self) -> Result<&mut Self> {
        Self::anywhere(self).await?;
        Ok(self)
    }

    async fn writing(&mut self, community: CommunityId) -> Result<&mut Self> {
        Self::writing(self, community).await?;
        Ok(self)
    }

    async fn writing_anywhere(&mut self) -> Result<&mut Self> {
        Self::writing_anywhere(self).await?;
        Ok(self)
    }

    async fn writing_beside(&mut self) -> Result<&mut Self> {
        Self::writing_beside(self).await?;
        Ok(self)
    }

    async fn run(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        Self::run(self, sql, &parameters(params)).await
    }

    async fn run_each(&mut self, sql: &str, params: &[Vec<Value<'_>>]) -> Result<()> {
        let tx = &*self;
        let run = |params| async move { Self::run(tx, sql, &parameters(params)).await };
        try_join_all(params.iter().map(|params| run(params.as_slice()))).await.map(drop)
    }

    async fn run_returning<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Option<R>> {
        let found = SqlTx::one(self, sql, params, read).await?;
        self.count_written(u64::from(found.is_some()));
        Ok(found)
    }

    async fn one<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Option<R>> {
        Self::one(self, sql, &parameters(params), |row| read(&Row(row))).await
    }

    async fn all<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut read: impl FnMut(&Row<'_>) -> Result<R> + Send,
    ) -> Result<Vec<R>> {
        Self::all(self, sql, &parameters(params), |row| read(&Row(row))).await
    }

    fn community_made(&mut self, community: CommunityId) {
        self.lock_new(community);
    }

    fn history_pruned(&mut self) {
        self.seen.live_changes.forget();
    }
}
