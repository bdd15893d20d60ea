//! `rankledger verify`: finds what was done to the two ends of a ledger. A hash that was lost is never made
//! anew, and no pruning hides the whole.

use serde_json::json;

use super::kit::{BOTH, Through, ledger_of_nine, tamperer};
use crate::doctor::{assert_fails, doctor};
use crate::kit::{account_id, agent, database_url, set_ranks};

#[test]
fn an_end_without_a_hash_is_found_and_is_not_linked_anew() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let altered = "UPDATE rank_changes SET reason = 'Not my friend' WHERE number = 5;
        UPDATE ledger_heads SET last_hash = NULL";
    connection.execute_batch(altered).expect("rows");
    let expected = "BROKEN at change 5: its hash is not that of what it says and of the change before it: one of the two was \
                    altered\nalso at change 10: nothing can be recorded here: the end of the ledger, which is kept apart, has \
                    lost its hash\n";
    for through in BOTH {
        let said = ledger.say(through, &["verify"]);
        assert_eq!((said.code, said.out.as_str()), (Some(1), expected), "{}", said.err);
    }
    let body = json!({"add": ["officer"]});
    let answer = set_ranks(&agent(), &ledger.server.url(""), &account_id(2), &body);
    let (status, problem) = answer.expect("an answer");
    assert_eq!((status, &problem["type"]), (500, &json!("/problems/broken-ledger")));
    assert_fails(&mut doctor(&database_url(&ledger.community.database)), "ledgers", &["club", "verify"]);

    let without: i64 = connection
        .query_row("SELECT count(*) FROM ledger_heads WHERE last_hash IS NULL", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(without, 1);
}

#[test]
fn a_history_that_is_pruned_up_to_its_end_is_found() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    for number in [9, 20] {
        let pruned =
            "UPDATE ledger_heads SET pruned_number = ?1, pruned_hash = last_hash, pruned_at = 1776211200000";
        connection.execute(pruned, [number]).expect("an update");
        let expected = format!(
            "BROKEN at change {number}: the history is said to be pruned up to it, and change 9 is the last: `rankledger \
             prune` leaves that, so that somebody else hides all changes\n"
        );
        for through in BOTH {
            let said = ledger.say(through, &["verify"]);
            assert_eq!((said.code, &said.out), (Some(1), &expected), "{}", said.err);
        }
        assert_fails(&mut doctor(&database_url(&ledger.community.database)), "ledgers", &["club", "verify"]);
    }
}

#[test]
fn a_history_that_is_pruned_between_a_change_and_its_undo_is_found() {
    let ledger = ledger_of_nine();
    let connection = tamperer(&ledger.community.database);
    let pruned = "UPDATE ledger_heads SET pruned_number = 7, pruned_at = 1776211200000,
        pruned_hash = (SELECT hash FROM rank_changes WHERE number = 7)";
    connection.execute(pruned, []).expect("an update");
    for through in BOTH {
        let said = ledger.say(through, &["verify"]);
        let expected = "BROKEN at change 8: it reverses change 6, which is pruned: `rankledger prune` never separates these \
                        two\n";
        assert_eq!((said.code, said.out.as_str()), (Some(1), expected), "{}", said.err);
    }
    ledger.say(Through::File, &["history", "--json"]).json();
}
