//! Thirty-two clients that change the same twenty accounts at once. The ledger holds the acknowledged
//! changes, and the ledger replayed from empty gives the stored state.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, check_chain, numbers};

const CLIENTS: usize = 32;
const STEPS: usize = 30;
const ACCOUNTS: usize = 20;

/// A change that was acknowledged.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Acknowledged {
    number: i64,
    undo_id: String,
    /// Entity tag of the account that the client sent as `If-Match`, if it sent one.
    seen: Option<String>,
}

/// Returns a number that looks random, and is the same for the same client and step.
fn scattered(client: usize, step: usize) -> usize {
    let mixed = ((client * STEPS + step) as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from((mixed ^ (mixed >> 29)) >> 33).expect("31 bits")
}

fn account(index: usize) -> String {
    format!("a1000000-0000-0000-0000-{:012}", index % ACCOUNTS)
}

fn acknowledged(number: &Value, undo_id: &Value, seen: Option<String>) -> Option<Acknowledged> {
    Some(Acknowledged { number: number.as_i64()?, undo_id: undo_id.as_str()?.to_owned(), seen })
}

#[track_caller]
fn expect_one_of(answer: &Answer, statuses: &[u16]) {
    assert!(statuses.contains(&answer.status.as_u16()), "{}: {}", answer.status, answer.body);
}

/// Makes a change without `If-Match`.
async fn change(bot: &Actor, account: &str, body: Value) -> Vec<Acknowledged> {
    let answer = bot.set_ranks(account, body).await;
    let meta = &answer.ok()["meta"];
    acknowledged(&meta["changeNumber"], &meta["undoId"], None).into_iter().collect()
}

/// Makes a change if the account still has the version that the client read.
async fn change_if_unchanged(bot: &Actor, account: &str, body: Value) -> Vec<Acknowledged> {
    let row = bot.get(&format!("/v2/community/accounts/{account}")).await;
    let seen = row.ok()["data"]["ranks"].to_string();
    let answer = bot.with("if-match", row.etag()).set_ranks(account, body).await;
    expect_one_of(&answer, &[200, 412]);
    let meta = &answer.body["meta"];
    acknowledged(&meta["changeNumber"], &meta["undoId"], Some(seen)).into_iter().collect()
}

async fn undo(bot: &Actor, number: usize) -> Vec<Acknowledged> {
    let answer = bot.undo(number, json!({})).await;
    expect_one_of(&answer, &[200, 409, 404]);
    let number = &answer.body["meta"]["changeNumber"];
    acknowledged(number, &answer.body["data"]["reversalUndoId"], None).into_iter().collect()
}

async fn run_flow(bot: &Actor, account: &str, promote: bool) -> Vec<Acknowledged> {
    let body = json!({"data": [{"flowId": "up", "users": [account], "promote": promote}]});
    let answer = bot.post("/v2/community/promotion-flows/trigger", body).await;
    let changes = answer.ok()["meta"]["changes"].as_array().expect("changes").clone();
    changes
        .iter()
        .filter_map(|change| acknowledged(&change["changeNumber"], &change["undoId"], None))
        .collect()
}

/// Runs one client. Returns the changes that were acknowledged to it.
async fn client(bot: Actor, client: usize) -> Vec<Acknowledged> {
    let mut told = Vec::new();
    for step in 0..STEPS {
        let random = scattered(client, step);
        let account = account(random / 8);
        let rank = ["cadet", "officer", "medic", "chief"][random / 256 % 4];
        told.extend(match random % 8 {
            0 => change(&bot, &account, json!({ "set": [rank] })).await,
            1 => change(&bot, &account, json!({ "add": [rank] })).await,
            2 => change(&bot, &account, json!({"remove": [rank], "active": random.is_multiple_of(3)})).await,
            3 => change_if_unchanged(&bot, &account, json!({ "set": [rank, "cadet"] })).await,
            4 => change_if_unchanged(&bot, &account, json!({"add": [rank], "remove": ["officer"]})).await,
            5 => run_flow(&bot, &account, random.is_multiple_of(2)).await,
            _ => undo(&bot, random / 512 % (CLIENTS * STEPS / 2) + 7).await,
        });
    }
    told
}

/// Returns the ranks and the status of each account, computed from the lines of the history.
fn replay(lines: &[Value]) -> BTreeMap<String, (Value, bool)> {
    let mut accounts = BTreeMap::new();
    let mut reversals = BTreeMap::new();
    for line in lines {
        let account = line["accId"].as_str().expect("an id").to_owned();
        let state = accounts.entry(account).or_insert((json!([]), false));
        let before = (line["previousRanks"].clone(), line["previousStatus"].as_bool().expect("a status"));
        assert_eq!(*state, before, "{line} begins where the change before it ended");
        *state = (line["currentRanks"].clone(), line["currentStatus"].as_bool().expect("a status"));
        if let Some(reversed) = line["reverses"].as_i64() {
            assert_eq!(
                reversals.insert(reversed, line["changeNumber"].clone()),
                None,
                "{reversed} is reversed once"
            );
        }
    }
    for line in lines {
        let reversal = reversals.get(&line["changeNumber"].as_i64().expect("a number"));
        assert_eq!(line["reversedBy"], reversal.cloned().unwrap_or_default(), "{line}");
    }
    accounts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_many_clients_do_to_the_same_accounts_is_recorded_once_and_in_order() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for index in 0..ACCOUNTS {
        admin.create_account(json!({"name": format!("Member {index}"), "accId": account(index)})).await.ok();
    }
    let before = server.written().await;
    let mut clients = Vec::new();
    for index in 0..CLIENTS {
        clients.push(tokio::spawn(client(server.bot().await, index)));
    }
    let told = join_all(clients).await;
    let told: Vec<_> = told.into_iter().flat_map(|told| told.expect("no client failed")).collect();

    let lines = admin.lines("").await;
    let last = i64::try_from(lines.len()).expect("a small number");
    assert_eq!(numbers(&Value::from(lines.clone())), (1..=last).collect::<Vec<_>>(), "there is no hole");
    check_chain("e0000000-0000-0000-0000-000000000001", &lines);

    // The first six were imported.
    let recorded: BTreeSet<_> = lines[6..]
        .iter()
        .map(|line| (&line["changeNumber"], line["undoId"].as_str()))
        .map(|(number, undo_id)| {
            (number.as_i64().expect("a number"), undo_id.expect("an undo id").to_owned())
        })
        .collect();
    let acknowledged: BTreeSet<_> = told.iter().map(|told| (told.number, told.undo_id.clone())).collect();
    assert_eq!(acknowledged.len(), told.len(), "no change was acknowledged twice");
    assert_eq!(acknowledged, recorded, "what was acknowledged is what was recorded");
    assert!(told.len() > 300, "{} changes were made", told.len());

    let mut with_tag = 0;
    for told in &told {
        let line = &lines[usize::try_from(told.number - 1).expect("a number from 1")];
        let ranks =
            line["previousRanks"].as_array().expect("grants").iter().map(|grant| grant["rank"].clone());
        if let Some(seen) = &told.seen {
            assert_eq!(Value::from(ranks.collect::<Vec<_>>()).to_string(), *seen, "nobody came between");
            with_tag += 1;
        }
    }
    assert!(with_tag > 10, "{with_tag} changes were made by If-Match");

    let mut replayed = replay(&lines);
    for index in 0..ACCOUNTS {
        let row = admin.get(&format!("/v2/community/accounts/{}", account(index))).await;
        let row = &row.ok()["data"];
        let (grants, status) = replayed.remove(&account(index)).unwrap_or((json!([]), false));
        let ranks: Vec<_> =
            grants.as_array().expect("grants").iter().map(|grant| grant["rank"].clone()).collect();
        assert_eq!((&row["ranks"], &row["comStatus"]), (&json!(ranks), &json!(status)), "{}", account(index));
    }
    let (last, events) = server.written().await;
    let (changes, events) = (last - before.0, events - before.1);
    assert_eq!(usize::try_from(changes).ok(), Some(events), "nothing but rank changes was written");
}
