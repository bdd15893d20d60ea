//! Grants that end: the server takes the ranks away by itself, also after it was stopped, killed, or not
//! running when they ended.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::faults::check;
use crate::kit::{
    Community, PATIENCE, Process, account_id, agent, database_url, rankledger, set_ranks, succeed,
};

/// Waits until no grant with an end is held any more. Reads the file directly, so that no request can have
/// caused it.
fn wait_until_all_have_ended(database: &Path, server: &Process) {
    let conn = rusqlite::Connection::open(database).expect("the file");
    let begun = Instant::now();
    loop {
        let sql = "SELECT count(*) FROM account_standings WHERE next_end IS NOT NULL";
        let left: i64 = conn.query_row(sql, [], |row| row.get(0)).expect("a count");
        if left == 0 {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{left} grants are left; the server says: {:?}", server.said());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Returns the changes of source `expiry`, after checking the whole ledger by replaying it.
fn expiries(database: &Path) -> Vec<RankChange> {
    let count = check(database, &[]);
    let storage = SqliteStorage::open(database).expect("the database opens");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut expiries = runtime.block_on(async {
        let mut tx = storage.read().await.expect("a view");
        let club = tx.community_by_public_id("club").await.expect("a look-up").expect("the community").id;
        let mut changes = Vec::new();
        for number in 1..=i64::try_from(count).expect("a small number") {
            changes.extend(tx.rank_change(club, ChangeNumber(number)).await.expect("a look-up"));
        }
        changes
    });
    expiries.retain(|change| change.source == Source::Expiry);
    for change in &expiries {
        assert_eq!((change.actor, change.credential, change.reverses), (None, None, None));
        assert!(change.transition.removed().all(|held| held.has_ended(change.at)), "{change:?}");
        assert!(!change.transition.after.iter().any(|held| held.has_ended(change.at)), "{change:?}");
    }
    expiries
}

/// Gives a rank for a time. Tries again if the time was over before the change was made, as on a busy
/// machine.
fn give(server: &Process, account: u32, rank: &str, duration: &str) {
    let body = json!({"add": [{"rank": rank, "expiresIn": duration}]});
    loop {
        let answered = set_ranks(&agent(), &server.url(""), &account_id(account), &body);
        let (status, answer) = answered.expect("an answer");
        if answer["type"] != "/problems/end-has-passed" {
            assert_eq!(status, 200, "{answer}");
            assert!(answer["meta"]["expiresAt"].is_object(), "{answer}");
            return;
        }
    }
}

/// Imports, while no server runs, grants of `officer` whose end has passed, for these accounts.
fn import_ended_grants(community: &Community, accounts: u32) {
    let change = |number: u32| {
        json!({
            "undoId": Uuid::from_u128(u128::from(number)),
            "account": account_id(number),
            "add": [{"rank": "officer", "expiresAt": "2020-02-01T00:00:00Z"}],
            "at": "2020-01-01T00:00:00Z",
        })
    };
    let changes: Vec<Value> = (1..=accounts).map(change).collect();
    let document = json!({"community": {"id": "club", "name": "The Club"}, "rankChanges": changes});
    let file = community.folder.path().join("changes.json");
    std::fs::write(&file, document.to_string()).expect("a file");
    let mut import: Command = rankledger(&["import", "--database", &database_url(&community.database)]);
    succeed(import.arg(&file));
}

#[test]
fn a_rank_is_taken_away_when_its_time_has_come_though_nobody_asks() {
    let community = Community::of(2);
    let server = Process::serve(&community.database);
    give(&server, 1, "officer", "PT1S");
    give(&server, 2, "medic", "P1D");
    give(&server, 1, "medic", "PT1S");
    let body = json!({"add": [{"rank": "medic", "expiresAt": null}]});
    set_ranks(&agent(), &server.url(""), &account_id(2), &body).expect("an answer");
    wait_until_all_have_ended(&community.database, &server);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log:?}");
    let expiries = expiries(&community.database);
    let removed: usize = expiries.iter().map(|change| change.transition.removed().count()).sum();
    assert_eq!(removed, 2, "both ranks of the first account, at once or one by one: {expiries:?}");
    assert!(expiries.iter().all(|change| change.account.to_string() == account_id(1)), "{expiries:?}");
}

#[test]
fn what_ended_while_no_server_ran_is_taken_away_at_the_start() {
    const ACCOUNTS: u32 = 450;
    let community = Community::of(ACCOUNTS);
    import_ended_grants(&community, ACCOUNTS);
    // The server is stopped at once: changes that it has begun are whole, the rest waits for the next start.
    let (code, log) = Process::serve(&community.database).terminate();
    assert_eq!(code, Some(0), "{log:?}");
    expiries(&community.database);

    let server = Process::serve(&community.database);
    wait_until_all_have_ended(&community.database, &server);
    server.kill();
    let expiries = expiries(&community.database);
    let accounts: BTreeSet<_> = expiries.iter().map(|change| change.account).collect();
    assert_eq!((expiries.len(), accounts.len()), (450, 450), "one change for each of them");
}

#[test]
fn killed_again_and_again_it_takes_each_rank_away_once() {
    const ACCOUNTS: u32 = 20;
    let community = Community::of(ACCOUNTS);
    for round in 0..4 {
        let server = Process::serve(&community.database);
        for account in 1..=ACCOUNTS {
            give(&server, account, "officer", "PT0.3S");
        }
        // Some rounds stop before the grants end, some in the middle of the expiry.
        std::thread::sleep(Duration::from_millis(150 * round));
        server.kill();
        expiries(&community.database);
    }
    let server = Process::serve(&community.database);
    wait_until_all_have_ended(&community.database, &server);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log:?}");
    let expiries = expiries(&community.database);
    for number in 1..=ACCOUNTS {
        let own = expiries.iter().filter(|change| change.account.to_string() == account_id(number));
        assert!(own.count() >= 1, "account {number} had a rank that ended");
    }
}
