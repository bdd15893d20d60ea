//! The ledger writer panics: the server takes no more changes, says so, and ends to be started again.

use rankledger_instances::Clock;
use serde_json::json;

use crate::kit::{Community, Process, account_id, agent, database_url, rankledger, set_ranks};

#[test]
fn a_server_whose_writer_panics_ends_with_a_failure_and_can_be_started_again() {
    let community = Community::of(1);
    let clock = Clock::make(community.folder.path()).expect("a clock");
    let mut serve =
        rankledger(&["serve", "--database", &database_url(&community.database), "--rate-limits", "off"]);
    clock.put_under(&mut serve);
    let server = Process::spawn(serve);
    let base = server.url("");
    let give = |base: &str, rank: &str| set_ranks(&agent(), base, &account_id(1), &json!({ "add": [rank] }));
    assert_eq!(give(&base, "officer").expect("an answer").0, 200);
    clock.fail_for("ledger-writer").expect("it is told");
    // The server may end before it has answered.
    if let Some((status, answer)) = give(&base, "medic") {
        assert_eq!(status, 503, "{answer}");
    }
    let (code, log) = server.wait_for_end();
    assert_eq!(code, Some(1), "{log:#?}");
    for said in ["panicked", "the ledger writer ended by a panic", "start the server again"] {
        assert!(log.iter().any(|line| line.contains(said)), "{said}: {log:#?}");
    }

    let server = Process::serve(&community.database);
    assert_eq!(give(&server.url(""), "medic").expect("an answer").0, 200);
}
