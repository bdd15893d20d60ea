//! Bringing the schema up to date, and refusing a database that is not ours.

use deadpool_postgres::Object;
use tokio_postgres::Client;

use super::PostgresUrl;
use super::codec::{engine_error, with_cause};
use super::connection::SESSION;
use crate::migrations;
use crate::{Result, StorageError};

/// The advisory lock of a node that brings the schema up to date: nodes that start at once take turns. "RKLG"
/// as a number.
const LOCK: i64 = 0x524B_4C47;

/// Runs the migrations that the database has not seen.
pub(super) async fn run(client: &mut Object, url: &PostgresUrl) -> Result<()> {
    refuse_strangers(client, url).await?;
    if newest_found(client).await? == newest_known() {
        return Ok(());
    }
    take_turn(client).await?;
    let brought_up = migrations::runner(migrations::POSTGRES).run_async(&mut ***client).await;
    end_turn(client).await?;
    brought_up.map(drop).map_err(|error| StorageError::Open {
        database: url.to_string(),
        cause: with_cause(&error),
        advice: "Its user must be allowed to make tables in it, and its schema must be as Rankledger left it",
    })
}

/// Waits until no other node brings the database up to date. An index of a large ledger takes its time.
pub(super) async fn take_turn(client: &Client) -> Result<()> {
    client.batch_execute("SET lock_timeout = 0").await.map_err(engine_error)?;
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.map(drop).map_err(engine_error)
}

/// Lets the next node have its turn.
pub(super) async fn end_turn(client: &Client) -> Result<()> {
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await.map_err(engine_error)?;
    client.batch_execute(SESSION).await.map_err(engine_error)
}

/// Refuses a database of another program, or of a newer version of this one, before anything is changed in
/// it.
pub(super) async fn refuse_strangers(client: &Client, url: &PostgresUrl) -> Result<()> {
    let tables =
        "SELECT count(*) FILTER (WHERE tablename IN ('ledger_heads', 'refinery_schema_history')), count(*)
         FROM pg_tables WHERE schemaname = current_schema()";
    let tables = client.query_one(tables, &[]).await.map_err(engine_error)?;
    let (ours, all): (i64, i64) = (tables.get(0), tables.get(1));
    if all > 0 && ours < 2 {
        return Err(StorageError::Open {
            database: url.to_string(),
            cause: "it holds the tables of another program".to_owned(),
            advice: "Name another database, or give its user a schema of its own",
        });
    }
    let (found, known) = (newest_found(client).await?, newest_known());
    if found > known {
        return Err(StorageError::Newer { database: url.to_string(), found, known });
    }
    Ok(())
}

/// The newest migration that there is.
pub(super) fn newest_known() -> i32 {
    migrations::newest(migrations::POSTGRES)
}

/// The newest migration that the database has seen; 0 before the first.
pub(super) async fn newest_found(client: &Client) -> Result<i32> {
    let history = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
    if !client.query_one(history, &[]).await.map_err(engine_error)?.get::<_, bool>(0) {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    Ok(client.query_one(newest, &[]).await.map_err(engine_error)?.get(0))
}
