//! `rankledger promote` and `rankledger demote`.

use super::kit::{BOTH, Ledger};

#[test]
fn a_flow_promotes_and_demotes() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said =
            ledger.say(through, &["promote", "up", "1003", "--as", "Ann", "--reason", "Passed"]).printed();
        assert_eq!(said, "Alex: +Officer -Police/Cadet, change 5; to take that back: rankledger undo 5\n");
        assert_eq!(ledger.change(5)["reason"], "Passed");
        let asked = ledger.say(through, &["demote", "Officer", "1003"]);
        let expected =
            "nothing was written; to demote Alex by the flow Cadet -> Officer, run it again with --yes\n";
        assert_eq!((asked.code, asked.out.as_str(), asked.err.as_str()), (Some(0), "", expected));
        let said = ledger.say(through, &["demote", "Officer", "1003", "Rex", "--yes"]).printed();
        let expected = "Alex: +Police/Cadet -Officer, change 6; to take that back: rankledger undo 6\n\
                        Rex: +Police/Cadet -Officer, change 7; to take that back: rankledger undo 7\n";
        assert_eq!(said, expected);
    }
}

#[test]
fn who_does_not_fit_the_flow_is_named_and_the_others_are_promoted() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let said = ledger.say(through, &["promote", "up", "1003", "Ann"]);
        assert_eq!(said.code, Some(1));
        assert!(said.out.starts_with("Alex: +Officer -Police/Cadet, change 5;"), "{}", said.out);
        assert!(said.err.starts_with("error: Ann: The flow does not fit"), "{}", said.err);
        let forced = ledger.say(through, &["promote", "up", "Ann", "--force", "--json"]).json();
        assert_eq!(forced[0]["succeeded"], true);
    }
}
