//! `rankledger checkpoint`, and what can be proved with a checkpoint that was kept elsewhere.

use std::path::Path;

use rankledger_domain::chain::link;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::Storage;
use rankledger_storage::history::{HistoryFilter, LinkedChange, Order};
use rankledger_storage::sqlite::SqliteStorage;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::kit::{BOTH, Ledger, Through};
use crate::kit::{database_url, rankledger, succeed};

/// Writes a checkpoint to a file. Returns its path.
fn keep(ledger: &Ledger, through: Through) -> String {
    let path = ledger.community.folder.path().join("checkpoint.json").display().to_string();
    assert_eq!(ledger.say(through, &["checkpoint", "--output", &path]).printed(), "");
    path
}

fn edit(path: &str, edit: impl FnOnce(&mut Value)) {
    let text = std::fs::read_to_string(path).expect("the file");
    let mut json = serde_json::from_str(&text).expect("JSON");
    edit(&mut json);
    std::fs::write(path, json.to_string()).expect("the file");
}

fn database(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database");
    connection.pragma_update(None, "foreign_keys", false).expect("a setting");
    connection
}

#[test]
fn a_history_that_went_on_is_still_that_of_the_checkpoint() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let path = keep(&ledger, through);
        ledger.set_ranks(2, &json!({"set": ["cadet"]}));
        ledger.set_ranks(2, &json!({"set": []}));
        let said = ledger.say(through, &["verify", "--checkpoint", &path]).printed();
        assert!(said.contains("it is the history of the checkpoint of "), "{said}");
        // The command takes the whole answer of the API as well as its data.
        edit(&path, |json| *json = json!({"success": true, "data": json, "meta": {}}));
        let report = ledger.say(through, &["verify", "--json", "--checkpoint", &path]).json();
        let kept = report["checkpoint"]["number"].as_i64().expect("a number");
        assert_eq!((&report["whole"], &report["lastNumber"]), (&json!(true), &json!(kept + 2)));
    }
}

#[test]
fn a_history_that_lost_its_end_without_a_trace_is_found_out() {
    let ledger = Ledger::with_a_rogue_moderator();
    let path = keep(&ledger, Through::File);
    let lost = "DELETE FROM rank_changes WHERE number > 5;
        UPDATE ledger_heads SET last_number = 5, last_hash = (SELECT hash FROM rank_changes WHERE number = 5);";
    database(&ledger.community.database).execute_batch(lost).expect("rows");
    let said = ledger.say(Through::File, &["verify"]);
    let traces = "BROKEN at account 1001 (a0000000-0000-0000-0000-000000000001): it says that its newest change is 7, but \
                  change 5 is the last one\nalso at account 1002 (a0000000-0000-0000-0000-000000000002): ";
    assert!(said.code == Some(1) && said.out.starts_with(traces), "{}{}", said.out, said.err);

    // Somebody who knows how leaves no trace in the accounts either.
    let left_by = |number: u32| {
        format!(
            "UPDATE account_standings SET (ranks, com_status, last_change) =
                 (SELECT ranks_after, status_after, number FROM rank_changes WHERE number = {number})
             WHERE account = (SELECT account FROM rank_changes WHERE number = {number});"
        )
    };
    database(&ledger.community.database).execute_batch(&(left_by(5) + &left_by(2))).expect("rows");
    for through in BOTH {
        ledger.say(through, &["verify"]).printed();
        let said = ledger.say(through, &["verify", "--checkpoint", &path]);
        let expected = "BROKEN at change 6: it is missing, as is all up to 7: the checkpoint was made when change 7 was \
                        the last\n";
        assert_eq!((said.code, said.out.as_str()), (Some(1), expected), "{}", said.err);
    }
}

