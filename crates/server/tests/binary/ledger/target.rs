//! Which ledger a command works on, and the error if there is none.

use super::kit::{ADMIN_KEY, Ledger, Through, answer, said, with_answers};
use crate::kit::{KEY, database_url, free_address, rankledger, run, succeed};

#[test]
fn a_key_may_come_from_a_flag_the_environment_a_file_or_standard_input() {
    let ledger = Ledger::with_a_rogue_moderator();
    let folder = ledger.community.folder.path();
    let file = folder.join("key");
    std::fs::write(&file, format!("{ADMIN_KEY}\n")).expect("a file");
    let url = ledger.server.url("");
    let history = || rankledger(&["history", "--limit", "1", "--url", &url]);
    let expected = ledger.say(Through::File, &["history", "--limit", "1"]).out;
    assert_eq!(said(history().args(["--key", ADMIN_KEY])).out, expected);
    assert_eq!(said(history().env("RANKLEDGER_KEY", ADMIN_KEY)).out, expected);
    assert_eq!(said(history().arg("--key-file").arg(&file).env("RANKLEDGER_KEY", "x")).out, expected);
    let stdin = std::fs::File::open(&file).expect("the file");
    assert_eq!(said(history().args(["--key-file", "-"]).stdin(stdin)).out, expected);
    let mut all_of_the_environment = rankledger(&["history", "--limit", "1"]);
    all_of_the_environment.env("RANKLEDGER_URL", &url).env("RANKLEDGER_KEY", ADMIN_KEY);
    assert_eq!(said(&mut all_of_the_environment).out, expected);
}

#[test]
fn a_flag_stands_over_the_environment() {
    let ledger = Ledger::with_a_rogue_moderator();
    let database = database_url(&ledger.community.database);
    let nobody = format!("http://{}", free_address());
    let mut command = rankledger(&["history", "--database", &database]);
    assert_eq!(said(command.env("RANKLEDGER_URL", &nobody)).code, Some(0));
    let mut command = rankledger(&["history", "--url", &ledger.server.url(""), "--key", ADMIN_KEY]);
    assert_eq!(said(command.env("RANKLEDGER_DATABASE", "sqlite:/nowhere.db")).code, Some(0));
    let mut both = rankledger(&["history"]);
    both.env("RANKLEDGER_URL", &nobody).env("RANKLEDGER_DATABASE", &database);
    let both = said(&mut both);
    assert_eq!(both.code, Some(2));
    assert!(both.err.contains("say which with --url or --database"), "{}", both.err);
}

#[test]
fn what_does_not_go_together_is_refused() {
    for (args, expected) in [
        (&["--url", "http://localhost:1", "--database", "sqlite:x.db"][..], "give one of them"),
        (
            &["--url", "http://localhost:1", "--community", "club", "--key", "x"],
            "the key says which community",
        ),
        (&["--key", "x"], "a key is for a server"),
        (&["--url", "http://localhost:1", "--key", "x", "--key-file", "y"], "give one of them"),
        (&["--url", "localhost"], "https://ranks.example.com"),
    ] {
        for command in ["history", "export", "verify", "checkpoint"] {
            let said = said(rankledger(&[command]).args(args));
            assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{command} {args:?}: {}", said.err);
            assert!(said.err.contains(expected), "{command} {args:?}: {}", said.err);
        }
    }
}

