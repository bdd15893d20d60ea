//! The disk of a database file: how much room it has left, and whether it takes what is written.

use std::io::{self, Write};
use std::path::Path;

use crate::checkup::Check;

/// The room that should be left, in bytes. The write-ahead log alone may take half of it.
const ENOUGH: u64 = 256 * 1024 * 1024;

/// As much as a group of changes writes.
const TRIAL: usize = 64 * 1024;

const NAME: &str = "disk";

/// The folder of a database file.
fn folder(database: &Path) -> &Path {
    database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns how many bytes this user may still write to the disk of a database file.
fn room(database: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder(database))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Reports how much room there is.
pub(super) fn check_room(database: &Path) -> Check {
    match room(database) {
        Ok(bytes) => judge(bytes),
        Err(error) => Check::warning(NAME, format!("it cannot be asked how much room is left: {error}")),
    }
}

/// Reports on so many bytes of room.
fn judge(bytes: u64) -> Check {
    let megabytes = bytes / (1024 * 1024);
    if bytes >= ENOUGH {
        return Check::fine(NAME, format!("{megabytes} MiB are left"));
    }
    let text = format!(
        "the disk of the database has {megabytes} MiB left: make room, before nothing can be written any more"
    );
    Check::warning(NAME, text)
}

/// Reports how much room there is, once something was written beside the database file and flushed. Nothing
/// is left of it.
pub(super) fn check_up(database: &Path) -> Check {
    let tried = tempfile::tempfile_in(folder(database)).and_then(|mut file| {
        file.write_all(&vec![0; TRIAL])?;
        file.sync_data()
    });
    match tried {
        Ok(()) => check_room(database),
        Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            let text = "the disk of the database is full, so that nothing can be written: make room";
            Check::failed(NAME, text)
        }
        Err(error) => {
            let text = format!(
                "nothing can be written beside the database: {error}. Look at its disk, and check that this user may write to \
                 its folder"
            );
            Check::failed(NAME, text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_judged_by_the_room_that_it_has_left() {
        assert_eq!(judge(300 << 20), Check::fine(NAME, "300 MiB are left"));
        let warning = judge((12 << 20) + 1).outcome.expect_err("it is little");
        assert!(!warning.is_grave && warning.text.contains("has 12 MiB left: make room"), "{warning:?}");
    }

    #[test]
    fn the_room_of_a_disk_is_known_also_where_no_folder_is_named() {
        assert!(room(Path::new("ranks.db")).is_ok_and(|bytes| bytes > 0));
        assert!(room(Path::new("/nowhere/ranks.db")).is_err());
    }
}
