//! Many clients at once.

use serde_json::json;

use crate::kit::{Community, Process, account_id, agent, set_ranks};

const ACCOUNTS: u32 = 10_000;
const CLIENTS: u32 = 64;
const CHANGES_EACH: u32 = 30;

/// Returns a number that looks random and is the same in every run.
fn scattered(client: u32, step: u32) -> u32 {
    let mixed = (client * CHANGES_EACH + step).wrapping_mul(2_654_435_761);
    mixed.rotate_left(13) % ACCOUNTS + 1
}

#[test]
fn sixty_four_clients_change_random_accounts_and_share_commits() {
    let community = Community::of(ACCOUNTS);
    let server = Process::serve(&community.database);
    let base = server.url("");
    let mut written = 0;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let base = &base;
                scope.spawn(move || {
                    let agent = agent();
                    (0..CHANGES_EACH).filter(|&step| change(&agent, base, client, step)).count()
                })
            })
            .collect();
        written = clients.into_iter().map(|client| client.join().expect("no client failed")).sum();
    });
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0));
    let (commands, commits) = totals(&log);
    #[expect(clippy::cast_precision_loss, reason = "an average for people to read")]
    let average = commands as f64 / commits as f64;
    println!("{commands} commands in {commits} commits: {average:.1} a commit; {written} changes recorded");
    // The two more: the first `/readyz` tries whether something can be written, and the last use of the key
    // is stored when the server stops.
    assert_eq!(commands, u64::from(CLIENTS * CHANGES_EACH) + 2, "every command was written");
    assert!(commits < commands, "clients that wait at the same time share a commit");
}

/// Makes one change. Returns whether the server acknowledged one.
fn change(agent: &ureq::Agent, base: &str, client: u32, step: u32) -> bool {
    let account = account_id(scattered(client, step));
    let body =
        if step.is_multiple_of(2) { json!({"add": ["officer"]}) } else { json!({"remove": ["cadet"]}) };
    let (status, answer) = set_ranks(agent, base, &account, &body).expect("an answer");
    assert_eq!(status, 200, "{answer}");
    answer["meta"]["undoId"].is_string()
}

/// Returns the numbers of commands and commits, from the last line of the log.
fn totals(log: &[String]) -> (u64, u64) {
    let line = log.iter().find(|line| line.contains("the ledger is written")).expect("it says what it wrote");
    let number = |name: &str| {
        let rest = line.split(&format!(" {name}=")).nth(1).expect("the log line has it");
        rest.split(' ').next().and_then(|number| number.parse().ok()).expect("a number")
    };
    (number("commands"), number("commits"))
}
