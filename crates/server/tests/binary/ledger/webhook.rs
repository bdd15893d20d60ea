//! `rankledger webhook`.

use std::io::Write;
use std::process::Stdio;

use super::kit::{BOTH, Ledger, Through, said};

/// Adds a subscription. Returns what is printed.
fn add(ledger: &Ledger, through: Through, args: &[&str]) -> String {
    ledger.say(through, &[&["webhook", "add"], args].concat()).printed()
}

#[test]
fn a_subscription_is_added_listed_replayed_and_its_deliveries_are_shown() {
    for through in BOTH {
        let ledger = Ledger::with_a_rogue_moderator();
        let none = ledger.say(through, &["webhook", "list"]);
        assert_eq!((none.code, none.out.as_str()), (Some(0), ""), "{}", none.err);
        // An address of documentation: nothing is ever sent.
        let args = [
            "https://www.example.com/hook",
            "--types",
            "ranks.changed,account.banned",
            "--summarise-rollbacks",
        ];
        let printed = add(&ledger, through, &args);
        assert!(printed.starts_with("subscribed \"www.example.com\" ("), "{printed}");
        assert!(printed.contains("which is shown once: whsec_"), "{printed}");

        let listed = ledger.say(through, &["webhook", "list"]).printed();
        let row = listed.lines().nth(1).expect("a row");
        for cell in [
            "www.example.com",
            "standard",
            "https://www.example.com/hook",
            "ranks.changed,account.banned",
            "enabled",
        ] {
            assert!(row.contains(cell), "{row}");
        }
        let json = ledger.say(through, &["webhook", "list", "--json"]).json();
        let id = json[0]["id"].as_str().expect("an id");
        assert_eq!(json[0].get("secret"), None);

        for name in [id, "www.example.com"] {
            let replay = ["webhook", "replay", name, "--from-change", "5", "--dry-run"];
            let printed = ledger.say(through, &replay).printed();
            assert!(
                printed.starts_with("nothing was changed; this would be sent again, from place "),
                "{printed}"
            );
            let log = ledger.say(through, &["webhook", "log", name, "--json"]).json();
            assert!(log["deliveries"].is_array() && log["nextCursor"].is_null(), "{log}");
        }
        let unknown = ledger.say(through, &["webhook", "log", "Wiki"]).error(1);
        assert!(unknown.contains("there is no subscription \"Wiki\""), "{unknown}");
        add(&ledger, through, &["https://www.example.com/other"]);
        let several = ledger.say(through, &["webhook", "test", "www.example.com"]).error(1);
        assert!(several.contains("several subscriptions"), "{several}");
    }
}

#[test]
fn the_url_of_a_discord_webhook_is_read_from_standard_input_and_not_printed() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let mut command = ledger.command(through, &["webhook", "add", "-", "--name", "News"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let url = b"https://discord.com/api/webhooks/123/sEcReT-tOkEn\n";
        child.stdin.take().expect("a pipe").write_all(url).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && !printed.contains("tOkEn"), "{output:?}");
        ledger.say(through, &["webhook", "list"]).printed();
    }
    let json = ledger.say(Through::File, &["webhook", "list", "--json"]).json();
    assert_eq!(json[0]["kind"], "discord");
    assert_eq!(json[1]["url"], "https://discord.com/api/webhooks/123/***");
}

#[test]
fn subscriptions_are_exported_into_a_document_that_is_imported() {
    let ledger = Ledger::with_a_rogue_moderator();
    add(&ledger, Through::File, &["https://www.example.com/hook", "--name", "Website"]);
    for through in BOTH {
        let plain = ledger.say(through, &["webhook", "export"]).printed();
        assert!(plain.contains("Website") && !plain.contains("whsec_"), "{plain}");
        let file = ledger.community.folder.path().join("subscriptions.json");
        let file = file.to_str().expect("a path");
        ledger.say(through, &["webhook", "export", "--with-secrets", "--output", file]).printed();
        let whole = std::fs::read_to_string(file).expect("the document");
        assert!(whole.contains("whsec_"), "{whole}");
        let imported = said(&mut ledger.command(Through::File, &["import", file])).printed();
        assert!(imported.starts_with("community club: up to date already\n"), "{imported}");
    }
}

#[test]
fn a_receiver_that_may_not_be_sent_to_is_refused() {
    let ledger = Ledger::with_a_rogue_moderator();
    for through in BOTH {
        let refused = ledger.say(through, &["webhook", "add", "https://127.0.0.1/"]).error(1);
        assert!(refused.contains("127.0.0.1 is not public"), "{refused}");
        let unknown = ledger.say(through, &["webhook", "add", "https://example.com/", "--types", "weather"]);
        assert!(
            unknown.code == Some(2) && unknown.err.contains("the types are ranks.changed"),
            "{}",
            unknown.err
        );
    }
}
