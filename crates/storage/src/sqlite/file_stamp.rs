//! Whether the write-ahead log beside a database file belongs to it.
//!
//! Nothing in SQLite's files says so: a backup that is copied over a database, beside whose name the old log
//! still is, becomes a blend of two states. So every commit writes a stamp, a random number and that of the
//! commit before it. Each commit in a log names its predecessor, and the file is as one of them left it, or
//! as the one before the first. A file with another stamp is none that this log goes on from. See decision
//! 22.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};

use super::files::{WAL, beside, failed};
use super::read_only::Way;
use super::wal_stamps::{self, Header};
use super::{connection, connection::has_table};
use crate::{Result, StorageError};

/// The table, with one row.
const TABLE: &str = "file_stamp";

/// The end of every stamp: "RKLSTAMP".
const MARK: &[u8] = b"RKLSTAMP";

/// Draws the next stamp.
pub(super) const RENEW: &str = "UPDATE file_stamp SET stamp =
    CAST(randomblob(16) || substr(stamp, 1, 16) || CAST('RKLSTAMP' AS BLOB) AS BLOB)";

/// How often to look again at a log that starts anew meanwhile.
const ROUNDS: u32 = 10;

/// The stamp of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    own: [u8; 16],
    /// That of the commit before it; zeros if there was none.
    previous: [u8; 16],
}

impl Stamp {
    const BYTES: usize = 40;

    fn read(bytes: &[u8]) -> Option<Self> {
        let is_one = bytes.len() == Self::BYTES && bytes[32..] == *MARK;
        let part = |part: &[u8]| part.try_into().ok();
        is_one.then_some(())?;
        Some(Self { own: part(&bytes[..16])?, previous: part(&bytes[16..32])? })
    }

    /// The stamp in a page of a database, if it is the page of its table: a leaf with one row of known form.
    pub(super) fn in_page(page: &[u8]) -> Option<Self> {
        /// Length of the record, row id, length of its head, NULL for the row id, a blob of 40 bytes.
        const ROW: [u8; 5] = [43, 1, 3, 0, 92];
        let is_leaf_of_one = page.first() == Some(&13) && page.get(3..5)? == [0, 1];
        is_leaf_of_one.then_some(())?;
        let at = page.get(8..10)?;
        let row = page.get(usize::from(at[0]) << 8 | usize::from(at[1])..)?;
        Self::read(row.strip_prefix(&ROW)?.get(..Self::BYTES)?)
    }
}

/// Makes the table, if it is not there.
pub(super) fn make(conn: &Connection) -> rusqlite::Result<()> {
    if has_table(conn, TABLE)? {
        return Ok(());
    }
    conn.execute_batch(
        "BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS file_stamp (id INTEGER PRIMARY KEY CHECK (id = 1), stamp BLOB NOT NULL) STRICT;
        INSERT OR IGNORE INTO file_stamp (id, stamp)
            VALUES (1, CAST(randomblob(16) || zeroblob(16) || CAST('RKLSTAMP' AS BLOB) AS BLOB));
        COMMIT;",
    )
}

/// Draws a new stamp for a copy: its pages are not where those of the database are, so the log of that must
/// never be taken for its own.
pub(super) fn renew_in_copy(copy: &Path) -> Result<()> {
    let renew = || {
        let conn = Connection::open(copy)?;
        // The copy is not finished, and needs no journal beside it.
        conn.pragma_update(None, "journal_mode", "MEMORY")?;
        if has_table(&conn, TABLE)? {
            conn.execute(RENEW, [])?;
        }
        conn.close().map_err(|(_, error)| error)
    };
    renew().map_err(|error| connection::cannot_open(copy, &error))
}

/// Refuses a database beside which there is a log that does not go on from it. A log that tells nothing, for
/// other programs have written it, is not refused.
///
/// Others may write meanwhile: the file is read before the log, which then has every commit that the file
/// has, unless it has started anew.
pub(super) fn refuse_foreign_log(database: &Path) -> Result<()> {
    let log = beside(database, WAL);
    let unreadable = |error| failed(&log, &error);
    for _ in 0..ROUNDS {
        let before = Header::read(&log).map_err(unreadable)?;
        let of_file = in_file(database);
        let Some((header, stamps)) = wal_stamps::stamps(&log).map_err(unreadable)? else { return Ok(()) };
        if before == Some(header) && Header::read(&log).map_err(unreadable)? == before {
            let belongs = of_file.is_none_or(|stamp| belongs(stamp, &stamps));
            return if belongs {
                Ok(())
            } else {
                Err(StorageError::ForeignLog { database: database.to_owned(), log })
            };
        }
    }
    Ok(())
}

/// Whether a file with this stamp is as one of these commits left it, or as the one before the first.
fn belongs(of_file: [u8; 16], log: &[Stamp]) -> bool {
    log.first().is_none_or(|first| first.previous == of_file)
        || log.iter().any(|commit| commit.own == of_file)
}

/// The stamp of a file, whatever its log says; zeros if it has none. `None` if it cannot be read by itself,
/// as when the log was being moved into it.
fn in_file(database: &Path) -> Option<[u8; 16]> {
    let none = Some([0; 16]);
    if !database.exists() {
        return none;
    }
    let conn = connection::open_to_read(database, Way::FileAlone).ok()?;
    if !has_table(&conn, TABLE).ok()? {
        return none;
    }
    let stamp = conn.query_row("SELECT stamp FROM file_stamp", [], |row| row.get::<_, Vec<u8>>(0));
    Some(Stamp::read(&stamp.optional().ok()??)?.own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_the_table_is_found_in_its_page() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stamped.db");
        let conn = Connection::open(&path).expect("a database");
        make(&conn).expect("the table");
        conn.execute(RENEW, []).expect("a stamp");
        let bytes: Vec<u8> =
            conn.query_row("SELECT stamp FROM file_stamp", [], |row| row.get(0)).expect("the stamp");
        let number = "SELECT rootpage FROM sqlite_schema WHERE name = 'file_stamp'";
        let number: u32 = conn.query_row(number, [], |row| row.get(0)).expect("its page");
        drop(conn);
        let file = std::fs::read(&path).expect("the file");
        let found: Vec<_> = file.chunks_exact(4096).map(Stamp::in_page).collect();
        let page = found[number as usize - 1];
        assert_eq!(page, Stamp::read(&bytes));
        assert!(page.is_some());
        assert_eq!(found.iter().flatten().count(), 1, "no other page looks like it");
    }
}
