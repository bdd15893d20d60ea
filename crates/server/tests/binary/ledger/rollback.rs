//! `rankledger rollback`: previewed, run, and itself undone.

use serde_json::{Value, json};

use super::kit::{ADMIN_KEY, BOTH, Ledger, Through, answer, said, timeless, with_answers};
use crate::kit::{Community, Process, account_id, database_url, rankledger, succeed};

const PREVIEW: &str = "\
2 changes of 2 accounts: 1 would be undone, 1 would be skipped
not caught by the filter: 2 more with the key bot, 2 naming nobody

ACCOUNT   WOULD UNDO  WOULD SKIP  SO THAT
Member 2  6           -           +Cadet active
Member 1  -           5           nothing changes

WOULD SKIP  WHEN (UTC)           ACCOUNT   WHY
5           2026-04-15 00:00:00  Member 1  Officer: already so by change 7 of 2026-04-15 00:00:00 UTC by key bot
";

#[test]
fn without_a_terminal_it_shows_and_says_how_to_do_it() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let said = ledger.say(through, &["rollback", "--user", &account_id(3), "--from", "2h"]);
        assert_eq!((said.code, timeless(&said.out).as_str()), (Some(0), PREVIEW), "{}", said.err);
        assert_eq!(said.err, "nothing was written; to undo 1 change of 1 account, run it again with --yes\n");
    }
    assert_eq!(ledger.ranks(2), json!([]));
}

#[test]
fn a_preview_by_key_names_what_its_users_did_with_other_keys() {
    let ledger = Ledger::with_a_rogue_moderator();
    ledger.say(Through::Server, &["rank", "add", "Member 2", "officer", "--as", "Member 3"]).printed();
    for through in BOTH {
        let said = ledger.say(through, &["rollback", "--credential", "bot"]);
        let counts = "4 changes of 3 accounts: 4 would be undone, 0 would be skipped\n";
        let expected = format!("{counts}not caught by the filter: 1 more by Member 3\n\n");
        assert!(said.out.starts_with(&expected), "{}", said.out);
        let preview = ledger.say(through, &["rollback", "--credential", "bot", "--json"]).json();
        assert_eq!(preview["notCaught"][0]["userId"], account_id(3));
    }
}

#[test]
fn it_is_carried_out_and_undone_as_a_whole() {
    for through in BOTH {
        let ledger = Ledger::with_a_rogue_moderator();
        let args = ["rollback", "--user", &account_id(3), "--yes", "--reason", "The moderator went rogue"];
        let said = ledger.say(through, &args);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let report = PREVIEW
            .replace("not caught by the filter: 2 more with the key bot, 2 naming nobody\n", "")
            .replace("ACCOUNT   WOULD UNDO  WOULD SKIP", "ACCOUNT   UNDONE  SKIPPED")
            .replace("Member 2  6           -         ", "Member 2  6       -      ")
            .replace("Member 1  -           5         ", "Member 1  -       5      ")
            .replace("WOULD SKIP", "SKIPPED")
            .replace("\n5           ", "\n5        ")
            .replace("would be ", "");
        assert_eq!(timeless(&said.out), report);
        let change = ledger.change(8);
        assert_eq!(change["reason"], "The moderator went rogue");
        let batch = change["batchId"].as_str().expect("a batch");
        assert_eq!(said.err, format!("to undo it as a whole: rankledger rollback --batch {batch}\n"));
        assert_eq!(ledger.ranks(2).as_array().map(Vec::len), Some(1));

        let by_id = ledger.say(through, &["rollback", "--batch", batch]);
        assert_eq!(ledger.say(through, &["rollback", "--batch", "last"]).out, by_id.out);
        let said = ledger.say(through, &["rollback", "--batch", batch, "--yes"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(ledger.change(9)["kind"], "redo");
        assert_eq!(ledger.ranks(2), json!([]));
    }
}

#[test]
fn what_is_superseded_is_undone_by_force() {
    let ledger = Ledger::with_a_rogue_moderator();
    ledger.set_ranks(1, &json!({"add": ["officer"]}));
    let args =
        ["rollback", "--account", &account_id(1), "--rank", "officer", "--user", &account_id(3), "--yes"];
    let said = ledger.say(Through::File, &args);
    assert_eq!((said.code, said.err.as_str()), (Some(0), "nothing to do\n"));
    assert!(said.out.contains("  Officer: superseded by change 8 of "), "{}", said.out);
    let report = ledger.say(Through::Server, &[&args[..], &["--force", "--json"]].concat()).json();
    assert_eq!(report["counts"]["undone"], 1, "{report}");
    let change = ledger.change(9);
    assert_eq!((&change["batchId"], &change["reverses"]), (&report["batchId"], &json!(5)));
}

#[test]
fn a_script_previews_and_carries_that_plan_out_or_none() {
    for through in BOTH {
        let ledger = Ledger::with_a_rogue_moderator();
        let filter = ["rollback", "--user", &account_id(3), "--from", "1h", "--json"];
        let preview = ledger.say(through, &filter).json();
        let token = preview["planToken"].as_str().expect("a token");
        ledger.set_ranks(2, &json!({"add": ["officer"], "userId": account_id(3)}));
        let said = ledger.say(through, &["rollback", "--plan-token", token]);
        assert_eq!(said.code, Some(1), "{}", said.out);
        assert!(
            said.err.contains("(/problems/plan-stale)") && said.err.contains("shown above"),
            "{}",
            said.err
        );
        assert!(said.out.contains("\nMember 2  8, 6        -           +Cadet -Officer\n"), "{}", said.out);

        let said = ledger.say(through, &["rollback", "--plan-token", token, "--json"]);
        let fresh: Value = serde_json::from_str(&said.out).expect("the fresh preview");
        let token = fresh["planToken"].as_str().expect("a token");
        let report =
            ledger.say(through, &["rollback", "--plan-token", token, "--json", "--reason", "Planned"]).json();
        assert_eq!((&report["counts"], &report["counts"]["undone"]), (&fresh["counts"], &json!(2)));
        assert_eq!(ledger.change(9)["reason"], "Planned");
    }
}

#[test]
fn nothing_to_do_and_what_is_refused_is_told() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let said = ledger.say(through, &["rollback", "--account", &account_id(2), "--to", "2h", "--yes"]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), "nothing to do\n"));
        assert_eq!(said.out, "0 changes of 0 accounts: 0 would be undone, 0 would be skipped\n");
        let banned = ledger.say(through, &["rollback", "--user", &account_id(99), "--as", &account_id(3)]);
        assert!(banned.error(1).ends_with("(/problems/unknown-user)"));
        for args in [&["rollback", "--yes"][..], &["rollback", "--plan-token", "x", "--force"]] {
            assert_eq!(ledger.say(through, args).code, Some(2));
        }
    }
}

