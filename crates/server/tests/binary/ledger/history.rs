//! `rankledger history`.

use serde_json::json;

use super::kit::{BOTH, Ledger, Through, said, timeless};
use crate::kit::{KEY, account_id};

const LIST: &str = "\
NUMBER  WHEN (UTC)           ACCOUNT   WHAT             WHO       SOURCE  UNDONE BY  REASON
7       2026-04-15 00:00:00  Member 1  -Officer         key bot   api
6       2026-04-15 00:00:00  Member 2  -Cadet inactive  Member 3  api
5       2026-04-15 00:00:00  Member 1  +Officer -Cadet  Member 3  api                My friend and yours
4       2026-04-15 00:00:00  Member 3  +Medic           key bot   api
3       2026-04-15 00:00:00  Member 3  +Cadet active    operator  import
2       2026-04-15 00:00:00  Member 2  +Cadet active    operator  import
1       2026-04-15 00:00:00  Member 1  +Cadet active    operator  import
";

#[test]
fn it_lists_what_was_changed_newest_first() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        assert_eq!(timeless(&ledger.say(through, &["history"]).printed()), LIST);
    }
}

#[test]
fn a_filter_is_what_fits_all_of_it() {
    let ledger = Ledger::with_a_rogue_moderator();
    let numbers = |args: &[&str]| {
        BOTH.map(|through| {
            let page = ledger.say(through, &[&["history", "--json"], args].concat()).json();
            let changes = page["rankChanges"].as_array().expect("the changes").iter();
            changes.map(|change| change["changeNumber"].as_i64().expect("a number")).collect::<Vec<_>>()
        })
    };
    let both = |expected: &[i64]| [expected.to_vec(), expected.to_vec()];
    assert_eq!(numbers(&["--user", &account_id(3)]), both(&[6, 5]));
    assert_eq!(numbers(&["--account", &account_id(1), "--source", "api"]), both(&[7, 5]));
    assert_eq!(numbers(&["--rank", "medic"]), both(&[4]));
    assert_eq!(numbers(&["--from", "2h", "--limit", "2"]), both(&[7, 6]));
    assert_eq!(numbers(&["--to", "2h"]), both(&[]));
    assert_eq!(numbers(&["--from", "2020-01-01T00:00:00Z", "--to", "2020-01-02T00:00:00Z"]), both(&[]));
    ledger.say(Through::File, &["undo", "6"]).printed();
    assert_eq!(numbers(&["--undone"]), both(&[6]));
    assert_eq!(numbers(&["--live", "--account", &account_id(2)]), both(&[8, 2]));
    let credential = ledger.change(4)["credentialId"].as_str().expect("an id").to_owned();
    assert_eq!(numbers(&["--credential", &credential]), both(&[7, 6, 5, 4]));
}

#[test]
fn a_lone_m_is_refused_for_it_can_mean_months_or_minutes() {
    let ledger = Ledger::with_a_rogue_moderator();
    for (time, count) in [("6m", 6), ("6 m", 6), ("6M", 6), ("1y 6m", 6), ("2h30m", 30), ("12m ago", 12)] {
        for option in ["--from", "--to"] {
            let refused = ledger.say(Through::File, &["history", option, time]);
            assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{time}: {}", refused.err);
            let way_out =
                format!("write {count}mo or P{count}M for months, {count}min or PT{count}M for minutes");
            assert!(refused.err.contains(&way_out), "{time}: {}", refused.err);
        }
    }
    for time in ["6mo", "6 months", "P6M", "p6m", "6min", "30 minutes", "PT6M", "2h 30min", "500ms"] {
        let told = ledger.say(Through::File, &["history", "--from", time]);
        assert_eq!(told.code, Some(0), "{time}: {}", told.err);
    }
}

#[test]
fn more_than_a_page_is_followed_and_what_is_left_is_told() {
    let ledger = Ledger::with_a_rogue_moderator();
    for _ in 0..60 {
        ledger.set_ranks(2, &json!({"add": ["officer"]}));
        ledger.set_ranks(2, &json!({"remove": ["officer"]}));
    }
    for through in BOTH {
        let page = ledger.say(through, &["history", "--limit", "110", "--json"]).json();
        let changes = page["rankChanges"].as_array().expect("the changes");
        let numbers: Vec<_> = changes.iter().map(|change| change["changeNumber"].as_i64()).collect();
        assert_eq!(numbers, (18..=127).rev().map(Some).collect::<Vec<_>>());
        assert_eq!(page["nextCursor"], "18");
        let all = ledger.say(through, &["history", "--limit", "1000"]);
        assert_eq!((all.out.lines().count(), all.err.as_str()), (128, ""));
        let some = ledger.say(through, &["history"]);
        assert_eq!(some.out.lines().count(), 26);
        assert!(some.err.contains("--limit") && some.err.contains("rankledger export"), "{}", some.err);
    }
}

