//! Members, ranks, keys and flows are named in words, in every command; a name that several have is refused
//! with a list.

use super::kit::{BOTH, Ledger, Through};

/// The commands that name a member, each with the place of the name.
const OF_MEMBERS: [&[&str]; 14] = [
    &["member", "WHO"],
    &["promote", "up", "WHO"],
    &["demote", "up", "WHO", "--yes"],
    &["rank", "add", "WHO", "chief"],
    &["rank", "remove", "WHO", "officer", "--yes"],
    &["ban", "WHO", "--yes"],
    &["unban", "WHO"],
    &["freeze", "--as", "WHO"],
    &["undo", "1", "--as", "WHO"],
    &["rollback", "--user", "WHO", "--yes"],
    &["rollback", "--account", "WHO", "--yes"],
    &["history", "--account", "WHO"],
    &["history", "--user", "WHO"],
    &["log", "--account", "WHO"],
];

const NAMESAKES: &str = "\
error: \"ALEX\" is the name of 2 members: name the one by their number
NUMBER  NAME  DISCORD ID          RANKS         STATUS
1003    Alex  -                   Police/Cadet  active
1004    alex  100000000000000004  Officer       active
";

#[test]
fn two_people_of_one_name_are_refused_in_every_command() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        for command in OF_MEMBERS {
            let args: Vec<_> =
                command.iter().map(|word| if *word == "WHO" { "ALEX" } else { *word }).collect();
            let said = ledger.say(through, &args);
            assert_eq!(
                (said.code, said.out.as_str(), said.err.as_str()),
                (Some(1), "", NAMESAKES),
                "{args:?}"
            );
        }
    }
    assert_eq!(ledger.say(Through::File, &["history", "--source", "api"]).err, "no changes\n");
}

#[test]
fn nobody_of_a_name_is_told_with_a_similar_one() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        for command in OF_MEMBERS {
            let args: Vec<_> =
                command.iter().map(|word| if *word == "WHO" { "Rax" } else { *word }).collect();
            let error = ledger.say(through, &args).error(1);
            let expected =
                "there is no member \"Rax\": `rankledger members` lists them; did you mean \"Rex\"?";
            assert_eq!(error, expected, "{args:?}");
        }
        let nobody = ledger.say(through, &["member", ""]).error(1);
        assert!(nobody.starts_with("there is no member \"\""), "{nobody}");
    }
}

#[test]
fn a_member_goes_by_name_number_discord_id_or_uuid() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        for name in [
            "Rex",
            " rex ",
            "1002",
            "100000000000000002",
            "discord:100000000000000002",
            &crate::kit::account_id(2),
        ] {
            let shown = ledger.say(through, &["member", name]);
            assert!(shown.out.starts_with("Rex, number 1002\n"), "{name}: {}{}", shown.out, shown.err);
            assert_eq!(
                ledger.say(through, &["history", "--account", name, "--limit", "1"]).out.lines().count(),
                2
            );
        }
    }
}

#[test]
fn a_rank_goes_by_key_label_or_department_and_label() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        let number = |rank: &str| {
            let page = ledger.say(through, &["history", "--rank", rank, "--json"]).json();
            page["rankChanges"].as_array().expect("the changes").len()
        };
        for (rank, changes) in [
            ("cadet", 1),
            ("Police/Cadet", 1),
            ("fire/cadet", 0),
            ("fd-cadet", 0),
            ("Officer", 2),
            ("OFFICER", 2),
        ] {
            assert_eq!(number(rank), changes, "{rank}");
        }
        for command in [
            &["history", "--rank", "Cadet"][..],
            &["export", "--rank", "Cadet"],
            &["members", "--rank", "Cadet"],
            &["rank", "add", "Rex", "Cadet"],
            &["rank", "remove", "Rex", "Cadet", "--yes"],
            &["rollback", "--rank", "Cadet", "--yes"],
        ] {
            let said = ledger.say(through, command);
            let head = "error: \"Cadet\" is the name of 2 ranks: name the one with its department, by key or by id\n";
            assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{command:?}");
            assert!(said.err.starts_with(head), "{command:?}: {}", said.err);
            assert!(said.err.contains("\nPolice/Cadet  cadet     10 "), "{command:?}: {}", said.err);
            assert!(said.err.contains("\nFire/Cadet    fd-cadet  10 "), "{command:?}: {}", said.err);
        }
        let unknown = ledger.say(through, &["history", "--rank", "Oficer"]).error(1);
        assert_eq!(
            unknown,
            "there is no rank \"Oficer\": `rankledger ranks` lists them; did you mean \"Officer\"?"
        );
    }
}

#[test]
fn a_flow_goes_by_key_by_its_steps_or_by_the_step_it_leads_to() {
    let ledger = Ledger::with_namesakes();
    for through in BOTH {
        for flow in ["up", "Cadet -> Officer", "cadet→officer", "Officer"] {
            let said = ledger.say(through, &["promote", flow, "1003", "--dry-run"]).printed();
            assert_eq!(said, "Alex: it would succeed; nothing was written\n", "{flow}");
        }
        let unknown = ledger.say(through, &["promote", "Cadet", "1003"]).error(1);
        assert_eq!(unknown, "there is no flow \"Cadet\": `rankledger flows` lists them");
    }
}

#[test]
fn a_key_goes_by_its_name() {
    let ledger = Ledger::with_namesakes();
    ledger.set_ranks(3, &serde_json::json!({"add": ["officer"]}));
    for through in BOTH {
        for command in ["history", "log"] {
            ledger.say(through, &[command, "--credential", "Bot", "--json"]).json();
            let unknown = ledger.say(through, &[command, "--credential", "bod"]).error(1);
            assert_eq!(
                unknown,
                "there is no key \"bod\": `rankledger key list` lists them; did you mean \"bot\"?"
            );
        }
        let list = ledger.say(through, &["history", "--credential", "bot"]).printed();
        assert_eq!(list.lines().count(), 2, "{list}");
        let preview = ledger.say(through, &["rollback", "--credential", "bot"]);
        assert!(preview.out.starts_with("1 change of 1 account: 1 would be undone"), "{}", preview.out);
    }
}

#[test]
fn two_keys_of_one_name_are_told_apart() {
    let ledger = Ledger::with_namesakes();
    ledger.say(Through::File, &["key", "revoke", "bot"]).printed();
    let database = crate::kit::database_url(&ledger.community.database);
    let make = ["key", "create", "--community", "club", "--name", "bot", "--database", &database];
    crate::kit::succeed(&mut crate::kit::rankledger(&make));
    for through in BOTH {
        let said = ledger.say(through, &["history", "--credential", "bot"]);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
        assert!(
            said.err.starts_with("error: \"bot\" is the name of 2 keys: name the one by its id\n"),
            "{}",
            said.err
        );
        assert!(said.err.contains("  revoked 2"), "{}", said.err);
    }
    // Only one is left to revoke.
    let revoked = ledger.say(Through::Server, &["key", "revoke", "bot"]).printed();
    assert!(revoked.starts_with("revoked the key \"bot\""), "{revoked}");
    let none = ledger.say(Through::Server, &["key", "revoke", "bot"]);
    assert!(none.err.contains("is the name of 2 keys"), "{}", none.err);
}
