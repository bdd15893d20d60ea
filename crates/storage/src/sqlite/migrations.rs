//! Bringing the schema up to date, and refusing a file that is not ours.

use std::path::Path;

use rusqlite::Connection;

use super::connection::{cannot_open, has_table};
use super::file_stamp;
use crate::migrations;
use crate::{Result, StorageError};

/// Marks a database file as one of Rankledger: "RKLG" as a number.
const APPLICATION_ID: i32 = 0x524B_4C47;

/// Refuses a file of another program, or of a newer version of this one, before anything is changed in it.
pub(super) fn refuse_strangers(conn: &Connection, path: &Path) -> Result<()> {
    refuse_foreign(conn, path)?;
    refuse_newer(conn, path)
}

/// Runs the migrations that the file has not seen.
pub(super) fn run(conn: &mut Connection, path: &Path) -> Result<()> {
    let open_error = |error: rusqlite::Error| cannot_open(path, &error);
    conn.pragma_update(None, "application_id", APPLICATION_ID).map_err(open_error)?;
    migrations::runner(migrations::SQLITE).run(conn).map_err(|error| StorageError::Open {
        database: path.display().to_string(),
        cause: error.to_string(),
        advice: "Its schema is not what this version of Rankledger expects: restore it from a backup",
    })?;
    file_stamp::make(conn).map_err(open_error)
}

fn refuse_foreign(conn: &Connection, path: &Path) -> Result<()> {
    let read = || -> rusqlite::Result<(i32, i64)> {
        let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((application, tables))
    };
    let (application, tables) = read().map_err(|error| cannot_open(path, &error))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StorageError::Open {
            database: path.display().to_string(),
            cause: "it is a database of another program".to_owned(),
            advice: "Name another file",
        });
    }
    Ok(())
}

fn refuse_newer(conn: &Connection, path: &Path) -> Result<()> {
    let (found, known) = (newest_found(conn, path)?, newest_known());
    if found > known {
        return Err(StorageError::Newer { database: path.display().to_string(), found, known });
    }
    Ok(())
}

/// The newest migration that there is.
pub(super) fn newest_known() -> i32 {
    migrations::newest(migrations::SQLITE)
}

/// The newest migration that the file has seen; 0 before the first.
pub(super) fn newest_found(conn: &Connection, path: &Path) -> Result<i32> {
    let read = || -> rusqlite::Result<i32> {
        if !has_table(conn, "refinery_schema_history")? {
            return Ok(0);
        }
        let newest = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
        conn.query_row(newest, [], |row| row.get(0))
    };
    read().map_err(|error| cannot_open(path, &error))
}
