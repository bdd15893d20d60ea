//! The check-up of a database file. Nothing is changed in it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::ids::ChangeNumber;
use rusqlite::{Connection, OptionalExtension as _};

use super::codec::time;
use super::connection::{cannot_open, open_existing};
use super::{disk_space, migrations, transfer};
use crate::checkup::{BROKEN_LEDGERS, COMMUNITIES, Check, ledgers, schema, times};
use crate::heads::{LATEST_HEAD, NewestChange};
use crate::{Result, StorageError};

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at the database in this file, which need not be there, at this time of this machine.
#[must_use]
pub fn check_up(path: &Path, now: Timestamp) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Err(error) = look(path, now, &mut checks) {
        checks.push(Check::failed("database", error));
    }
    checks
}

fn look(path: &Path, now: Timestamp, checks: &mut Vec<Check>) -> Result<()> {
    if !path.exists() {
        return Err(StorageError::Open {
            database: path.display().to_string(),
            cause: "there is no such file".to_owned(),
            advice: "`rankledger serve` makes it; or name another one",
        });
    }
    let conn = open_existing(path, PATIENCE)?;
    migrations::refuse_strangers(&conn, path)?;
    transfer::refuse_unfinished(&conn, path)?;
    checks.push(Check::fine("database", format!("{}, of SQLite", path.display())));
    let (found, known) = (migrations::newest_found(&conn, path)?, migrations::newest_known());
    checks.push(schema(found, known));
    checks.push(writing(&conn, path));
    checks.push(disk_space::check_up(path));
    if found == known {
        let look = || Ok([journal(&conn)?, integrity(&conn)?, heads(&conn)?, latest(&conn, now)?]);
        checks.extend(look().map_err(|error: rusqlite::Error| cannot_open(path, &error))?);
    }
    Ok(())
}

/// Whether a transaction that writes can begin.
fn writing(conn: &Connection, path: &Path) -> Check {
    match conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK") {
        Ok(()) => Check::fine("writing", "this user may write to it"),
        Err(error) => Check::failed("writing", cannot_open(path, &error)),
    }
}

fn journal(conn: &Connection) -> rusqlite::Result<Check> {
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(if mode == "wal" {
        Check::fine("journal", "a write-ahead log")
    } else {
        Check::warning(
            "journal",
            format!(
                "no write-ahead log but \"{mode}\", so reads wait for writes: put the file on a local disk"
            ),
        )
    })
}

fn integrity(conn: &Connection) -> rusqlite::Result<Check> {
    let found: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(if found == "ok" {
        Check::fine("integrity", "the file is sound")
    } else {
        Check::failed(
            "integrity",
            format!("the file is damaged: restore it from a backup, and look at its disk ({found})"),
        )
    })
}

fn heads(conn: &Connection) -> rusqlite::Result<Check> {
    let communities = conn.query_row(COMMUNITIES, [], |row| row.get(0))?;
    let mut statement = conn.prepare(BROKEN_LEDGERS)?;
    let broken = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(ledgers(communities, &broken))
}

fn latest(conn: &Connection, now: Timestamp) -> rusqlite::Result<Check> {
    let newest = conn.query_row(LATEST_HEAD, [], |row| {
        Ok(NewestChange { community: row.get(0)?, number: ChangeNumber(row.get(1)?), at: time(row, 2)? })
    });
    Ok(times(newest.optional()?, now))
}