#[test]
fn a_server_that_is_not_there_or_refuses_is_named() {
    let ledger = Ledger::with_a_rogue_moderator();
    let nobody = format!("http://{}", free_address());
    let error = said(&mut rankledger(&["history", "--url", &nobody, "--key", "x"])).error(1);
    assert!(
        error.starts_with(&format!("cannot reach {nobody}: ")) && error.contains("rankledger serve"),
        "{error}"
    );
    let url = ledger.server.url("");
    let error = said(&mut rankledger(&["history", "--url", &url])).error(1);
    assert!(error.contains("RANKLEDGER_KEY") && error.contains("--key-file"), "{error}");
    let wrong = "rlk_wrong-key-of-enough-length";
    let error = said(&mut rankledger(&["history", "--url", &url, "--key", wrong])).error(1);
    assert!(error.contains("(/problems/") && !error.contains(wrong), "{error}");
    let error = said(&mut rankledger(&["history", "--url", &url, "--key", "nobody-has-this-key"])).error(1);
    assert!(error.ends_with("(/problems/unknown-credential)"), "{error}");
    let error =
        said(&mut rankledger(&["history", "--url", &format!("{url}/elsewhere"), "--key", KEY])).error(1);
    assert!(error.ends_with("(/problems/not-found)"), "{error}");
}

#[test]
fn a_server_that_is_no_rankledger_is_told_apart() {
    for (answer, expected) in [
        (answer("502 Bad Gateway", "", "<html>"), "502 Bad Gateway"),
        (answer("200 OK", "", "<html>"), "200 OK"),
        (answer("301 Moved", "Location: https://other.example\r\n", ""), "https://other.example"),
    ] {
        with_answers(&[answer], |url| {
            let error = said(&mut rankledger(&["history", "--url", url, "--key", KEY])).error(1);
            assert!(error.contains(url) && error.contains(expected), "{error}");
        });
    }
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("mistyped.db");
    let url = database_url(&database);
    for args in
        [&["history"][..], &["undo", "1"], &["rollback", "--from", "2h"], &["export"], &["checkpoint"]]
    {
        let error = said(rankledger(args).args(["--database", &url])).error(1);
        assert!(error.contains("there is no database") && error.contains("mistyped.db"), "{error}");
    }
    let error = said(&mut rankledger(&["verify", "--database", &url])).error(2);
    assert!(error.contains("could not be checked: there is no database"), "{error}");
    assert!(!database.exists());
}

#[test]
fn a_database_with_several_communities_wants_to_know_which() {
    let ledger = Ledger::with_a_rogue_moderator();
    let database = database_url(&ledger.community.database);
    succeed(&mut rankledger(&["community", "create", "klub", "--name", "Klub", "--database", &database]));
    let error = ledger.say(Through::File, &["history"]).error(1);
    assert!(error.contains("--community; there are: club, klub"), "{error}");
    let error = ledger.say(Through::File, &["history", "--community", "clubb"]).error(1);
    assert_eq!(error, "there is no community \"clubb\"; there are: club, klub");
    assert_eq!(ledger.say(Through::File, &["history", "--community", "klub"]).err, "no changes\n");
    assert_eq!(ledger.say(Through::File, &["history", "--community", "club"]).out.lines().count(), 8);
}

#[test]
fn a_server_that_asks_to_wait_is_obeyed() {
    let late = answer("429 Too Many Requests", "Retry-After: 1\r\n", "");
    let body = r#"{"success":true,"data":{"rankChanges":[],"nextCursor":null},"meta":{}}"#;
    with_answers(&[late, answer("200 OK", "", body)], |url| {
        let said = said(&mut rankledger(&["history", "--url", url, "--key", KEY, "--json"]));
        assert_eq!((said.code, said.err), (Some(0), format!("{url} asks to wait 1 s\n")));
    });
    let much_later = answer("429 Too Many Requests", "Retry-After: 3600\r\n", "");
    with_answers(&[much_later], |url| {
        let error = said(&mut rankledger(&["history", "--url", url, "--key", KEY])).error(1);
        assert!(error.contains("429"), "{error}");
    });
}

#[test]
fn no_help_shows_the_key() {
    let output = run(rankledger(&["history", "--help"]).env("RANKLEDGER_KEY", KEY));
    let help = String::from_utf8(output.stdout).expect("text");
    assert!(help.contains("RANKLEDGER_KEY") && !help.contains(KEY), "{help}");
}
