//! `rankledger history --summary`.

use super::kit::{BOTH, Ledger, Through, timeless};

#[test]
fn it_counts_who_did_how_much() {
    let ledger = Ledger::with_a_rogue_moderator();
    let time = "2026-04-15 00:00:00";
    for through in BOTH {
        let said = timeless(&ledger.say(through, &["history", "--summary"]).printed());
        let expected = format!(
            "\
7 changes of 3 members: 5 ranks given, 3 taken, from {time} to {time} UTC

USER          CHANGES  GIVEN  TAKEN  MEMBERS  FIRST (UTC)          LAST (UTC)
nobody named  5        4      1      3        {time}  {time}
Member 3      2        1      2      2        {time}  {time}
"
        );
        assert_eq!(said, expected);
        let by = |what: &str| {
            let said = ledger.say(through, &["history", "--summary", "--by", what]).printed();
            let rows =
                said.lines().skip(3).map(|line| line.split("  ").next().unwrap_or_default().to_owned());
            rows.collect::<Vec<_>>()
        };
        assert_eq!(by("key"), ["bot", "no key: operator or server"]);
        assert_eq!(by("rank"), ["Cadet", "Officer", "Medic"]);
        assert!((1..=2).contains(&by("hour").len()));
        let of_one = ledger.say(through, &["history", "--summary", "--user", "Member 3", "--json"]).json();
        assert_eq!(
            (of_one["changes"].as_i64(), of_one["groups"][0]["ranksTaken"].as_i64()),
            (Some(2), Some(2))
        );
        let nothing = ledger.say(through, &["history", "--summary", "--to", "1y"]);
        assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "no changes\n"));
    }
}

#[test]
fn what_does_not_go_with_a_summary_is_refused() {
    let ledger = Ledger::with_a_rogue_moderator();
    for args in [
        &["history", "5", "--summary"][..],
        &["history", "--by", "user"],
        &["history", "--summary", "--by", "x"],
    ] {
        let said = ledger.say(Through::File, args);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    }
}
