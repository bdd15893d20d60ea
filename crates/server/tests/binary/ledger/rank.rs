//! `rankledger rank add` and `rankledger rank remove`.

use serde_json::json;

use super::kit::{BOTH, Ledger, Through, timeless};

#[test]
fn a_rank_is_given_and_the_way_back_is_told() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said =
            ledger.say(through, &["rank", "add", "Rex", "Chief", "--as", "Ann", "--reason", "Well done"]);
        let expected =
            "Rex: +Chief, change 5\n  ranks now  Officer, Chief\nto take that back: rankledger undo 5\n";
        assert_eq!(said.printed(), expected);
        let change = ledger.change(5);
        assert_eq!((&change["reason"], &change["source"]), (&json!("Well done"), &json!("api")));
        assert_eq!(change["userId"], crate::kit::account_id(1));
        let again = ledger.say(through, &["rank", "add", "Rex", "Chief"]).printed();
        assert_eq!(again, "nothing to change: Rex holds Officer, Chief\n");
        let several = ledger.say(through, &["rank", "add", "Rex", "cadet", "fd-cadet"]).printed();
        assert!(several.starts_with("Rex: +Police/Cadet +Fire/Cadet, change 6\n"), "{several}");
    }
}

#[test]
fn a_rank_is_given_for_a_time() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said = ledger.say(through, &["rank", "add", "Rex", "Chief", "--for", "2 weeks"]).printed();
        assert!(timeless(&said).starts_with("Rex: +Chief (until 2026-04-15 00:00:00), change 5\n"), "{said}");
        let end = |number: u32| {
            let grants = ledger.change(number)["currentRanks"].take();
            let held = grants.as_array().and_then(|grants| grants.last()).expect("a rank").clone();
            held["expiresAt"].as_str().map(|end| end.parse::<jiff::Timestamp>().expect("a time"))
        };
        let first = end(5).expect("an end");
        ledger.say(through, &["rank", "add", "Rex", "Chief", "--for", "1d", "--on-held", "extend"]).printed();
        assert_eq!(end(6), Some(first + jiff::SignedDuration::from_hours(24)));
        let kept = ledger.say(through, &["rank", "add", "Rex", "Chief", "--for", "1h"]).printed();
        assert!(kept.starts_with("nothing to change: Rex holds Officer, Chief (until "), "{kept}");
        let replace = ["rank", "add", "Rex", "Chief", "--until", "2100-01-01", "--on-held", "replace"];
        let asked = ledger.say(through, &replace);
        assert_eq!(
            asked.err,
            "nothing was written; to replace the end of Chief of Rex, run it again with --yes\n"
        );
        ledger.say(through, &[&replace[..], &["--yes"]].concat()).printed();
        assert_eq!(end(7), Some("2100-01-01T00:00:00Z".parse().expect("a time")));
        ledger.say(through, &["rank", "add", "Rex", "Chief", "--until", "never"]).printed();
        assert_eq!(end(8), None);
    }
}

#[test]
fn times_that_can_mean_two_things_or_nothing_are_refused() {
    let ledger = Ledger::with_namesakes();
    let lone_m = "write 2mo or P2M for months, 2min or PT2M for minutes";
    for (end, expected) in [
        (["--for", "2m"], lone_m),
        (["--for", "2027-01-01"], "this is a time: --until takes it"),
        (["--for", "7 days ago"], "say how long, such as 7d, 2 weeks or 12h"),
        (["--for", "0s"], "say how long"),
        (["--for", "soon"], "say how long"),
        (["--until", "7d"], "this is how long something lasts: --for takes it"),
        (["--until", "1.1.2027"], "such as 2027-01-01"),
        (["--until", "2027-02-30"], "such as 2027-01-01"),
    ] {
        for command in [&["rank", "add", "Rex", "Chief"][..], &["ban", "Rex", "--yes"]] {
            let said = ledger.say(Through::File, &[command, &end].concat());
            assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{end:?}");
            assert!(said.err.contains(expected), "{end:?}: {}", said.err);
        }
    }
    let past = ledger.say(Through::File, &["rank", "add", "Rex", "Chief", "--until", "2020-01-01"]).error(1);
    assert!(past.ends_with("(/problems/end-has-passed)"), "{past}");
    let both =
        ledger.say(Through::File, &["rank", "add", "Rex", "Chief", "--for", "7d", "--until", "2100-01-01"]);
    assert_eq!(both.code, Some(2), "{}", both.err);
}

#[test]
fn nothing_is_taken_without_a_yes() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let asked = ledger.say(through, &["rank", "remove", "Rex", "Officer"]);
        let expected = "nothing was written; to take Officer from Rex, run it again with --yes\n";
        assert_eq!((asked.code, asked.out.as_str(), asked.err.as_str()), (Some(0), "", expected));
        let dry = ledger.say(through, &["rank", "remove", "Rex", "Officer", "--dry-run"]).printed();
        assert_eq!(dry, "nothing was written; Rex would hold none\n");
        let said = ledger.say(through, &["rank", "remove", "Rex", "Officer", "--yes"]).printed();
        let expected =
            "Rex: -Officer inactive, change 5\n  ranks now  none\nto take that back: rankledger undo 5\n";
        assert_eq!(said, expected);
        let none = ledger.say(through, &["rank", "remove", "Rex", "Officer", "--yes", "--json"]).json();
        assert_eq!(none["ranks"], json!([]));
    }
}
