//! `rankledger import` that is killed in the middle: `--status` reports it, and the next import finishes it
//! or discards it.

use std::fmt::Write;
use std::time::Duration;

use rusqlite::Connection;

use super::cli::Operator;

const ACCOUNTS: usize = 6_000;

/// Returns a document of many portions.
fn large(operator: &Operator) -> String {
    let mut yaml = "community: { id: club, name: Club }\naccounts:\n".to_owned();
    for n in 0..ACCOUNTS {
        writeln!(yaml, "  - {{ name: Member {n}, active: true }}").expect("a text can be written to");
    }
    operator.file("large.yaml", &yaml)
}

/// Returns how many accounts of the import are written. `None` while it has not begun.
fn accounts_written(operator: &Operator) -> Option<usize> {
    let conn = Connection::open(operator.path("test.db")).ok()?;
    conn.query_row("SELECT accounts FROM unfinished_imports", [], |row| row.get::<_, i64>(0))
        .ok()?
        .try_into()
        .ok()
}

/// Starts the import, and kills its process once several portions are written.
fn import_and_kill(operator: &Operator, file: &str) {
    let mut importing = operator.spawn(&["import", file]);
    while accounts_written(operator).unwrap_or(0) < 1_000 {
        assert!(importing.try_wait().expect("a child").is_none(), "it goes on for longer");
        std::thread::sleep(Duration::from_millis(2));
    }
    importing.kill().expect("it is killed");
    importing.wait().expect("it ends");
}

#[test]
fn a_killed_import_is_told_and_finished_by_the_next() {
    let operator = Operator::new();
    let file = large(&operator);
    import_and_kill(&operator, &file);
    let status = operator.succeed(&["import", "--status"]);
    for part in ["club: an import that began at", "accounts are written", "--take-back club", "SHA-256"] {
        assert!(status.contains(part), "{status}");
    }
    assert!(!operator.succeed(&["community", "list"]).contains("club"));
    let refused = operator.fail(&["key", "create", "--community", "club", "--name", "Bot"]);
    assert!(refused.contains("there is no community"), "nobody gets a key for it: {refused}");
    let taken = operator.fail(&["community", "create", "club", "--name", "Club"]);
    assert!(taken.contains("an unfinished import makes the community"), "{taken}");

    let summary = operator.succeed(&["import", &file]);
    assert!(summary.starts_with("community club: made\n"), "{summary}");
    assert!(summary.contains(&format!("{ACCOUNTS} recorded, 0 recorded before")), "{summary}");
    assert_eq!(operator.succeed(&["import", "--status"]), "no import is unfinished\n");
    operator.succeed(&["verify", "--community", "club"]);
    operator.succeed(&["key", "create", "--community", "club", "--name", "Bot"]);
}

#[test]
fn a_killed_import_is_taken_back() {
    let operator = Operator::new();
    let file = large(&operator);
    import_and_kill(&operator, &file);
    let other = operator.file("other.yaml", "community: { id: club, name: Other }\n");
    assert!(operator.fail(&["import", &other]).contains("rankledger import --take-back club"));
    let taken_back = operator.succeed(&["import", "--take-back", "club"]);
    assert!(taken_back.starts_with("took back the import of club: deleted "), "{taken_back}");
    assert_eq!(operator.succeed(&["import", "--status"]), "no import is unfinished\n");
    assert!(
        operator.fail(&["import", "--take-back", "club"]).contains("no import into \"club\" is unfinished")
    );
    assert!(operator.succeed(&["import", &other]).starts_with("community club: made\n"));
}
