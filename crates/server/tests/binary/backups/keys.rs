//! A community has its signing key from the beginning, so that every backup has the key that signed.

use rusqlite::Connection;

use super::{on, record, verified};
use crate::kit::{Community, PATIENCE, Process, run, succeed};

fn keys(database: &std::path::Path) -> i64 {
    let conn = Connection::open(database).expect("the database");
    conn.query_row("SELECT count(*) FROM signing_keys", [], |row| row.get(0)).expect("a count")
}

#[test]
fn a_backup_of_before_the_first_checkpoint_is_that_of_the_checkpoint() {
    let community = Community::of(1);
    let folder = community.folder.path();
    let (backup, checkpoint) = (folder.join("backup.db"), folder.join("checkpoint.json"));
    let checkpoint = checkpoint.to_str().expect("text");
    succeed(on(&community.database, &["backup"]).arg(&backup));
    succeed(&mut on(&community.database, &["checkpoint", "--output", checkpoint]));
    assert_eq!(verified(&backup, &["--checkpoint", checkpoint])["checkpoint"]["compared"], true);

    succeed(&mut on(&community.database, &["community", "create", "klub", "--name", "Klub"]));
    assert_eq!(keys(&community.database), 2, "whoever makes a community makes its key");
}

#[test]
fn a_community_of_an_older_version_is_given_a_key_and_its_copies_are_not_called_broken() {
    let community = Community::of(1);
    let folder = community.folder.path();
    let (copy, checkpoint) = (folder.join("copy.db"), folder.join("checkpoint.json"));
    let checkpoint = checkpoint.to_str().expect("text");
    let conn = Connection::open(&community.database).expect("the database");
    conn.execute("DELETE FROM signing_keys", []).expect("rows");
    drop(conn);
    std::fs::copy(&community.database, &copy).expect("a copy");
    let server = Process::serve(&community.database);
    let begun = std::time::Instant::now();
    while keys(&community.database) == 0 {
        assert!(begun.elapsed() < PATIENCE, "the start makes the key");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    succeed(&mut on(&community.database, &["checkpoint", "--output", checkpoint]));
    let bytes = std::fs::read(&copy).expect("the copy");
    verified(&copy, &["--checkpoint", checkpoint]);
    assert_eq!((std::fs::read(&copy).expect("the copy"), keys(&copy)), (bytes, 0), "verify makes none");
    // What the copy lacks is told as before.
    record(&server, 2);
    succeed(&mut on(&community.database, &["checkpoint", "--output", checkpoint]));
    let output = run(on(&copy, &["verify"]).args(["--checkpoint", checkpoint]));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.code() == Some(1) && text.contains("BROKEN at change 2: it is missing"), "{text}");
}
