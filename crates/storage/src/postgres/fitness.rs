//! Whether a server is fit for its work: what is refused at the start, and what an operator should know later.

use deadpool_postgres::Object;
use jiff::{SignedDuration, Timestamp};

use super::PostgresUrl;
use super::codec::engine_error;
use crate::{Ailment, Result, StorageError};

/// The oldest version that will do, as `server_version_num` says it.
const OLDEST: i32 = 150_000;

/// How far the clock of a node may be from that of the database before its operator is told.
const TELL_OFFSET: SignedDuration = SignedDuration::from_secs(5);

/// How far it may be before the node should not be asked any more: what it records would bear a wrong time.
const GRAVE_OFFSET: SignedDuration = SignedDuration::from_secs(60);

/// Refuses a server that is too old.
pub(super) async fn refuse_old_server(client: &Object, url: &PostgresUrl) -> Result<()> {
    let sql = "SELECT current_setting('server_version_num')::int, current_setting('server_version')";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    if row.get::<_, i32>(0) >= OLDEST {
        return Ok(());
    }
    Err(StorageError::Open {
        database: url.to_string(),
        cause: format!("it is PostgreSQL {}", row.get::<_, String>(1)),
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

/// What an operator should know of the server.
pub(super) async fn ailments(client: &Object, now: Timestamp) -> Result<Vec<Ailment>> {
    let sql =
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, current_setting('fsync') = 'on',
         current_setting('full_page_writes') = 'on'";
    let row = client.query_one(sql, &[]).await.map_err(engine_error)?;
    let mut found = Vec::new();
    if let Ok(theirs) = Timestamp::from_millisecond(row.get(0)) {
        found.extend(clock_ailment(now.duration_since(theirs)));
    }
    if !row.get::<_, bool>(1) || !row.get::<_, bool>(2) {
        found.push(Ailment {
            is_grave: false,
            text: "the database runs with fsync or full_page_writes off: a loss of power may lose what was answered"
                .to_owned(),
        });
    }
    Ok(found)
}

fn clock_ailment(offset: SignedDuration) -> Option<Ailment> {
    (offset.abs() > TELL_OFFSET).then(|| Ailment {
        is_grave: offset.abs() > GRAVE_OFFSET,
        text: format!(
            "the clock of this machine is {} seconds {} that of the database: set it by NTP",
            offset.abs().as_secs(),
            if offset.is_positive() { "ahead of" } else { "behind" }
        ),
    })
}
