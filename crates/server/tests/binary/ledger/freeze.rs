//! `rankledger freeze`, `rankledger unfreeze` and `rankledger guard`.

use serde_json::json;

use super::kit::{BOTH, Ledger, Through, timeless};

#[test]
fn a_community_is_frozen_and_thawed() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said = timeless(
            &ledger.say(through, &["freeze", "--as", "Ann", "--reason", "Rex went rogue"]).printed(),
        );
        let frozen = "the community is frozen since 2026-04-15 00:00:00 UTC, by Ann: Rex went rogue\n";
        assert_eq!(said, format!("{frozen}to lift that: rankledger unfreeze\n"));
        assert!(timeless(&ledger.say(through, &["guard"]).printed()).ends_with(frozen));
        let answer = crate::kit::set_ranks(
            &crate::kit::agent(),
            &ledger.server.url(""),
            &crate::kit::account_id(3),
            &json!({"set": []}),
        );
        assert_eq!(answer.expect("an answer").0, 423);
        let said = ledger.say(through, &["unfreeze", "--as", "Ann"]).printed();
        assert_eq!(said, "the community is not frozen\n");
        ledger.set_ranks(3, &json!({"set": []}));
    }
}

#[test]
fn the_operator_or_the_key_freezes_if_nobody_is_named() {
    let ledger = Ledger::with_namesakes();
    let said = timeless(&ledger.say(Through::File, &["freeze"]).printed());
    assert!(
        said.starts_with("the community is frozen since 2026-04-15 00:00:00 UTC, by operator\n"),
        "{said}"
    );
    ledger.say(Through::Server, &["unfreeze"]).printed();
    let said = timeless(&ledger.say(Through::Server, &["freeze"]).printed());
    assert!(
        said.starts_with("the community is frozen since 2026-04-15 00:00:00 UTC, by key admin\n"),
        "{said}"
    );
}

#[test]
fn the_guard_is_set_and_shows_what_it_counted() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said =
            ledger.say(through, &["guard", "--on", "--per-hour", "10", "--all-per-minute", "15"]).printed();
        let expected = "the guard is on\n  each          may take away 20 a minute, 10 an hour\n  \
                        all together  may take away 15 a minute, 30 an hour\nthe community is not frozen\n";
        assert_eq!(said, expected);
        ledger.set_ranks(3, &json!({"set": [], "userId": crate::kit::account_id(1)}));
        let shown = ledger.say(through, &["guard"]).printed();
        let counted = "\nTAKEN AWAY BY  LAST MINUTE  LAST HOUR\n";
        assert!(shown.starts_with(expected) && shown.contains(counted), "{shown}");
        for who in [
            "Ann            1            1\n",
            "key bot        1            1\n",
            "all together   1            1\n",
        ] {
            assert!(shown.contains(who), "{shown}");
        }
        let off = ledger.say(through, &["guard", "--off", "--json"]).json();
        assert_eq!((&off["enabled"], &off["removalsPerHour"]), (&json!(false), &json!(10)));
        let refused = ledger.say(through, &["guard", "--per-hour", "0"]).error(1);
        assert!(refused.contains("/removalsPerHour"), "{refused}");
        assert_eq!(ledger.say(through, &["guard", "--on", "--off"]).code, Some(2));
    }
}
