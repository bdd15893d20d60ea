//! The process killed under load, stopped under load, and two undos at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use serde_json::{Value, json};

use crate::kit::{Community, Process, account_id, agent, set_ranks, undo};

const ACCOUNTS: u32 = 20;
pub(crate) const CLIENTS: u32 = 8;

/// A change that was acknowledged: its number and undo id.
pub(crate) type Acknowledged = (i64, String);

/// Changes and undoes until the server is gone. Returns the acknowledged changes.
pub(crate) fn load(base: &str, client: u32) -> Vec<Acknowledged> {
    let agent = agent();
    let mut acknowledged = Vec::new();
    for step in 0.. {
        let account = account_id((client * 7 + step * 3) % ACCOUNTS + 1);
        let body = match step % 3 {
            0 => json!({"add": ["officer", "medic"]}),
            1 => json!({"set": ["cadet"], "active": true}),
            _ => json!({"add": ["medic"], "remove": ["cadet"]}),
        };
        let Some((status, answer)) = set_ranks(&agent, base, &account, &body) else { break };
        assert!(status == 200 || status == 503, "{answer}");
        acknowledged.extend(change_of(&answer));
        if let (Some((number, _)), 0) = (acknowledged.last(), step % 4) {
            let Some((_, answer)) = undo(&agent, base, &number.to_string()) else { break };
            acknowledged.extend(reversal_of(&answer));
        }
    }
    acknowledged
}

fn change_of(answer: &Value) -> Option<Acknowledged> {
    Some((answer["meta"]["changeNumber"].as_i64()?, answer["meta"]["undoId"].as_str()?.to_owned()))
}

fn reversal_of(answer: &Value) -> Option<Acknowledged> {
    Some((answer["meta"]["changeNumber"].as_i64()?, answer["data"]["reversalUndoId"].as_str()?.to_owned()))
}

/// Puts a server under load for a moment, then ends it. Returns the acknowledged changes.
fn under_load(server: Process, end: impl FnOnce(Process)) -> Vec<Acknowledged> {
    let base = server.url("");
    std::thread::scope(|scope| {
        let client = |client| {
            let base = &base;
            scope.spawn(move || load(base, client))
        };
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        std::thread::sleep(Duration::from_millis(700));
        end(server);
        clients.into_iter().flat_map(|client| client.join().expect("no client failed")).collect()
    })
}

/// Returns the whole ledger, and the stored ranks and status of each account.
async fn stored(database: &Path) -> (Vec<RankChange>, BTreeMap<AccountId, (Vec<String>, bool)>) {
    let storage = SqliteStorage::open(database).expect("the database opens after a crash");
    let mut tx = storage.read().await.expect("a view");
    let club = tx.community_by_public_id("club").await.expect("a look-up").expect("the community").id;
    let last = tx.last_change_number(club).await.expect("a look-up").0;
    let mut changes = Vec::new();
    for number in 1..=last {
        let change = tx.rank_change(club, ChangeNumber(number)).await.expect("a look-up");
        changes.push(change.unwrap_or_else(|| panic!("there is a hole at {number} of {last}")));
    }
    let beyond = tx.rank_change(club, ChangeNumber(last + 1)).await.expect("a look-up");
    assert_eq!(beyond, None, "the head knows of every change");
    let mut accounts = BTreeMap::new();
    for key in tx.account_names(club).await.expect("a list") {
        let account = tx.standing(club, key.id).await.expect("a look-up").expect("the account").account;
        accounts.insert(key.id, (names(&account.ranks), account.com_status));
    }
    (changes, accounts)
}

fn names(ranks: &[rankledger_domain::account::HeldRank]) -> Vec<String> {
    ranks.iter().map(|held| held.rank.to_string()).collect()
}

