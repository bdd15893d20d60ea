//! What the server does about a file that is not what it was: another one beside the old log, and a damaged
//! one.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Fallen, last_of, names, on, record, wal};
use crate::kit::{
    Community, PATIENCE, Process, account_id, agent, database_url, rankledger, run, set_ranks, succeed,
};

/// Moves the log of a database into its file, so that the next commit begins a log anew.
fn move_log_into(database: &Path) {
    let conn = Connection::open(database).expect("the database");
    let moved = conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get::<_, bool>(0));
    assert!(!moved.expect("a WAL checkpoint"), "nobody reads the old log");
}

#[test]
fn a_copy_beside_the_log_of_later_is_refused_and_a_restore_mends_it() {
    let community = Community::of(1);
    let (database, folder) = (&community.database, community.folder.path());
    let copy = folder.join("copy.db");
    let server = Process::serve(database);
    record(&server, 4);
    // As `sqlite3 test.db ".backup copy.db"` does.
    move_log_into(database);
    std::fs::copy(database, &copy).expect("a copy");
    record(&server, 40);
    move_log_into(database);
    record(&server, 40);
    server.kill();
    std::fs::copy(&copy, database).expect("it is copied over the database");
    let before = names(folder);
    for command in [vec!["serve"], vec!["verify"], vec!["history"], vec!["community", "list"]] {
        let output = run(&mut on(database, &command));
        let text = String::from_utf8_lossy(&output.stderr);
        let error = text.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        assert!(!output.status.success() && error.contains("rankledger restore"), "{command:?}: {text}");
        assert!(error.contains(wal(database).to_str().expect("text")), "{text}");
    }
    let (code, lines) = crate::doctor::examine(&mut crate::doctor::doctor(&database_url(database)));
    let (verdict, text) = crate::doctor::said_of(&lines, "database");
    assert_eq!((code, verdict.as_str()), (Some(1), "failed"), "{lines:#?}");
    assert!(text.contains("test.db-wal"), "{text}");
    assert_eq!(names(folder), before);
    succeed(on(database, &["restore"]).arg(&copy));
    let server = Process::serve(database);
    record(&server, 2);
    assert_eq!(last_of(database), 7);
}

/// Fills the first page of a table with rubbish.
fn damage(database: &Path, table: &str) {
    let conn = Connection::open(database).expect("the database");
    let page = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page: u32 = conn.query_row(page, [table], |row| row.get(0)).expect("the table");
    // Closed like that it leaves a log that is there alone.
    drop(conn);
    let mut bytes = std::fs::read(database).expect("the file");
    bytes[(page as usize - 1) * 4096..page as usize * 4096].fill(0xA5);
    std::fs::write(database, bytes).expect("the file");
}

/// Waits until `/readyz` answers 503. Returns its sentence.
fn unready(server: &Process) -> String {
    let begun = Instant::now();
    loop {
        if let Ok(mut answer) = agent().get(server.url("/readyz")).call()
            && answer.status() == 503
        {
            let text = answer.body_mut().read_to_string().expect("text");
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            return answer["detail"].as_str().expect("a sentence").to_owned();
        }
        assert!(begun.elapsed() < PATIENCE, "it is ready: {:?}", server.said());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_page_that_turns_out_to_be_damaged_stops_writes_and_is_told_to_whoever_watches() {
    let community = Community::of(1);
    damage(&community.database, "account_standings");
    let url = database_url(&community.database);
    let server = Process::launch(rankledger(&["serve", "--database", &url, "--rate-limits", "off"]));
    let change = || {
        let body = json!({"add": ["medic"]});
        let mut tries =
            std::iter::repeat_with(|| set_ranks(&agent(), &server.url(""), &account_id(1), &body));
        let (status, answer) = tries.find_map(|answer| answer).expect("it begins to listen");
        (status, answer["detail"].as_str().unwrap_or_default().to_owned())
    };
    for _ in 0..2 {
        let (status, sentence) = change();
        assert_eq!(status, 503, "{sentence}");
        assert!(sentence.contains("damaged") && sentence.contains("backup"), "{sentence}");
    }
    let sentence = unready(&server);
    assert!(sentence.contains("rankledger restore"), "{sentence}");
    assert!(server.said().iter().any(|line| line.contains("damaged")));
}

#[test]
fn after_an_unclean_end_a_damaged_page_is_found_before_anything_is_written() {
    let fallen = Fallen::new();
    let database = &fallen.community.database;
    // Nobody asks for it when a server starts, and the log has no page of it.
    let log = std::fs::read(wal(database)).expect("the log");
    damage_beside(database, "custom_log_types", &log);
    let serve = rankledger(&["serve", "--database", &database_url(database), "--rate-limits", "off"]);
    let server = Process::launch(serve);
    let sentence = unready(&server);
    assert!(sentence.contains("damaged") && sentence.contains("rankledger restore"), "{sentence}");
    let body = json!({"add": ["medic"]});
    let (status, answer) = set_ranks(&agent(), &server.url(""), &account_id(1), &body).expect("an answer");
    assert_eq!((status, answer["type"].as_str()), (503, Some("/problems/unavailable")), "{answer}");
    server.terminate();
    // It is no less damaged when it is started again.
    let serve = rankledger(&["serve", "--database", &database_url(database), "--rate-limits", "off"]);
    let server = Process::launch(serve);
    assert!(unready(&server).contains("damaged"));
    server.terminate();
    succeed(on(database, &["restore"]).arg(&fallen.backup));
    let server = Process::serve(database);
    record(&server, 2);
}

#[test]
fn after_an_unclean_end_no_command_writes_to_a_damaged_database() {
    let fallen = Fallen::new();
    let database = &fallen.community.database;
    let document = fallen.community.folder.path().join("again.json");
    let text = json!({"community": {"id": "club", "name": "The Club"}});
    std::fs::write(&document, text.to_string()).expect("a file");
    let document = document.to_str().expect("text");
    let commands = [
        vec!["import", document],
        vec!["undo", "2"],
        vec!["rollback", "--rank", "medic", "--yes"],
        vec!["key", "create", "--community", "club", "--name", "new"],
        vec!["prune", "--community", "club", "--before", "0s", "--yes"],
        vec!["community", "create", "other", "--name", "Other"],
    ];
    let log = std::fs::read(wal(database)).expect("the log");
    damage_beside(database, "custom_log_types", &log);
    for command in &commands {
        let output = run(&mut on(database, command));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && text.contains("is damaged") && text.contains("rankledger restore"),
            "{command:?}: {text}"
        );
        assert_eq!(std::fs::read(wal(database)).expect("the log"), log, "{command:?}");
    }
    // The unclean end itself is no fault.
    let fallen = Fallen::new();
    succeed(&mut on(&fallen.community.database, &commands[3]));
    assert_eq!(last_of(&fallen.community.database), fallen.lasts.1);
}

/// Damages a table in the file, and leaves the log as it is: a connection that is closed would move it.
fn damage_beside(database: &Path, table: &str, log: &[u8]) {
    damage(database, table);
    std::fs::write(wal(database), log).expect("the log");
}

#[test]
fn after_an_unclean_end_a_sound_database_takes_writes_and_says_so() {
    let fallen = Fallen::new();
    let server = Process::serve(&fallen.community.database);
    record(&server, 2);
    let log = server.said();
    assert!(log.iter().any(|line| line.contains("was not closed, and is sound")), "{log:?}");
    server.terminate();
    let server = Process::serve(&fallen.community.database);
    record(&server, 2);
    let log = server.said();
    assert!(!log.iter().any(|line| line.contains("was not closed")), "it ended by itself: {log:?}");
}
