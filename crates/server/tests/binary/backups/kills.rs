//! A backup and a restore that are killed, at every moment: the old state or the new one, never a blend.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Fallen, last_of, names, on};
use crate::kit::{database_url, rankledger, succeed};

/// Runs a command and kills it after so many milliseconds. Returns whether it ended by itself before that.
fn ends_within(mut command: Command, milliseconds: u64) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(milliseconds));
    let ended = child.try_wait().expect("its state");
    if let Some(status) = ended {
        assert!(status.success(), "{status}");
        return true;
    }
    child.kill().expect("it is running");
    child.wait().expect("it ends").code().is_some()
}

#[test]
fn a_backup_that_is_killed_is_not_there_or_is_whole() {
    let fallen = Fallen::new();
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("again.db");
    // Begins with a kill at once, and comes to every later moment until it ends by itself.
    for milliseconds in 0.. {
        let mut backup = on(&fallen.community.database, &["backup"]);
        backup.arg(&to);
        let is_over = ends_within(backup, milliseconds);
        if to.exists() {
            assert_eq!(last_of(&to), fallen.lasts.1);
            assert!(names(folder.path()).contains(&"again.db".to_owned()));
            break;
        }
        assert!(!is_over, "it is there once the command has ended");
    }
    assert_eq!(last_of(&fallen.community.database), fallen.lasts.1, "the database is as it was");
}

/// Copies the files of a fallen database into a folder.
fn copy_to(fallen: &Fallen, folder: &Path) -> std::path::PathBuf {
    let from = fallen.community.folder.path();
    for name in names(from).iter().filter(|name| name.starts_with("test.db")) {
        std::fs::copy(from.join(name), folder.join(name)).expect("a copy");
    }
    folder.join("test.db")
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let fallen = Fallen::new();
    let (new, old) = fallen.lasts;
    let mut seen = [0, 0];
    for milliseconds in 0.. {
        let folder = tempfile::tempdir().expect("a folder");
        let database = copy_to(&fallen, folder.path());
        let mut restore = on(&database, &["restore"]);
        restore.arg(&fallen.backup);
        let is_over = ends_within(restore, milliseconds);
        // Whoever opens it next finishes what has begun to count.
        succeed(&mut rankledger(&["community", "list", "--database", &database_url(&database)]));
        let last = last_of(&database);
        assert!([old, new].contains(&last), "{last} is neither {old} nor {new}: {:?}", names(folder.path()));
        let aside = names(folder.path()).into_iter().find(|name| {
            name.starts_with("test.db.before-") && !name.ends_with("-wal") && !name.ends_with("-shm")
        });
        if last == new {
            let aside = aside.expect("the old database was put aside");
            assert_eq!(last_of(&folder.path().join(aside)), old, "with its log");
        } else {
            assert_eq!((aside, is_over), (None, false));
        }
        seen[usize::from(last == new)] += 1;
        if is_over {
            break;
        }
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}
