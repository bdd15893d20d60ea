//! `rankledger log`, and how `verify` looks at it.

use std::path::Path;

use rankledger_domain::chain::{ChainHash, link};
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::kit::{BOTH, Ledger, Through, said, timeless};
use crate::kit::{account_id, database_url, rankledger, succeed};

const LIST: &str = "\
PLACE  WHEN (UTC)           WHAT             ACCOUNT  WHO      FROM       BEFORE               AFTER
11     2026-04-15 00:00:00  account.renamed  Rogue    key bot  127.0.0.1  {\"name\":\"Member 2\"}  {\"name\":\"Rogue\"}
";

/// Starts a community in which the bot renames a member.
fn renamed() -> Ledger {
    let ledger = Ledger::with_a_rogue_moderator();
    let url = ledger.server.url(&format!("/v2/community/accounts/{}/name", account_id(2)));
    let request = crate::kit::agent().patch(url);
    let request = request.header("authorization", format!("Bearer {}", crate::kit::KEY));
    let answer = request.send(json!({"newName": "Rogue"}).to_string()).expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    ledger
}

/// Returns the entries that a command lists.
fn entries(ledger: &Ledger, through: Through, args: &[&str]) -> Vec<Value> {
    let page = ledger.say(through, &[&["log", "--json"], args].concat()).json();
    page["entries"].as_array().expect("the entries").clone()
}

#[test]
fn it_lists_what_was_done_newest_first() {
    let ledger = renamed();
    for through in BOTH {
        let list = timeless(&ledger.say(through, &["log", "--kind", "account.renamed"]).printed());
        assert_eq!(list, LIST);
        let all = entries(&ledger, through, &[]);
        let kinds: Vec<_> = all.iter().map(|entry| entry["kind"].as_str().expect("a word")).collect();
        assert_eq!(kinds, ["account.renamed", "key.created", "key.created", "import.finished"]);
        assert_eq!(all[1]["after"]["name"], "admin");
        for entry in &all[1..] {
            assert_eq!((&entry["credentialId"], &entry["address"]), (&Value::Null, &Value::Null));
        }
    }
}

#[test]
fn a_filter_is_what_fits_all_of_it() {
    let ledger = renamed();
    let bot = entries(&ledger, Through::File, &["--limit", "1"])[0]["credentialId"].clone();
    let bot = bot.as_str().expect("an id");
    for through in BOTH {
        for (args, expected) in [
            (&["--account", &account_id(2)][..], 1),
            (&["--account", &account_id(1)], 0),
            (&["--credential", bot], 1),
            (&["--credential", bot, "--kind", "key.created"], 0),
            (&["--user", &account_id(3)], 0),
            (&["--kind", "key.created"], 2),
            (&["--from", "2h", "--limit", "2"], 2),
            (&["--to", "2h"], 0),
        ] {
            assert_eq!(entries(&ledger, through, args).len(), expected, "{args:?}");
        }
        let none = ledger.say(through, &["log", "--to", "2h"]);
        assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (Some(0), "", "no entries\n"));
        let some = ledger.say(through, &["log", "--limit", "1"]);
        assert!(some.err.contains("--limit"), "{}", some.err);
    }
    let wrong = said(&mut rankledger(&["log", "--kind", "account.made"]));
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.err.contains("account.renamed") && wrong.err.contains("rollback.completed"),
        "{}",
        wrong.err
    );
}

#[test]
fn what_the_operator_does_is_in_the_log() {
    let ledger = renamed();
    let url = database_url(&ledger.community.database);
    let newest = || entries(&ledger, Through::File, &["--limit", "1"])[0].clone();
    succeed(&mut rankledger(&["key", "create", "--database", &url, "--community", "club", "--name", "new"]));
    let made = newest();
    assert_eq!((&made["kind"], &made["after"]["name"]), (&json!("key.created"), &json!("new")));
    let id = made["after"]["id"].as_str().expect("an id");
    let edit = ["key", "edit", "--database", &url, "--community", "club", "--rate-factor", "20", id];
    let edited = said(&mut rankledger(&edit));
    assert_eq!(edited.out, format!("the key \"new\" ({id}) has the rate factor 20; it had 1\n"));
    let edited = newest();
    assert_eq!((&edited["kind"], &edited["before"]), (&json!("key.updated"), &made["after"]));
    assert_eq!(edited["after"]["rateFactor"], 20);
    succeed(&mut rankledger(&["key", "revoke", "--database", &url, "--community", "club", id]));
    let revoked = newest();
    assert_eq!((&revoked["kind"], &revoked["before"]), (&json!("key.revoked"), &edited["after"]));
    let prune = ["prune", "--database", &url, "--community", "club", "--before", "0s", "--yes"];
    succeed(&mut rankledger(&prune));
    let pruned = newest();
    assert_eq!((&pruned["kind"], &pruned["before"]["beginsAfter"]), (&json!("history.pruned"), &json!(0)));
    let report = ledger.say(Through::Server, &["verify", "--json"]).json();
    assert_eq!((&report["whole"], &report["log"]["broken"]), (&json!(true), &json!([])));
    let create = ["community", "create", "--database", &url, "other", "--name", "Other", "--undo-needs-user"];
    succeed(&mut rankledger(&create));
    let other = entries(&ledger, Through::File, &["--community", "other"]);
    assert_eq!(other.len(), 1);
    assert_eq!(
        (&other[0]["kind"], &other[0]["after"]["undoNeedsUser"]),
        (&json!("settings.changed"), &json!(true))
    );
}

