//! A newer package replaces an older one.

use std::process::Stdio;

use refinery_core::{Runner, Target, load_sql_migrations};
use rusqlite::Connection;

use super::root::{get, has_dpkg, ran, wait_until_ready};
use super::systemctl::Booted;

/// The database of the older version has all migrations up to this one, from before the hash chain and the
/// lean ledger.
const OLDER: i32 = 3;

/// A community in it, with an account that was made active by a rank change.
const ROWS: &str = "
    INSERT INTO communities (id, uuid, public_id, name, sub_version, undo_needs_user, created_at)
    VALUES (1, x'00000000000000000000000000000001', 'older', 'The Older Club', 3, 0, 0);
    INSERT INTO ledger_heads (community, last_number) VALUES (1, 1);
    INSERT INTO accounts (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date,
        api_id_preference)
    VALUES (1, x'00000000000000000000000000000002', 1001, 0, 'Ann', 'ann', 1, 0, 0);
    INSERT INTO account_standings (community, account, com_status, owner, banned, archived, version)
    SELECT community, id, 1, 0, 0, 0, 1 FROM accounts;
    INSERT INTO rank_changes (community, number, undo_id, log_id, account, at, ranks_before, ranks_after,
        status_before, status_after, kind, source)
    VALUES (1, 1, x'00000000000000000000000000000011', zeroblob(16), x'00000000000000000000000000000002', 5,
        '[]', '[]', 0, 1, 'change', 'api');";

const DATABASE: &str = "var/lib/rankledger/rankledger.db";

#[test]
fn a_server_that_runs_is_restarted_and_a_backup_that_runs_is_whole() {
    if !has_dpkg() {
        return;
    }
    let machine = Booted::new();
    let root = &machine.0;
    root.install("0.1.0");
    let (url, set_up) = root.set_up();
    let before = machine.server();
    machine.asked();

    // Backups are under way while the files are replaced, by the old program and by the new one.
    let script = "i=0; while [ ! -e /run/enough ]; do i=$((i+1)); rankledger backup /var/lib/rankledger/$i.db || exit; done";
    let mut backups = root.command("/bin/sh", &["-c", script]);
    let backups = backups.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let first = root.at("var/lib/rankledger/1.db");
    super::root::wait_until("the first backup is there", || first.exists());
    root.install("0.2.0");
    wait_until_ready(&url);
    std::fs::write(root.at("run/enough"), "").expect("a file");
    let backups = backups.wait_with_output().expect("it ends");
    assert!(backups.status.success(), "{}", String::from_utf8_lossy(&backups.stderr));

    let asked = machine.asked();
    assert!(asked.iter().any(|asked| asked.contains("restart rankledger.service")), "{asked:?}");
    assert!(
        !asked.iter().any(|asked| asked == "stop rankledger.service"),
        "it is not stopped for long: {asked:?}"
    );
    assert_ne!(machine.server(), before, "the new version runs");
    assert_eq!(get(&format!("{url}/v2/community"), &set_up.stdout).expect("an answer").0, 200);
    let taken = (1..).map(|number| format!("/var/lib/rankledger/{number}.db"));
    for backup in taken.take_while(|backup| root.at(backup).exists()) {
        root.succeed(&["verify", "--database", &format!("sqlite:{backup}")]);
    }
    let left: Vec<_> =
        std::fs::read_dir(root.at("var/lib/rankledger")).expect("a folder").flatten().collect();
    assert!(left.iter().all(|file| !file.file_name().to_string_lossy().ends_with(".partial")), "{left:?}");
}

#[test]
fn the_database_of_an_older_version_is_brought_up_to_date() {
    if !has_dpkg() {
        return;
    }
    let machine = Booted::new();
    let root = &machine.0;
    root.install("0.1.0");
    let (url, _) = root.set_up();
    ran(&mut root.command("/usr/bin/systemctl", &["stop"]));
    for file in ["rankledger.db", "rankledger.db-wal", "rankledger.db-shm"] {
        // The last two are gone when the server has stopped.
        let _ = std::fs::remove_file(root.at("var/lib/rankledger").join(file));
    }
    let mut conn = Connection::open(root.at(DATABASE)).expect("a file");
    conn.pragma_update(None, "application_id", 0x524B_4C47).expect("the mark of Rankledger");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../storage/migrations/sqlite");
    let migrations = load_sql_migrations(folder).expect("the migrations");
    Runner::new(&migrations).set_target(Target::Version(OLDER)).run(&mut conn).expect("the older tables");
    conn.execute_batch(ROWS).expect("its rows");
    drop(conn);

    root.install("0.2.0");
    assert!(!machine.is_running(), "a server that was stopped stays so");
    ran(&mut root.command("/usr/bin/systemctl", &["restart"]));
    wait_until_ready(&url);
    assert!(root.succeed(&["community", "list"]).contains("The Older Club"));
    let verified = root.succeed(&["verify", "--community", "older"]);
    assert!(verified.starts_with("older: 1 change, whole and linked without a break"), "{verified}");
    assert!(root.succeed(&["history"]).contains("Ann"));
}
