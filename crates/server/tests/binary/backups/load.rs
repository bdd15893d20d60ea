//! A backup under load, brought back on another machine.

use std::time::Duration;

use super::{last_of, names, on, record, verified, wal};
use crate::faults::load;
use crate::kit::{Community, Process, run, succeed};

/// Connections that write at the same time.
const CLIENTS: u32 = 64;

#[test]
fn a_backup_under_load_is_whole_up_to_its_moment_and_the_checkpoint_of_before_holds() {
    let community = Community::of(20);
    let server = Process::serve(&community.database);
    record(&server, 10);
    let folder = community.folder.path();
    let (backup, checkpoint) = (folder.join("backup.db"), folder.join("checkpoint.json"));
    let checkpoint = checkpoint.to_str().expect("a path of text");
    succeed(&mut on(&community.database, &["checkpoint", "--output", checkpoint]));
    let (before, after) = std::thread::scope(|scope| {
        let base = server.url("");
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let base = base.clone();
                scope.spawn(move || load(&base, client))
            })
            .collect();
        while last_of(&community.database) < 200 {
            std::thread::sleep(Duration::from_millis(20));
        }
        let before = last_of(&community.database);
        succeed(on(&community.database, &["backup"]).arg(&backup));
        let after = last_of(&community.database);
        while last_of(&community.database) < after + 100 {
            std::thread::sleep(Duration::from_millis(20));
        }
        server.kill();
        let acknowledged = clients.into_iter().flat_map(|client| client.join().expect("a client ends"));
        assert!(acknowledged.count() > 100, "there was load");
        (before, after)
    });

    let elsewhere = tempfile::tempdir().expect("another folder");
    let database = elsewhere.path().join("ranks.db");
    let output = run(on(&database, &["restore"]).arg(&backup));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        printed.contains(database.to_str().expect("text")) && !printed.contains("put aside"),
        "{printed}"
    );
    let report = verified(&database, &["--checkpoint", checkpoint]);
    let last = report["lastNumber"].as_i64().expect("a number");
    assert!((before..=after).contains(&last), "{before}, {last}, {after}");
    assert_eq!(report["checkpoint"]["compared"], true);
    assert!(printed.contains(&format!("up to change {last}\n")), "{printed}");
    assert_eq!(names(elsewhere.path()), ["ranks.db"]);

    let server = Process::serve(&database);
    record(&server, 2);
    assert!(last_of(&database) > last, "the restored community goes on");
    assert!(wal(&database).exists());
}
