//! `rankledger diff`: who stands differently now.

use serde_json::json;

use super::kit::{BOTH, Ledger, Through, said, timeless};
use crate::kit::{KEY, account_id};

#[test]
fn it_shows_who_stands_differently_and_who_did_that() {
    let ledger = Ledger::with_a_rogue_moderator();
    let begun = ledger.change(4)["at"].as_str().expect("a time").to_owned();
    ledger.say(Through::File, &["ban", "Member 2", "--yes"]).printed();
    ledger.say(Through::File, &["rank", "add", "Member 3", "officer"]).printed();
    ledger.say(Through::File, &["rank", "remove", "Member 3", "officer", "medic", "--yes"]).printed();
    for through in BOTH {
        let said = ledger.say(through, &["diff", "--since", &begun]);
        let expected = "\
MEMBER    THEN                       NOW                   CHANGES  LAST (UTC)           BY
Member 1  Cadet, active              none, active          2        2026-04-15 00:00:00  key bot
Member 2  Cadet, active, not banned  none, inactive, banned  2        2026-04-15 00:00:00  operator
";
        let columns = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!((said.code, columns(&timeless(&said.out))), (Some(0), columns(expected)), "{}", said.err);
        let summary =
            "2 members stand differently than at 2026-04-15 00:00:00 UTC; 1 more changed and stand as then\n";
        assert_eq!(timeless(&said.err), summary);
        let all = ledger.say(through, &["diff", "--since", "1h", "--json"]);
        let all: serde_json::Value = serde_json::from_str(&all.out).expect("JSON");
        assert_eq!(all[account_id(3)]["now"]["comStatus"], json!(true), "{all}");
    }
}

#[test]
fn nothing_is_different_from_now() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let said = ledger.say(through, &["diff", "--since", "2100-01-01"]);
        assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
        assert!(said.err.starts_with("0 members stand differently than at 2100-01-01 "), "{}", said.err);
    }
}

#[test]
fn without_the_right_to_read_the_log_the_bans_are_said_to_be_missing() {
    let ledger = Ledger::with_a_rogue_moderator();
    let mut command = ledger.command(Through::Server, &["diff", "--since", "1h"]);
    let said = said(command.env("RANKLEDGER_KEY", KEY));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.ends_with("bans are not compared: for these the key needs the scope admin\n"),
        "{}",
        said.err
    );
}
