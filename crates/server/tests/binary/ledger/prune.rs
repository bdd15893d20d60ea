//! `rankledger prune`: the beginning of a history is deleted, and the rest can still be proved.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::kit::{BOTH, Ledger, Said, Through, said};
use crate::kit::{database_url, rankledger};

/// Runs `rankledger prune` on the database of the ledger while a server has it open.
fn prune(ledger: &Ledger, before: &str, more: &[&str]) -> Said {
    let url = database_url(&ledger.community.database);
    let mut command = rankledger(&["prune", "--community", "club", "--before", before, "--database", &url]);
    said(command.args(more))
}

fn at(ledger: &Ledger, number: u32) -> String {
    ledger.change(number)["at"].as_str().expect("a time").to_owned()
}

/// Returns the numbers of the changes in the history.
fn numbers(ledger: &Ledger) -> Vec<i64> {
    let history = ledger.say(Through::Server, &["history", "--json", "--limit", "100"]).json();
    let history = history["rankChanges"].as_array().cloned().unwrap_or_default();
    history.iter().rev().filter_map(|entry| entry["changeNumber"].as_i64()).collect()
}

/// Makes a ledger in which each change has a later time than the one before it.
fn ledger() -> Ledger {
    let ledger = Ledger::with_a_rogue_moderator();
    for member in [2, 3] {
        std::thread::sleep(Duration::from_millis(5));
        ledger.set_ranks(member, &json!({"add": ["officer"]}));
    }
    ledger
}

#[test]
fn it_is_told_first_and_done_when_that_is_wanted() {
    let ledger = ledger();
    let before = at(&ledger, 9);
    let told = prune(&ledger, &before, &["--dry-run"]).printed();
    assert!(told.starts_with("club: 8 changes to prune, up to number 8 of "), "{told}");
    let asked = prune(&ledger, &before, &[]);
    assert_eq!((asked.code, &asked.out), (Some(0), &told));
    assert_eq!(
        asked.err,
        "nothing was written; to prune 8 changes of club for good, run it again with --yes\n"
    );
    assert_eq!(numbers(&ledger), (1..=9).collect::<Vec<_>>());
    let done = prune(&ledger, &before, &["--yes"]).printed();
    assert_eq!(done, format!("{told}club: deleted 8 changes; the history begins after number 8\n"));
    assert_eq!(numbers(&ledger), [9]);
    assert_eq!(prune(&ledger, &before, &["--yes"]).printed(), "club: nothing to prune\n");
}