/// Computes the hashes of all changes from this one on, as somebody would who knows how.
fn link_anew(path: &Path, from: i64) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let changes = runtime.block_on(async {
        let storage = SqliteStorage::open(path).expect("the database");
        let mut tx = storage.read().await.expect("a view");
        let all = HistoryFilter::default();
        tx.history(CommunityId(1), &all, Order::OldestFirst, None, 1000).await.expect("a page").changes
    });
    let connection = database(path);
    let mut hash = None;
    for LinkedChange { change, hash: old, .. } in changes {
        let new = hash.filter(|_| change.number.0 >= from).map_or(old, |before| link(before, &change));
        let set = "UPDATE rank_changes SET hash = ?2 WHERE number = ?1";
        connection.execute(set, (change.number.0, new.0)).expect("a row");
        hash = Some(new);
    }
    let last = hash.expect("there are changes");
    connection.execute("UPDATE ledger_heads SET last_hash = ?1", [last.0]).expect("the head");
}

#[test]
fn a_history_that_was_altered_and_linked_anew_is_found_out() {
    let ledger = Ledger::with_a_rogue_moderator();
    let path = keep(&ledger, Through::File);
    let altered = "UPDATE rank_changes SET reason = 'Nobody did anything' WHERE number = 5";
    database(&ledger.community.database).execute_batch(altered).expect("rows");
    link_anew(&ledger.community.database, 5);
    for through in [Through::File, Through::Server] {
        ledger.say(through, &["verify"]).printed();
        let said = ledger.say(through, &["verify", "--json", "--checkpoint", &path]);
        assert_eq!(said.code, Some(1));
        let report: Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(
            (&report["broken"][0]["number"], &report["broken"][0]["fault"]),
            (&json!(7), &json!("checkpoint"))
        );
    }
}

#[test]
fn a_checkpoint_by_another_key_is_found_out() {
    let ledger = Ledger::with_a_rogue_moderator();
    let path = keep(&ledger, Through::File);
    let other_key = "UPDATE signing_keys SET secret = zeroblob(32)";
    database(&ledger.community.database).execute_batch(other_key).expect("rows");
    for through in BOTH {
        let said = ledger.say(through, &["verify", "--checkpoint", &path]);
        assert_eq!(said.code, Some(1));
        assert!(
            said.out.contains("BROKEN at change 7: ") && said.out.contains("another key"),
            "{}",
            said.out
        );
    }
}

#[test]
fn a_checkpoint_that_is_none_proves_nothing() {
    let ledger = Ledger::with_a_rogue_moderator();
    let database = database_url(&ledger.community.database);
    succeed(&mut rankledger(&["community", "create", "klub", "--name", "Klub", "--database", &database]));
    let verify = |path: &str| {
        let verify = ["verify", "--community", "club", "--checkpoint", path];
        ledger.say(Through::File, &verify).error(2)
    };
    let folder = ledger.community.folder.path();
    let path = folder.join("checkpoint.json").display().to_string();
    let keep = |community: &str| {
        let keep = ["checkpoint", "--community", community, "--output", &path];
        ledger.say(Through::File, &keep).printed();
    };

    keep("klub");
    let error = verify(&path);
    assert!(error.contains("of the community \"klub\"") && error.contains("this is \"club\""), "{error}");
    let edits: [fn(&mut Value); 5] = [
        |json| json["number"] = json!(6),
        |json| json["hash"] = json!("00".repeat(32)),
        |json| json["at"] = json!("2026-04-15T00:00:00.000Z"),
        |json| json["uuid"] = json!("00000000-0000-0000-0000-000000000000"),
        |json| {
            let signature = json["signature"].as_str().expect("a text");
            let first = if signature.starts_with('A') { "B" } else { "A" };
            json["signature"] = json!(format!("{first}{}", &signature[1..]));
        },
    ];
    for change in edits {
        keep("club");
        edit(&path, change);
        let error = verify(&path);
        assert!(
            error.contains("checkpoint.json") && error.contains("the signature is not one of"),
            "{error}"
        );
    }
    std::fs::write(&path, "no checkpoint").expect("the file");
    assert!(verify(&path).contains("could not be checked: the checkpoint in "));
    assert!(verify("nowhere.json").contains("nowhere.json"));
}