#[test]
fn one_change_is_told_in_full_with_what_stands_against_its_undo() {
    let ledger = Ledger::with_a_rogue_moderator();
    let change = ledger.change(5);
    let text = |name: &str| change[name].as_str().expect("a text").to_owned();
    let expected = format!(
        "\
change 5
  undo id       {}
  when          2026-04-15 00:00:00 UTC
  account       Member 1 (a0000000-0000-0000-0000-000000000001)
  what          +Officer -Cadet
  ranks before  Cadet
  ranks after   Officer
  status        active
  who           Member 3
  source        api
  key           bot ({})
  reason        My friend and yours
  hash          {}
An undo would be refused. {} (/problems/undo-conflict)
  Cadet: clean
  Officer: already so by change 7 of 2026-04-15 00:00:00 UTC by key bot
",
        text("undoId"),
        text("credentialId"),
        text("hash"),
        change["undo"]["problem"]["detail"].as_str().expect("a sentence"),
    );
    for through in BOTH {
        for name in ["5", &text("undoId")] {
            assert_eq!(timeless(&ledger.say(through, &["history", name]).printed()), timeless(&expected));
        }
        let clean = ledger.say(through, &["history", "6"]).printed();
        assert!(clean.ends_with("It can be undone: rankledger undo 6\n"), "{clean}");
        assert!(clean.contains("  status        active before, inactive after\n"), "{clean}");
    }
}

#[test]
fn a_change_that_was_brought_back_is_not_said_to_be_undone() {
    let ledger = Ledger::with_a_rogue_moderator();
    let shown = |number: &str| timeless(&ledger.say(Through::File, &["history", number]).printed());
    let by = |number: u32| format!("change {number} of 2026-04-15 00:00:00 UTC by operator\n");
    ledger.say(Through::File, &["undo", "6"]).printed();
    ledger.say(Through::File, &["undo", "8"]).printed();
    let back = shown("6");
    assert!(back.contains(&format!("  undone by     {}  back by       {}", by(8), by(9))), "{back}");
    assert!(back.ends_with("It counts again, and can be undone: rankledger undo 6\n"), "{back}");
    ledger.say(Through::File, &["undo", "6"]).printed();
    let undone = shown("6");
    assert!(undone.contains(&format!("  undone by     {}  hash", by(10))), "{undone}");
    assert!(undone.contains("An undo would be refused.") && undone.contains("by change 10"), "{undone}");
    let redo = shown("9");
    assert!(redo.contains(&format!("  undone by     {}  hash", by(10))), "{redo}");
}

#[test]
fn json_is_what_the_api_answers() {
    let ledger = Ledger::with_a_rogue_moderator();
    for query in [&["history", "--json"][..], &["history", "6", "--json"]] {
        assert_eq!(ledger.say(Through::Server, query).printed(), ledger.say(Through::File, query).printed());
    }
    let change = ledger.change(6);
    assert_eq!((&change["userId"], &change["undo"]["clean"]), (&json!(account_id(3)), &json!(true)));
}

#[test]
fn where_names_are_not_to_be_had_there_are_ids() {
    let ledger = Ledger::with_a_rogue_moderator();
    let credential = ledger.change(4)["credentialId"].as_str().expect("an id").to_owned();
    let mut command = ledger.command(Through::Server, &["history", "--limit", "1"]);
    let list = said(command.env("RANKLEDGER_KEY", KEY));
    assert!(list.out.contains(&format!("-Officer  key {credential}  api")), "{}", list.out);
}

#[test]
fn what_is_not_there_and_what_cannot_be_meant_is_told() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let error = ledger.say(through, &["history", "99"]).error(1);
        assert!(error.contains("99") && error.ends_with("(/problems/rank-change-not-found)"), "{error}");
        let error = ledger.say(through, &["history", "--rank", "admiral"]).error(1);
        assert_eq!(error, "there is no rank \"admiral\": `rankledger ranks` lists them");
        for (args, expected) in [
            (&["history", "yesterday"][..], "by its number"),
            (&["history", "5", "--undone"], "cannot be used with"),
            (&["history", "5", "--account", "x"], "cannot be used with"),
            (&["history", "--undone", "--live"], "cannot be used with"),
            (&["history", "--from", "yesterday"], "such as 2h, 3d or 2 weeks"),
            (&["history", "--source", "magic"], "the sources are api, import"),
        ] {
            let said = ledger.say(through, args);
            assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
            assert!(said.err.contains(expected), "{}", said.err);
        }
        let nothing = ledger.say(through, &["history", "--to", "1y"]);
        assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "no changes\n"));
    }
}

#[test]
fn what_ended_by_itself_was_ended_by_the_server() {
    let ledger = Ledger::with_a_rogue_moderator();
    ledger.set_ranks(2, &json!({"add": [{"rank": "officer", "expiresIn": "PT1S"}]}));
    let ended = ["history", "--source", "expiry"];
    let begun = std::time::Instant::now();
    while ledger.say(Through::File, &ended).out.is_empty() {
        assert!(begun.elapsed() < std::time::Duration::from_mins(1), "it has not ended");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for through in BOTH {
        let list = ledger.say(through, &ended).printed();
        assert!(list.contains("  server  expiry") && list.contains("-Officer (until "), "{list}");
        ledger.say(through, &["verify"]).printed();
    }
}