#[test]
fn six_m_prunes_nothing_for_it_is_not_said_whether_these_are_months_or_minutes() {
    let ledger = ledger();
    let refused = prune(&ledger, "6m", &["--yes"]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{}", refused.err);
    assert!(refused.err.contains("6mo or P6M for months, 6min or PT6M for minutes"), "{}", refused.err);
    assert_eq!(numbers(&ledger), (1..=9).collect::<Vec<_>>());
    assert_eq!(prune(&ledger, "6mo", &["--yes"]).printed(), "club: nothing to prune\n");
}

#[test]
fn what_a_later_change_reverses_stays_and_so_does_the_last() {
    let ledger = ledger();
    ledger.say(Through::File, &["undo", "6"]).printed();
    let told = prune(&ledger, "0s", &["--yes"]).printed();
    assert!(told.starts_with("club: 5 changes to prune, up to number 5 of "), "{told}");
    assert!(told.contains("\n  6 to 10 were recorded before "), "{told}");
    assert_eq!(numbers(&ledger), (6..=10).collect::<Vec<_>>());
}

#[test]
fn a_pruned_history_is_verified_again_and_again() {
    let ledger = ledger();
    let folder = ledger.community.folder.path();
    let file = |name: &str| folder.join(name).display().to_string();
    let [early, later] = [file("early.json"), file("later.json")];
    ledger.say(Through::File, &["checkpoint", "--output", &early]).printed();
    ledger.set_ranks(1, &json!({"add": ["medic"]}));
    ledger.say(Through::File, &["checkpoint", "--output", &later]).printed();
    ledger.set_ranks(1, &json!({"remove": ["medic"]}));
    for (up_to, last, early_counts) in [(8, 11, true), (9, 12, true), (10, 13, false)] {
        let verdict = prune(&ledger, &at(&ledger, up_to + 1), &["--yes"]).printed();
        assert!(verdict.ends_with(&format!("the history begins after number {up_to}\n")), "{verdict}");
        for through in BOTH {
            let report = ledger.say(through, &["verify", "--json"]).json();
            assert_eq!(
                (&report["whole"], &report["changes"], &report["prunedTo"]["number"]),
                (&json!(true), &json!(last - up_to), &json!(up_to))
            );
            ledger.say(through, &["verify", "--checkpoint", &later]).printed();
            let said = ledger.say(through, &["verify", "--checkpoint", &early]);
            assert_eq!(said.code, Some(if early_counts { 0 } else { 2 }), "{}{}", said.out, said.err);
            let advice = format!(
                "could NOT be compared: it is of change 9, and all up to change {up_to} was pruned on "
            );
            assert_eq!(said.out.contains(&advice), !early_counts, "{}", said.out);
        }
        ledger.set_ranks(1, &json!({"active": up_to % 2 == 0}));
    }
}

#[test]
fn an_altered_beginning_is_found() {
    let ledger = ledger();
    prune(&ledger, &at(&ledger, 8), &["--yes"]).printed();
    let connection = Connection::open(&ledger.community.database).expect("the database");
    let hash: String = connection
        .query_row("SELECT hex(pruned_hash) FROM ledger_heads WHERE pruned_number = 7", [], |row| row.get(0))
        .expect("what the history begins after");
    let sets = [
        ("pruned_hash = zeroblob(32)".to_owned(), 8, "its hash is not that of what it says"),
        ("pruned_number = 0".to_owned(), 1, "it is missing, as is all up to 7"),
        (format!("pruned_number = 8, pruned_hash = x'{hash}'"), 9, "its hash is not that of what it says"),
    ];
    for (set, number, expected) in sets {
        connection.execute_batch(&format!("UPDATE ledger_heads SET {set}")).expect("an update");
        for through in BOTH {
            let said = ledger.say(through, &["verify"]);
            assert_eq!(said.code, Some(1), "{set}: {}{}", said.out, said.err);
            let beginning = format!("BROKEN at change {number}: {expected}");
            assert!(said.out.starts_with(&beginning), "{set}: {}", said.out);
        }
        let back = format!("UPDATE ledger_heads SET pruned_number = 7, pruned_hash = x'{hash}'");
        connection.execute_batch(&back).expect("an update");
    }
    ledger.say(Through::File, &["verify"]).printed();
}

#[test]
fn what_was_not_deleted_when_it_was_interrupted_is_deleted_later() {
    let ledger = ledger();
    let connection = Connection::open(&ledger.community.database).expect("the database");
    let moved = "UPDATE ledger_heads SET pruned_number = 4, pruned_at = 1776211200000,
        pruned_hash = (SELECT hash FROM rank_changes WHERE number = 4)";
    connection.execute_batch(moved).expect("an update");
    assert_eq!(numbers(&ledger), (5..=9).collect::<Vec<_>>());
    ledger.say(Through::Server, &["verify"]).printed();
    let rows = || -> i64 {
        connection.query_row("SELECT count(*) FROM rank_changes", [], |row| row.get(0)).expect("a count")
    };
    assert_eq!(rows(), 9);
    let done = prune(&ledger, "100y", &["--yes"]).printed();
    let expected = "club: nothing to prune\nclub: deleted 4 changes; the history begins after number 4\n";
    assert_eq!((done.as_str(), rows()), (expected, 5));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let ledger = Ledger::with_a_rogue_moderator();
    let url = database_url(&ledger.community.database);
    let prune = |more: &[&str]| said(rankledger(&["prune", "--database", &url]).args(more));
    let error = prune(&["--community", "klub", "--before", "2y", "--yes"]).error(1);
    assert_eq!(error, "there is no community \"klub\"; there are: club");
    for wrong in [
        &["--community", "club"][..],
        &["--before", "2y"],
        &["--community", "club", "--before", "long ago"],
        &["--community", "club", "--before", "2y", "--dry-run", "--yes"],
    ] {
        assert_eq!(prune(wrong).code, Some(2), "{wrong:?}");
    }
    let export = ledger.say(Through::File, &["export"]).printed();
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    assert_eq!(lines.count(), 7, "nothing went");
}
