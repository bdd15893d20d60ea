//! Carrying a ledger over from before migration 14, when a file is opened: see [`crate::carry_over`].

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt as _;
use rusqlite::Connection;
use tokio::sync::Mutex;

use super::codec::engine_error;
use super::connection::{WritingConnection, cannot_open, has_table};
use super::examination::Soundness;
use super::tx::SqliteTx;
use crate::cache::Cache;
use crate::carry_over::CarryOver;
use crate::{Result, WriteTx as _};

/// Carries the ledger over, if that has not been done. Then the file gives back what it needs no more.
pub(super) fn run(writer: &Arc<Mutex<WritingConnection>>, cache: &Arc<Cache>, path: &Path) -> Result<()> {
    let open_error = |error: rusqlite::Error| cannot_open(path, &error);
    let conn = || writer.try_lock().expect("nobody else has the connection before the file is open");
    if !has_table(&conn(), "account_ranks").map_err(open_error)? {
        return Ok(());
    }
    let mut carry_over = CarryOver::new();
    while has_table(&conn(), "wide_rank_changes").map_err(open_error)? {
        let guard = Arc::clone(writer).try_lock_owned().expect("nobody else has it");
        let tx = Box::new(SqliteTx::begin(guard, Arc::clone(cache), &Soundness::of(path))?);
        at_once(portion(&mut carry_over, tx))?;
        conn().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(open_error)?;
    }
    give_back(&conn(), path).map_err(open_error)
}

async fn portion(carry_over: &mut CarryOver, mut tx: Box<SqliteTx>) -> Result<()> {
    // Another process may have finished meanwhile.
    if !has_table(tx.conn(), "wide_rank_changes").map_err(engine_error)? {
        return Ok(());
    }
    tx.expect_many_rows()?;
    if !carry_over.portion(tx.as_mut()).await? {
        tx.run("DROP TABLE wide_rank_changes", [])?;
        tx.run("DELETE FROM account_ranks", [])?;
    }
    tx.commit().await
}

/// Writes the file anew, without the room that is free now. As long as `account_ranks` is there, this is
/// still to be done.
fn give_back(conn: &Connection, path: &Path) -> rusqlite::Result<()> {
    let freed: i64 = conn.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
    if freed > 0
        && let Err(error) = conn.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
    {
        let database = path.display();
        tracing::warn!(%database, %error, "the file stays larger than it need be: stop the server and run VACUUM");
    }
    conn.execute_batch("DROP TABLE IF EXISTS account_ranks")
}

/// Runs what never waits: the embedded database answers at once.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never().expect("the embedded database does not wait")
}
