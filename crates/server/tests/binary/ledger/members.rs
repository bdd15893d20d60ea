//! `rankledger members`, `member`, `ranks` and `flows`.

use serde_json::json;

use super::kit::{BOTH, Ledger, Through, timeless};
use crate::kit::account_id;

#[test]
fn the_members_are_listed_with_what_they_hold() {
    let ledger = Ledger::with_namesakes();
    ledger.say(Through::File, &["rank", "add", "1003", "Fire/Cadet", "--until", "2100-01-01"]).printed();
    for through in BOTH {
        let all = ledger.say(through, &["members"]).printed();
        let expected = "\
NUMBER  NAME  DISCORD ID          RANKS                                                STATUS
1001    Ann   100000000000000001  Chief                                                active
1002    Rex   100000000000000002  Officer                                              active
1003    Alex  -                   Police/Cadet, Fire/Cadet (until 2026-04-15 00:00:00)  active
1004    alex  100000000000000004  Officer                                              active
";
        let columns = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!(columns(&timeless(&all)), columns(expected));
        let officers = ledger.say(through, &["members", "--rank", "Officer", "--json"]).json();
        let names: Vec<_> = officers.as_array().expect("members").iter().map(|one| &one["accName"]).collect();
        assert_eq!(names, ["Rex", "alex"]);
        assert_eq!(officers[0]["ranks"][0]["expiresAt"], json!(null));
        assert_eq!(ledger.say(through, &["members", "--rank", "fd-cadet"]).printed().lines().count(), 2);
        assert_eq!(ledger.say(through, &["members", "--archived"]).err, "no members\n");
    }
    ledger.say(Through::Server, &["ban", "Rex", "--yes"]).printed();
    for through in BOTH {
        let banned = ledger.say(through, &["members", "--banned"]).printed();
        assert!(banned.contains("1002    Rex   100000000000000002  none   banned\n"), "{banned}");
        assert_eq!(ledger.say(through, &["members", "--inactive"]).printed(), banned);
    }
}

#[test]
fn more_members_than_a_page_are_listed() {
    let community = crate::kit::Community::of(230);
    let url = crate::kit::database_url(&community.database);
    let list = super::kit::said(&mut crate::kit::rankledger(&["members", "--database", &url])).printed();
    assert_eq!(list.lines().count(), 231);
    assert!(list.contains("\n1230    Member 230  -           Cadet  active\n"), "{list}");
}

#[test]
fn the_members_are_a_table_for_spreadsheets() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        let table = ledger.say(through, &["members", "--csv"]).printed();
        let lines: Vec<_> = table.split("\r\n").collect();
        assert_eq!(lines[0], "\u{feff}number,name,discord id,ranks,status,id");
        assert_eq!(lines[1], format!("1001,Ann,'100000000000000001,Chief,active,{}", account_id(1)));
        assert_eq!(lines.len(), 6, "{table}");
    }
}

#[test]
fn a_member_is_shown_in_full() {
    let ledger = Ledger::with_namesakes();
    ledger
        .say(Through::Server, &["rank", "add", "Rex", "Chief", "--as", "Ann", "--reason", "Well done"])
        .printed();
    for through in BOTH {
        let shown = timeless(&ledger.say(through, &["member", "Rex"]).printed());
        let expected = format!(
            "\
Rex, number 1002
  status       active
  ranks        Officer, Chief
  Discord id   100000000000000002
  identifiers  discord:100000000000000002
  joined       2026-04-15 00:00:00 UTC
  last login   never
  id           {}

NUMBER  WHEN (UTC)           ACCOUNT  WHAT             WHO       SOURCE  UNDONE BY  REASON
5       2026-04-15 00:00:00  Rex      +Chief           Ann       api                Well done
2       2026-04-15 00:00:00  Rex      +Officer active  operator  import
",
            account_id(2)
        );
        assert_eq!(shown, expected);
        let row = ledger.say(through, &["member", "1001", "--json"]).json();
        assert_eq!((&row["accName"], &row["owner"]), (&json!("Ann"), &json!(true)));
    }
}

#[test]
fn the_ranks_and_the_flows_are_listed() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        let ranks = ledger.say(through, &["ranks"]).printed();
        let words: Vec<_> =
            ranks.lines().map(|line| line.split_whitespace().take(5).collect::<Vec<_>>()).collect();
        assert_eq!(
            words,
            [
                ["DEPARTMENT", "RANK", "KEY", "POWER", "STATE"],
                ["Police", "Cadet", "cadet", "10", "given"],
                ["Police", "Officer", "officer", "20", "given"],
                ["Police", "Chief", "chief", "90", "given"],
                ["Fire", "Cadet", "fd-cadet", "10", "given"],
            ]
        );
        let flows = ledger.say(through, &["flows"]).printed();
        assert!(flows.contains("up   Cadet -> Officer  Officer  Police/Cadet  both  "), "{flows}");
        let flows = ledger.say(through, &["flows", "--json"]).json();
        assert_eq!((&flows[0]["key"], &flows[0]["labelTo"]), (&json!("up"), &json!("Officer")));
        let departments = ledger.say(through, &["ranks", "--json"]).json();
        assert_eq!(departments[1]["ranks"][0]["key"], "fd-cadet");
    }
}
