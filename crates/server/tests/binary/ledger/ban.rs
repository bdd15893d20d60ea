//! `rankledger ban` and `rankledger unban`.

use super::kit::{BOTH, Ledger, Through, timeless};

#[test]
fn a_ban_takes_the_ranks_and_its_end_tells_how_they_come_back() {
    for through in BOTH {
        let ledger = Ledger::with_namesakes();
        let asked = ledger.say(through, &["ban", "Rex"]);
        let expected = "nothing was written; to ban Rex and take all their ranks, run it again with --yes\n";
        assert_eq!((asked.code, asked.err.as_str()), (Some(0), expected));
        let args =
            ["ban", "Rex", "--for", "2 weeks", "--reason", "Demoted forty people", "--as", "Ann", "--yes"];
        let said = timeless(&ledger.say(through, &args).printed());
        let expected = "Rex is banned until 2026-04-15 00:00:00 UTC\n  ranks taken: -Officer inactive, change 5\n\
                        to lift the ban: rankledger unban 1002\n";
        assert_eq!(said, expected);
        let refused = ledger.say(through, &["rank", "add", "Rex", "Chief"]).error(1);
        assert!(refused.ends_with("(/problems/account-banned)"), "{refused}");
        let said = ledger.say(through, &["unban", "1002", "--as", "Ann"]).printed();
        let expected = "the ban of Rex is lifted\n  the ban took ranks: -Officer inactive\n\
                        to give them back: rankledger undo 5\n";
        assert_eq!(said, expected);
        ledger.say(through, &["undo", "5"]).printed();
        assert_eq!(
            ledger.say(through, &["unban", "Rex"]).printed(),
            "nothing to change: Rex is not banned\n"
        );
    }
}

#[test]
fn a_ban_may_leave_the_ranks() {
    let ledger = Ledger::with_namesakes();
    let said = ledger.say(Through::Server, &["ban", "Rex", "--keep-ranks", "--yes"]).printed();
    assert_eq!(said, "Rex is banned until the ban is lifted\nto lift the ban: rankledger unban 1002\n");
    let row = ledger.say(Through::File, &["ban", "Rex", "--yes", "--json"]).json();
    assert_eq!(row["banned"], true);
    let said = ledger.say(Through::File, &["unban", "Rex"]).printed();
    assert!(said.contains("to give them back: rankledger undo 5"), "{said}");
}
