//! One client in a crowd whose every change fails in the database: nobody else notices.

use std::collections::BTreeMap;

use rankledger_instances::fresh_in_run;
use serde_json::{Value, json};

use crate::kit::{
    Community, KEY, Process, account_id, agent, database_url, make_community, rankledger, set_ranks, succeed,
};

const CLIENTS: u32 = 64;

/// Requests of each client.
const REQUESTS: u32 = 20;

/// One request in so many is about the account to which nothing can be written.
const POISONOUS: u32 = 10;

/// The account to which nothing can be written: the last one.
const POISONED: u32 = CLIENTS + 1;

/// What the database does with a change of that account.
fn trigger(then: &str) -> String {
    let account = account_id(POISONED).replace('-', "");
    format!(
        "CREATE TRIGGER poison BEFORE UPDATE ON account_standings WHEN new.account = x'{account}'
         BEGIN SELECT RAISE({then}, 'poison'); END"
    )
}

#[test]
fn on_sqlite_nobody_notices_a_command_that_fails() {
    for then in ["ABORT", "ROLLBACK"] {
        let community = Community::of(POISONED);
        let database = rusqlite::Connection::open(&community.database).expect("the file");
        database.execute_batch(&trigger(then)).expect("a trigger");
        drop(database);
        assert_nobody_notices(&database_url(&community.database));
    }
}

#[test]
fn on_postgresql_nobody_notices_a_command_that_fails() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let database = runtime.block_on(fresh_in_run("bare", async |_| {}));
    make_community(&database.url, POISONED);
    runtime.block_on(poison(&database.url, "data_exception"));
    assert_nobody_notices(&database.url);
    // The same account on a disk that is full, which is nobody's own fault.
    runtime.block_on(poison(&database.url, "disk_full"));
    let server = Process::start(&["serve", "--database", &database.url, "--rate-limits", "off"]);
    let told = set_ranks(&agent(), &server.url(""), &account_id(POISONED), &json!({"add": ["medic"]}));
    let (status, answer) = told.expect("an answer");
    assert_eq!((status, &answer["type"]), (503, &json!("/problems/unavailable")), "{answer}");
    assert!(answer.to_string().contains("The disk of the database is full"), "{answer}");
}

/// Lets every change of the account fail in a PostgreSQL database from now on, with this error.
async fn poison(url: &str, error: &str) {
    let sql = format!(
        "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '{error}'; END $$;
         CREATE OR REPLACE TRIGGER poison BEFORE UPDATE ON account_standings FOR EACH ROW
             WHEN (new.account = '{}') EXECUTE FUNCTION fail()",
        account_id(POISONED)
    );
    let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
    let (client, connection) = connected.expect("a connection");
    tokio::spawn(connection);
    client.batch_execute(&sql).await.expect("a trigger");
}

/// Lets all clients change ranks, one request in ten being poisonous, and checks what they are told and what
/// is kept.
fn assert_nobody_notices(url: &str) {
    let server = Process::start(&["serve", "--database", url, "--rate-limits", "off"]);
    let base = server.url("");
    let acknowledged: BTreeMap<i64, String> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|client| (client, &base)).collect();
        let clients: Vec<_> =
            clients.into_iter().map(|(client, base)| scope.spawn(move || changes(base, client))).collect();
        clients.into_iter().flat_map(|client| client.join().expect("no client failed")).collect()
    });
    assert_eq!(
        acknowledged.len(),
        usize::try_from(CLIENTS * (REQUESTS - REQUESTS / POISONOUS)).expect("few")
    );
    let agent = agent();
    for (number, undo_id) in &acknowledged {
        let request = agent.get(format!("{base}/v2/community/rank-changes/{number}"));
        let mut answer = request.header("authorization", format!("Bearer {KEY}")).call().expect("an answer");
        let text = answer.body_mut().read_to_string().expect("a text");
        let change: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(change["data"]["undoId"], **undo_id, "change {number} is the acknowledged one");
    }
    assert_eq!(server.readiness().0, 200);
    assert_eq!(server.terminate().0, Some(0));
    succeed(&mut rankledger(&["verify", "--database", url]));
}

/// Sends the requests of a client. Returns the changes that were acknowledged: number and undo id.
fn changes(base: &str, client: u32) -> Vec<(i64, String)> {
    let (agent, mut acknowledged) = (agent(), Vec::new());
    for step in 0..REQUESTS {
        if (step + client) % POISONOUS == 3 {
            let told = set_ranks(&agent, base, &account_id(POISONED), &json!({"add": ["medic"]}));
            let (status, answer) = told.expect("an answer");
            assert_eq!((status, &answer["type"]), (500, &json!("/problems/internal")), "{answer}");
            assert!(!answer.to_string().contains("poison"), "no word of the database: {answer}");
            continue;
        }
        let is_given = acknowledged.len() % 2 == 1;
        let body = if is_given { json!({"remove": ["officer"]}) } else { json!({"add": ["officer"]}) };
        let told = set_ranks(&agent, base, &account_id(client + 1), &body);
        let (status, answer) = told.expect("an answer");
        assert_eq!(status, 200, "{answer}");
        let undo_id = answer["meta"]["undoId"].as_str();
        let number = answer["meta"]["changeNumber"].as_i64();
        acknowledged.extend(number.zip(undo_id.map(str::to_owned)));
    }
    acknowledged
}