/// Checks that every acknowledged change is there, and that the ledger replayed from empty gives the stored
/// state.
pub(crate) fn check(database: &Path, acknowledged: &[Acknowledged]) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let (changes, accounts) = runtime.block_on(stored(database));
    for (number, undo_id) in acknowledged {
        let index = usize::try_from(number - 1).expect("a number from 1");
        let change = changes.get(index).unwrap_or_else(|| panic!("acknowledged change {number} is lost"));
        assert_eq!(change.undo_id.to_string(), *undo_id, "acknowledged change {number} is another one");
    }
    let mut replayed: BTreeMap<AccountId, (Vec<String>, bool)> =
        accounts.keys().map(|&id| (id, (Vec::new(), false))).collect();
    for change in &changes {
        let account = replayed.get_mut(&change.account).expect("the account is there");
        let before = (names(&change.transition.before), change.transition.status_before);
        assert_eq!(*account, before, "change {} begins where the one before it ended", change.number);
        *account = (names(&change.transition.after), change.transition.status_after);
        if let Some(reversed) = change.reverses {
            let index = usize::try_from(reversed.0 - 1).expect("a number from 1");
            assert_eq!(changes[index].reversed_by, Some(change.number));
        }
    }
    assert_eq!(replayed, accounts, "the replayed state is the stored state");
    changes.len()
}

#[test]
fn killed_under_load_it_loses_nothing_that_was_acknowledged() {
    let community = Community::of(ACCOUNTS);
    let mut acknowledged = Vec::new();
    for round in 1..=5 {
        let server = Process::serve(&community.database);
        let more = under_load(server, Process::kill);
        assert!(!more.is_empty(), "there was load in round {round}");
        acknowledged.extend(more);
        let recorded = check(&community.database, &acknowledged);
        println!("round {round}: {} acknowledged, {recorded} recorded", acknowledged.len());
    }
}

#[test]
fn stopped_under_load_it_finishes_what_it_has_taken_on() {
    let community = Community::of(ACCOUNTS);
    let server = Process::serve(&community.database);
    let acknowledged = under_load(server, |server| {
        let (code, log) = server.terminate();
        assert_eq!(code, Some(0), "{log:?}");
    });
    check(&community.database, &acknowledged);
}

#[test]
fn of_two_undos_at_once_one_wins() {
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    let base = server.url("");
    for _ in 0..10 {
        let body = json!({"add": ["officer"]});
        let (_, changed) = set_ranks(&agent(), &base, &account_id(1), &body).expect("an answer");
        let (number, _) = change_of(&changed).expect("a change");
        let mut statuses = std::thread::scope(|scope| {
            let undo = || scope.spawn(|| undo(&agent(), &base, &number.to_string()).expect("an answer"));
            [undo(), undo()].map(|client| client.join().expect("no client failed"))
        });
        statuses.sort_by_key(|(status, _)| *status);
        let [(won, _), (lost, why)] = statuses;
        assert_eq!((won, lost), (200, 409), "{why}");
        assert_eq!(why["type"], "/problems/already-undone");
    }
    server.kill();
    check(&community.database, &[]);
}

#[test]
fn a_database_that_is_taken_away_is_noticed() {
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    let base = server.url("");
    let change =
        || set_ranks(&agent(), &base, &account_id(1), &json!({"add": ["officer"]})).expect("an answer");
    assert_eq!(change().0, 200);
    std::fs::rename(&community.database, community.folder.path().join("elsewhere.db")).expect("it is moved");
    let (status, problem) = change();
    assert_eq!((status, &problem["type"]), (503, &json!("/problems/unavailable")), "{problem}");
    let ready = agent().get(server.url("/readyz")).call().expect("an answer");
    assert_eq!(ready.status(), 503);
    assert!(server.said().join("\n").contains("deleted or replaced"));
}

#[test]
fn a_database_held_by_another_process_does_not_hold_up_the_end() {
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    let other = rusqlite::Connection::open(&community.database).expect("the file");
    other.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    let base = server.url("");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| set_ranks(&agent(), &base, &account_id(1), &json!({"add": ["officer"]})));
        }
        std::thread::sleep(Duration::from_millis(300));
        let begun = std::time::Instant::now();
        let (code, log) = server.terminate();
        assert_eq!(code, Some(0), "{log:?}");
        assert!(begun.elapsed() < Duration::from_secs(10));
    });
}
