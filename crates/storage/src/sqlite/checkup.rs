//! The check-up of a database file. Nothing is changed in it.

use std::fmt::Display;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::ids::ChangeNumber;
use rusqlite::{Connection, OptionalExtension as _};
use rustix::fs::{Access, AtFlags};

use super::codec::time;
use super::connection::cannot_open;
use super::files::{COMPANIONS, beside};
use super::read_only::SqliteReadOnly;
use super::{disk_space, migrations};
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
    let storage = SqliteReadOnly::open_any(path)?;
    let conn = storage.reader()?;
    conn.busy_timeout(PATIENCE).map_err(|error| cannot_open(path, &error))?;
    checks.push(Check::fine("database", format!("{}, of SQLite", path.display())));
    let (found, known) = (migrations::newest_found(&conn, path)?, migrations::newest_known());
    checks.push(schema(found, known));
    checks.push(writing(path));
    checks.extend(privacy(path));
    checks.push(disk_space::check_up(path));
    if found == known {
        let look = || {
            Ok([journal(storage.journal_mode(&conn)?), integrity(&conn)?, heads(&conn)?, latest(&conn, now)?])
        };
        checks.extend(look().map_err(|error: rusqlite::Error| cannot_open(path, &error))?);
    }
    Ok(())
}

/// Whether this user may write to the file, to those beside it, and to the folder, where SQLite makes them.
/// Nothing is written.
fn writing(path: &Path) -> Check {
    const NAME: &str = "writing";
    let refused = |path: &Path, what: &str, error: &dyn Display| {
        Check::failed(
            NAME,
            format!(
                "this user may not write to {what} {}: {error}. Give it to the user that `rankledger serve` runs as, with all \
                 files of the database, or run this as that user",
                path.display()
            ),
        )
    };
    let companions = COMPANIONS.into_iter().map(|end| beside(path, end)).filter(|path| path.exists());
    for file in std::iter::once(path.to_owned()).chain(companions) {
        if let Err(error) = may(&file, Access::READ_OK | Access::WRITE_OK) {
            return refused(&file, "the file", &error);
        }
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match may(folder, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => Check::fine(NAME, "this user may write to it, and to its folder"),
        Err(error) => refused(folder, "the folder", &error),
    }
}

/// Whether the user that this process acts as may do this with a file.
fn may(path: &Path, access: Access) -> rustix::io::Result<()> {
    rustix::fs::accessat(rustix::fs::CWD, path, access, AtFlags::EACCESS)
}

/// Warns of a file that others can read. `None` if nobody can.
fn privacy(path: &Path) -> Option<Check> {
    let mode = path.metadata().ok()?.permissions().mode();
    let text = format!(
        "other users of this machine can read {}, which holds the keys that checkpoints are signed with: chmod 600 it, and the \
         files beside it",
        path.display()
    );
    (mode & 0o007 != 0).then(|| Check::warning("privacy", text))
}

fn journal(mode: Option<String>) -> Check {
    const NAME: &str = "journal";
    match mode {
        None => Check::fine(NAME, "none yet: `rankledger serve` begins a write-ahead log"),
        Some(mode) if mode == "wal" => Check::fine(NAME, "a write-ahead log"),
        Some(mode) => Check::warning(
            NAME,
            format!(
                "no write-ahead log but \"{mode}\", so reads wait for writes: put the file on a local disk"
            ),
        ),
    }
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