/// Alters the database past Rankledger.
fn alter(ledger: &Ledger, sql: &str) {
    let connection = Connection::open(&ledger.community.database).expect("the database");
    connection.execute_batch(sql).expect("an alteration");
}

#[test]
fn whatever_is_altered_in_the_log_is_found_at_its_place() {
    for (sql, place) in [
        ("UPDATE log_entries SET kind = 'account.updated' WHERE place = 11", 11),
        ("UPDATE log_entries SET at = at + 1 WHERE place = 11", 11),
        ("UPDATE log_entries SET address = '192.0.2.1' WHERE place = 11", 11),
        ("UPDATE log_entries SET credential = NULL WHERE place = 11", 11),
        ("UPDATE log_entries SET account = actor WHERE place = 11", 11),
        ("UPDATE log_entries SET before = '{\"name\": \"Member 2\"}' WHERE place = 11", 11),
        ("UPDATE log_entries SET after = 'no JSON' WHERE place = 11", 11),
        ("UPDATE log_entries SET hash = zeroblob(32) WHERE place = 4", 4),
        ("UPDATE log_entries SET ledger_hash = zeroblob(32) WHERE place = 11", 11),
        ("DELETE FROM log_entries WHERE place = 5", 6),
        ("UPDATE log_entries SET place = 12 WHERE place = 11", 12),
        ("UPDATE log_entries SET after_change = 6 WHERE place = 11", 11),
    ] {
        let ledger = renamed();
        let last = entries(&ledger, Through::File, &["--limit", "1"])[0]["place"].clone();
        // The places: three changes, the import, two keys, four changes, the new name.
        assert_eq!(last, 11);
        alter(&ledger, sql);
        for through in BOTH {
            let report = ledger.say(through, &["verify", "--json"]);
            assert_eq!(report.code, Some(1), "{sql}: {}", report.err);
            let report: Value = serde_json::from_str(&report.out).expect("a report");
            assert_eq!((&report["whole"], &report["broken"]), (&json!(false), &json!([])), "{sql}");
            assert_eq!(report["log"]["broken"][0]["place"], place, "{sql}: {}", report["log"]);
        }
    }
}

/// Returns the hash that change 7 has with this reason, after the changes that are stored.
fn hash_of_a_forgery(database: &Path, reason: &str) -> ChainHash {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let storage = SqliteStorage::open(database).expect("the database");
        let mut tx = storage.read().await.expect("a view");
        let club = tx.community_by_public_id("club").await.expect("a look-up").expect("the community").id;
        let [before, last] = [6, 7].map(ChangeNumber);
        let before = tx.linked_change(club, before).await.expect("a look-up").expect("a change").hash;
        let last = tx.linked_change(club, last).await.expect("a look-up").expect("a change").change;
        link(before, &RankChange { reason: Some(reason.to_owned()), ..last })
    })
}

#[test]
fn a_ledger_that_was_linked_anew_does_not_fit_the_log() {
    let ledger = renamed();
    let hash = hash_of_a_forgery(&ledger.community.database, "It was agreed");
    alter(
        &ledger,
        &format!(
            "UPDATE rank_changes SET reason = 'It was agreed', hash = x'{hash}' WHERE number = 7;
             UPDATE ledger_heads SET last_hash = x'{hash}'"
        ),
    );
    let said = ledger.say(Through::Server, &["verify"]);
    assert_eq!(said.code, Some(1));
    let expected =
        "BROKEN at place 11 of the log: rank change 7 has another hash than when the entry was written\n";
    assert!(said.out.starts_with("club: 7 changes, whole") && said.out.ends_with(expected), "{}", said.out);
}

#[test]
fn a_key_that_may_not_read_the_log_verifies_the_history_and_says_so() {
    let ledger = renamed();
    let mut command = ledger.command(Through::Server, &["verify"]);
    let said = said(command.env("RANKLEDGER_KEY", crate::kit::KEY));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("was not looked at"), "{}", said.out);
}

#[test]
fn a_log_that_lost_its_end_does_not_fit_the_checkpoint() {
    let ledger = renamed();
    let path = ledger.community.folder.path().join("checkpoint.json").display().to_string();
    ledger.say(Through::Server, &["checkpoint", "--output", &path]).printed();
    let verify = ["verify", "--checkpoint", &path];
    for through in BOTH {
        let said = ledger.say(through, &verify).printed();
        assert!(said.contains("it is the log of the checkpoint up to place 11\n"), "{said}");
    }
    alter(&ledger, "DELETE FROM log_entries WHERE place = 11");
    for through in BOTH {
        // Nothing else of the database knows of it.
        ledger.say(through, &["verify"]).printed();
        let said = ledger.say(through, &verify);
        let expected = "BROKEN at place 11 of the log: it is missing, as is all after it";
        assert!(said.code == Some(1) && said.out.contains(expected), "{}{}", said.out, said.err);
    }
    // Something else in its place is found out, too.
    let url = database_url(&ledger.community.database);
    succeed(&mut rankledger(&["key", "create", "--database", &url, "--community", "club", "--name", "new"]));
    let said = ledger.say(Through::File, &verify);
    let expected = "BROKEN at place 11 of the log: it is not the entry that the checkpoint has at this place";
    assert!(said.code == Some(1) && said.out.contains(expected), "{}{}", said.out, said.err);
}
