//! `rankledger verify`: finds accounts that hold what the ledger did not give them, by their number.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::kit::{ADMIN_KEY, BOTH, Ledger, Said, Through, ledger_of_nine, tamperer};
use crate::kit::{account_id, agent};

/// The account that the tests tamper with: it holds cadet and medic, and its newest change is 4.
const THIRD: &str = "account 1003 (a0000000-0000-0000-0000-000000000003)";

/// Sets columns of the standing of an account.
fn set(connection: &Connection, account: u32, columns: &str) {
    let sql = format!("UPDATE account_standings SET {columns} WHERE account = unhex(?1, '-')");
    assert_eq!(connection.execute(&sql, [account_id(account)]).expect("an update"), 1);
}

/// Returns SQL that lets a standing hold these ranks, none of which ends.
fn holding(connection: &Connection, ranks: &[&str]) -> String {
    let sql = "SELECT hex(id) FROM ranks WHERE key = ?1";
    let id =
        |rank: &&str| -> String { connection.query_row(sql, [rank], |row| row.get(0)).expect("the rank") };
    format!("ranks = x'{}'", ranks.iter().map(id).collect::<String>())
}

/// Checks that `verify` finds exactly this, on a server and in the file.
#[track_caller]
fn finds(ledger: &Ledger, expected: &str) {
    for through in BOTH {
        let Said { code, out, err } = ledger.say(through, &["verify"]);
        assert_eq!((code, out.as_str()), (Some(1), expected), "{err}");
        assert!(err.contains("restore a backup"), "{err}");
    }
}

#[test]
fn a_rank_that_no_change_gave_is_found() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let holding = |ranks: &[&str]| holding(&connection, ranks);
    for (columns, how) in [
        (holding(&["cadet", "medic", "officer"]), "with Officer"),
        (holding(&["cadet"]), "without Medic"),
        (holding(&["officer", "medic"]), "with Officer, without Cadet"),
        (holding(&["medic", "cadet"]), "with its ranks in another order"),
        ("com_status = 0".to_owned(), "inactive"),
    ] {
        set(&connection, 3, &columns);
        finds(&ledger, &format!("BROKEN at {THIRD}: it is not as its newest change, 4, left it: {how}\n"));
        set(&connection, 3, &format!("com_status = 1, {}", holding(&["cadet", "medic"])));
    }
    ledger.say(Through::File, &["verify"]).printed();

    set(&connection, 3, &holding(&["officer"]));
    set(&connection, 1, "com_status = 0");
    let said = ledger.say(Through::Server, &["verify", "--json"]);
    let report: Value = serde_json::from_str(&said.out).expect("a report");
    assert_eq!((said.code, &report["whole"], &report["broken"]), (Some(1), &json!(false), &json!([])));
    let broken = report["brokenAccounts"].as_array().expect("a list");
    let found: Vec<_> = broken.iter().map(|one| (&one["account"], &one["uniqueId"], &one["fault"])).collect();
    let [first, third] = [account_id(1), account_id(3)].map(Value::from);
    assert_eq!(found, [(&first, &json!(1001), &json!("held")), (&third, &json!(1003), &json!("held"))]);
}

#[test]
fn an_end_that_was_moved_is_found_and_so_is_one_that_would_never_come() {
    let ledger = ledger_of_nine();
    ledger.set_ranks(3, &json!({"add": [{"rank": "officer", "expiresAt": "2090-01-01T00:00:00Z"}]}));
    let connection = tamperer(&ledger.community.database);
    ledger.say(Through::File, &["verify"]).printed();
    let later = "next_end = next_end + 1000, ranks = CAST(substr(ranks, 1, 65) || unhex(printf('%016x', next_end + 1000)) AS BLOB)";
    set(&connection, 3, later);
    finds(
        &ledger,
        &format!(
            "BROKEN at {THIRD}: it is not as its newest change, 10, left it: with another end of Officer (until 2090-01-01 \
             00:00:01)\n"
        ),
    );
    set(&connection, 3, "next_end = NULL");
    let contradicts = "what it holds cannot be read in the database, or contradicts itself";
    finds(&ledger, &format!("BROKEN at {THIRD}: {contradicts}\n"));
    set(&connection, 3, "ranks = x'0707'");
    finds(&ledger, &format!("BROKEN at {THIRD}: {contradicts}\n"));
}

#[test]
fn an_account_that_names_another_change_as_its_newest_is_found() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    for (named, expected) in [
        (3, "it says that its newest change is 3, and change 4 of it is newer"),
        (0, "it says that it has no change, and change 3 of it is newer"),
        (5, "it says that its newest change is 5, but that is one of another account"),
        (10, "it says that its newest change is 10, but change 9 is the last one"),
    ] {
        set(&connection, 3, &format!("last_change = {named}"));
        finds(&ledger, &format!("BROKEN at {THIRD}: {expected}\n"));
    }
}

#[test]
fn an_account_without_changes_holds_nothing() {
    let ledger = ledger_of_nine();
    let body = json!({"name": "Newcomer", "accId": account_id(4), "uniqueId": 1004}).to_string();
    let request = agent().post(ledger.server.url("/v2/community/accounts"));
    let made = request.header("authorization", format!("Bearer {ADMIN_KEY}")).send(body).expect("an answer");
    assert_eq!(made.status().as_u16(), 200);
    let report = ledger.say(Through::File, &["verify", "--json"]).json();
    assert_eq!((&report["accounts"], &report["uncheckedAccounts"]), (&json!(4), &json!(0)));
    let connection = tamperer(&ledger.community.database);
    set(&connection, 4, &format!("com_status = 1, {}", holding(&connection, &["officer"])));
    let fourth = THIRD.replace('3', "4");
    let how = "no change ever gave it anything, and it stands there with Officer, active";
    finds(&ledger, &format!("BROKEN at {fourth}: {how}\n"));
}

#[test]
fn an_account_that_is_gone_is_found() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let gone = "DELETE FROM account_standings WHERE account = unhex(?1, '-')";
    connection.execute(gone, [account_id(3)]).expect("a row");
    let third = "account (a0000000-0000-0000-0000-000000000003)";
    finds(&ledger, &format!("BROKEN at {third}: change 3 is one of it, and there is no such account\n"));
}

#[test]
fn a_change_that_was_made_upon_what_no_change_gave_is_found_for_ever() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    set(&connection, 3, &holding(&connection, &["cadet", "medic", "officer"]));
    ledger.set_ranks(3, &json!({"remove": ["medic"]}));
    ledger.set_ranks(3, &json!({"remove": ["officer"]}));
    finds(
        &ledger,
        "BROKEN at change 10: it does not begin where change 4, the account's change before it, ended: with Officer\n",
    );
}

#[test]
fn what_only_pruned_changes_tell_is_said_to_be_unchecked() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let pruned = "UPDATE ledger_heads SET pruned_number = 8, pruned_at = 1776211200000,
        pruned_hash = (SELECT hash FROM rank_changes WHERE number = 8)";
    connection.execute(pruned, []).expect("an update");
    for through in BOTH {
        let said = ledger.say(through, &["verify"]).printed();
        let expected = "  accounts     1, as the ledger leaves them\n  not checked  2, of which only pruned changes tell\n";
        assert!(said.contains(expected), "{said}");
    }
    set(&connection, 2, "com_status = 0");
    finds(
        &ledger,
        "BROKEN at account 1002 (a0000000-0000-0000-0000-000000000002): it is not as its newest change, 9, left it: \
         inactive\n",
    );
}
