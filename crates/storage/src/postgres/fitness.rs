//! Whether a server is fit for its work: what is refused at the start, and what an operator should know
//! later.

use deadpool_postgres::Object;
use jiff::{SignedDuration, Timestamp};

use super::PostgresUrl;
use super::codec::{engine_error, time};
use crate::checkup::Check;
use crate::{HealthWarning, Result, StorageError};

/// The oldest version that will do, as `server_version_num` says it.
const OLDEST: i32 = 150_000;

/// How far the clock of a node may be from that of the database before its operator is warned.
const TELL_OFFSET: SignedDuration = SignedDuration::from_secs(5);

/// Refuses a server that is too old. Returns its version.
pub(super) async fn refuse_old_server(client: &Object, url: &PostgresUrl) -> Result<String> {
    let sql = "SELECT current_setting('server_version_num')::int, current_setting('server_version')";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    let (number, version): (i32, String) = (row.get(0), row.get(1));
    refuse_old_version(url, number, &version)?;
    Ok(version)
}

/// Refuses a version that is too old: its number as `server_version_num` says it, and what people call it.
pub fn refuse_old_version(url: &PostgresUrl, number: i32, version: &str) -> Result<()> {
    if number >= OLDEST {
        return Ok(());
    }
    Err(StorageError::Open {
        database: url.to_string(),
        cause: format!("it is PostgreSQL {version}"),
        advice: "Rankledger needs PostgreSQL 15 or a newer one",
    })
}

/// Refuses a user who may only read.
pub(super) async fn refuse_read_only(client: &Object, url: &PostgresUrl) -> Result<()> {
    let sql = "SELECT has_table_privilege('rank_changes', 'INSERT') AND has_table_privilege('account_standings', 'UPDATE')";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    if row.get(0) {
        return Ok(());
    }
    Err(StorageError::Open {
        database: url.to_string(),
        cause: "its user may read, but not write".to_owned(),
        advice: "GRANT it INSERT, UPDATE and DELETE on all tables of the schema, or let it own them",
    })
}

/// Returns the warnings about the server that an operator should know.
pub(super) async fn health_warnings(client: &Object, now: Timestamp) -> Result<Vec<HealthWarning>> {
    Ok(lasting(client, now).await?.into_iter().filter_map(|check| check.outcome.err()).collect())
}

/// Counts the other nodes on this database. One whose sessions this user may not see is not among them.
pub(super) async fn other_nodes(client: &Object) -> Result<u64> {
    let sql = "SELECT count(DISTINCT application_name) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> current_setting('application_name')
             AND application_name ~ ' node [0-9a-f]{8}$'";
    let count: i64 = client.query_one(sql, &[]).await.map_err(engine_error)?.get(0);
    Ok(count.unsigned_abs())
}

/// Returns the name under which the connections of a node are seen, where `program` is that of the program.
pub(super) fn node_name(program: &str, node: u32) -> String {
    format!("{program} node {node:08x}")
}

/// Looks at what may come and go while a node runs.
pub(super) async fn lasting(client: &Object, now: Timestamp) -> Result<Vec<Check>> {
    let sql =
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, current_setting('fsync') = 'on',
         current_setting('full_page_writes') = 'on', pg_is_in_recovery()";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    let theirs = time(&row, 0)?;
    let is_durable = row.get(1) && row.get(2);
    let mut checks = vec![clock(now.duration_since(theirs)), durability(is_durable)];
    if row.get(3) {
        checks.push(Check::warning(
            "primary",
            "there is no primary: what is read comes from a standby, and nothing can be written",
        ));
    }
    Ok(checks)
}

/// Checks the clock of a node: `offset` is how far it is ahead of the database's clock.
#[must_use]
pub fn clock(offset: SignedDuration) -> Check {
    let name = "clock";
    if offset.abs() <= TELL_OFFSET {
        return Check::fine(name, "as that of the database");
    }
    let text = format!(
        "the clock of this machine is {} seconds {} that of the database: set it by NTP. Until then, the changes that this \
         server records bear times that are wrong by as much",
        offset.abs().as_secs(),
        if offset.is_positive() { "ahead of" } else { "behind" }
    );
    Check::warning(name, text)
}

fn durability(is_durable: bool) -> Check {
    let name = "durability";
    if is_durable {
        return Check::fine(name, "a commit is on the disk when it is answered");
    }
    Check::warning(
        name,
        "the database runs with fsync or full_page_writes off: a loss of power may lose what was answered",
    )
}
