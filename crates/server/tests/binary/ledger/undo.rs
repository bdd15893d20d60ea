//! `rankledger undo`.

use serde_json::{Value, json};

use super::kit::{BOTH, Ledger, Through};
use crate::kit::account_id;

#[test]
fn it_undoes_and_says_how_to_take_that_back() {
    for through in BOTH {
        let ledger = Ledger::with_a_rogue_moderator();
        let said = ledger.say(through, &["undo", "6", "--reason", "A mistake"]).printed();
        let expected = "undid change 6 of Member 2, recorded as change 8\n  ranks before  none\n  ranks after   Cadet\n\
                        to take that back: rankledger undo 8\n";
        assert_eq!(said, expected);
        assert_eq!(ledger.change(8)["reason"], "A mistake");
        let said = ledger.say(through, &["undo", "8", "--as", &account_id(3)]).printed();
        assert!(said.starts_with("undid change 8 of Member 2, recorded as change 9\n"), "{said}");
        assert_eq!(ledger.change(9)["userId"], account_id(3));
    }
}

#[test]
fn the_operator_undoes_with_no_key_at_all() {
    let ledger = Ledger::with_a_rogue_moderator();
    let answer = ledger.say(Through::File, &["undo", "6", "--json"]).json();
    let change = ledger.change(8);
    assert_eq!(change["credentialId"], Value::Null);
    assert_eq!(answer["reversalUndoId"], change["undoId"]);
    ledger.say(Through::Server, &["undo", "8"]).printed();
    assert_ne!(ledger.change(9)["credentialId"], Value::Null);
}

#[test]
fn what_cannot_be_undone_is_refused_or_skipped() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let error = ledger.say(through, &["undo", "5"]).error(1);
        assert!(error.ends_with("(/problems/undo-conflict)"), "{error}");
    }
    let said = ledger.say(Through::Server, &["undo", "5", "--on-conflict", "skip"]).printed();
    assert!(said.starts_with("undid change 5 of Member 1, recorded as change 8\n"), "{said}");
    assert!(said.contains("\n  skipped       Officer: already so by change 7 of "), "{said}");
    for through in BOTH {
        let error = ledger.say(through, &["undo", "5"]).error(1);
        assert!(error.contains("by change 8") && error.ends_with("(/problems/already-undone)"), "{error}");
    }
}

#[test]
fn an_undo_that_has_nothing_to_do_says_so() {
    let ledger = Ledger::with_a_rogue_moderator();
    ledger.set_ranks(3, &json!({"remove": ["medic"]}));
    for through in BOTH {
        let said = ledger.say(through, &["undo", "4"]).printed();
        assert!(
            said.starts_with("nothing to undo: Member 3 is as the undo of change 4 would leave it\n"),
            "{said}"
        );
    }
}

#[test]
fn a_dry_run_tells_what_would_happen_and_writes_nothing() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let said = ledger.say(through, &["undo", "6", "--dry-run"]).printed();
        let expected = "nothing was written; an undo of change 6 of Member 2 would do this\n  ranks before  none\n  \
                        ranks after   Cadet\n";
        assert_eq!(said, expected);
        let said = ledger.say(through, &["undo", "5", "--dry-run", "--on-conflict", "skip"]).printed();
        assert!(said.contains("\n  skipped       Officer: already so by change 7 of "), "{said}");
        assert!(
            ledger.say(through, &["undo", "5", "--dry-run"]).error(1).ends_with("(/problems/undo-conflict)")
        );
        assert_eq!(ledger.say(through, &["history"]).out.lines().count(), 8);
    }
    assert_eq!(ledger.ranks(2), json!([]));
}