#[test]
fn one_that_takes_longer_is_waited_for() {
    let accepted = r#"{"success":true,"data":{"batchId":"b","status":"running"},"meta":{}}"#;
    let accepted = answer("202 Accepted", "Location: /v2/community/rank-changes/rollbacks/b\r\n", accepted);
    let status = |status: &str, result: &str, problem: &str| {
        let data = format!(r#"{{"batchId":"b","status":"{status}","result":{result},"problem":{problem}}}"#);
        answer("200 OK", "", &format!(r#"{{"success":true,"data":{data},"meta":{{}}}}"#))
    };
    let run = |url: &str| {
        let args = ["rollback", "--plan-token", "t", "--reason", "Why", "--url", url, "--key", "k", "--json"];
        said(&mut rankledger(&args))
    };
    let running = status("running", "null", "null");
    let done = status("done", r#"{"batchId":"b","counts":{}}"#, "null");
    let asked = with_answers(&[accepted.clone(), running.clone(), done], |url| {
        assert_eq!(run(url).json(), json!({"batchId": "b", "counts": {}}));
    });
    assert!(asked[0].starts_with("POST /v2/community/rank-changes/rollback "), "{asked:?}");
    assert!(asked[2].starts_with("GET /v2/community/rank-changes/rollbacks/b "), "{asked:?}");

    let failed = status("failed", "null", r#"{"type":"/problems/plan-stale","detail":"It has moved."}"#);
    with_answers(&[accepted, running, failed], |url| {
        assert_eq!(run(url).error(1), "It has moved. (/problems/plan-stale)");
    });
}

/// More accounts than a client may undo one by one: the documented limit is 27 requests a minute.
#[test]
fn the_names_of_many_accounts_are_known_within_the_documented_limits() {
    const ACCOUNTS: u32 = 30;
    let community = Community::of(ACCOUNTS);
    let url = database_url(&community.database);
    let adopt = ["key", "adopt", "--database", &url, "--community", "club", "--name", "repair"];
    let scopes = ["--scopes", "community:read,accounts:read,ranks:rollback"];
    succeed(rankledger(&adopt).args(scopes).arg(ADMIN_KEY));
    let server = Process::start(&["serve", "--database", &url]);
    let args = ["rollback", "--from", "1h", "--url", &server.url(""), "--key", ADMIN_KEY];
    let shown = said(&mut rankledger(&args));
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    assert_eq!(shown.out.lines().filter(|line| line.starts_with("Member ")).count(), 30, "{}", shown.out);
    let listed = said(&mut rankledger(&[&["history", "--limit", "30"], &args[3..]].concat()));
    assert_eq!(listed.out.matches("  Member ").count(), 30, "{}", listed.out);
}
