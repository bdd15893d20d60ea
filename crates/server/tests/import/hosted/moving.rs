//! A community moves in: what is shown, what is written, and what then is here.

use serde_json::json;

use super::stand_in::StandIn;
use super::the_club::{CADET, CHIEF, MEDIC, OFFICER, a_club_of, departments, stand_in, the_club};
use super::{Owner, steady};
use crate::cli::text;

#[test]
fn an_owner_sees_what_comes_and_imports_it_later() {
    let (owner, there) = (Owner::new(), stand_in());
    let report = owner.move_in(&there, &[]);
    insta::assert_snapshot!("the_report", steady(&report, &there.address));
    let (document, name) = owner.document();
    insta::assert_snapshot!("the_document", steady(&document, &there.address));
    assert!(owner.has_nothing(), "nothing is written before somebody says so");
    assert_eq!(owner.files(), std::slice::from_ref(&name), "what was kept while it was read is gone");

    let summary = owner.succeed(&["import", &name]);
    assert!(summary.starts_with("community CMS-1000: made\n"), "{summary}");
    assert!(summary.ends_with("rank changes: 3 recorded, 0 recorded before\n"), "{summary}");
    owner.succeed(&["verify", "--community", "CMS-1000"]);
    assert_eq!(there.there().too_fast, 0, "no limit was exceeded");
}

#[test]
fn an_owner_who_says_yes_need_not_import_it() {
    let (owner, there) = (Owner::new(), stand_in());
    let report = owner.move_in(&there, &["--yes"]);
    assert!(report.contains("community CMS-1000: made\n"), "{report}");
    assert!(!owner.has_nothing());
}

#[test]
fn an_owner_edits_the_proposed_powers() {
    let (owner, there) = (Owner::new(), stand_in());
    owner.move_in(&there, &[]);
    let (document, name) = owner.document();
    let proposed = format!("{{\"label\": \"Chief\", \"power\": 30, \"id\": \"{CHIEF}\"");
    assert!(document.contains(&proposed), "{document}");
    owner.write(&name, &document.replace(&proposed, &proposed.replace("30", "95")));
    owner.succeed(&["import", &name]);

    let again = owner.move_in(&there, &[]);
    assert!(again.contains("Powers: as they are here\n"), "{again}");
    assert!(again.contains("Cadet 10, Officer 20, Chief 95\n"), "{again}");
    assert!(owner.document().0.contains("\"power\": 95"));
}

#[test]
fn the_order_of_the_ranks_is_told_by_flows_or_by_the_owner() {
    let report = |flow: bool, arguments: &[&str]| {
        let mut club = the_club();
        club.lists.insert(
            "/v2/community/promotion-flows",
            json!([{
                "id": "44444444-4444-4444-4444-444444444444", "labelFrom": "Chief", "labelTo": "Cadet",
                "ranksToAdd": if flow { vec![CADET] } else { vec![] }, "ranksToRemove": [OFFICER],
            }]),
        );
        Owner::new().move_in(&StandIn::new(club), arguments)
    };
    let by_flow = report(true, &[]);
    assert!(by_flow.contains("the highest first, as the promotion flows go\n"), "{by_flow}");
    assert!(by_flow.contains("Cadet 30 (proposed), Officer 20 (proposed), Chief 10 (proposed)"), "{by_flow}");
    let as_listed = report(false, &[]);
    assert!(
        as_listed.contains("the lowest first (--highest-first if it is the other way round)"),
        "{as_listed}"
    );
    let turned = report(false, &["--highest-first"]);
    assert!(turned.contains("Cadet 30 (proposed), Officer 20 (proposed), Chief 10 (proposed)"), "{turned}");
}

#[test]
fn powers_that_are_told_are_taken_over() {
    let mut club = the_club();
    club.lists.insert("/v2/community/departments", departments([Some(5), Some(6), Some(70), Some(3)]));
    let report = Owner::new().move_in(&StandIn::new(club), &[]);
    assert!(report.contains("Powers: as that API tells them\n"), "{report}");
    assert!(report.contains("Cadet 5, Officer 6, Chief 70\n  Rescue: Medic 3\n"), "{report}");

    // Powers that do not tell ranks apart tell nothing.
    let mut club = the_club();
    club.lists.insert("/v2/community/departments", departments([Some(0); 4]));
    let report = Owner::new().move_in(&StandIn::new(club), &[]);
    assert!(report.contains("Chief 30 (proposed)"), "{report}");
}

#[test]
fn an_owner_is_told_how_long_it_takes_before_it_begins() {
    let (owner, there) = (Owner::new(), StandIn::new(a_club_of(250)));
    let output = owner.moving(&there.address, &[]).output().expect("the binary runs");
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    let first = said.lines().next().expect("a line");
    assert!(first.starts_with("There are 250 accounts. Each is a request"), "{first}");
    assert!(first.contains("takes about") && first.contains("hosted-CMS-1000.reading"), "{first}");
    assert!(text(&output.stdout).contains("250 accounts\n"));
    // Pages of 100, and the list once more in the end.
    assert_eq!((there.asked("/v2/community/accounts?"), there.asked("/v2/community/accounts/")), (6, 250));
    assert_eq!(there.there().too_fast, 0, "no limit was exceeded");
}

#[test]
fn pages_may_be_as_short_as_the_documented_one() {
    let there = StandIn::new(super::stand_in::There { longest_page: 25, ..a_club_of(60) });
    let report = Owner::new().move_in(&there, &[]);
    assert!(report.contains("60 accounts\n"), "{report}");
}

#[test]
fn what_an_import_would_refuse_is_left_out_and_told() {
    let mut club = the_club();
    let bob = &mut club.accounts[1];
    bob["ranks"] = json!([CADET, "99999999-9999-9999-9999-999999999999", CADET]);
    bob["joinDate"] = json!("15 April");
    bob["identifiers"]["idents"] = json!([
        {"type": "discord", "value": "bob#1234", "verified": true},
        {"type": "steam", "value": "76561197960265729", "verified": true, "id": 7_u8.to_string()},
        {"type": "steam", "value": "steam:110000100000001", "verified": true},
        {"type": "ip", "value": "192.0.2.7", "verified": true, "flagId": "17"},
    ]);
    bob["activeApiIds"] = json!(["steam:110000100000001", "license:abcdef0123", "76561197960265729x"]);
    bob["profileFields"]["data"] = json!([{"id": "callsign", "value": 5}, {"id": "other", "value": null}]);
    bob["clockData"]["data"] = json!([
        {"id": null, "startTime": "2026-04-15T02:00:00Z", "endTime": "2026-04-15T01:00:00Z", "type": "patrol"},
        {"id": null, "startTime": "2026-04-16T02:00:00Z", "endTime": null, "type": "patrol"},
    ]);
    club.accounts[2]["discordId"] = json!("nobody");
    let (owner, there) = (Owner::new(), StandIn::new(club));
    let report = owner.move_in(&there, &["--yes"]);
    let left_out =
        report.split("\n\n").find(|part| part.starts_with("Left out")).expect("a part of the report");
    insta::assert_snapshot!("left_out", left_out);
    let (document, _) = owner.document();
    assert!(document.contains("#   Bob: joinDate 15 April, which is no time\n"), "{document}");
    let bob = document.lines().find(|line| line.contains("\"name\": \"Bob\"")).expect("Bob's line");
    insta::assert_snapshot!("bob_without_what_is_left_out", bob);
    assert!(report.contains("community CMS-1000: made\n"), "the rest is imported: {report}");
}

#[test]
fn names_with_the_marks_of_yaml_come_over_as_they_are() {
    let names =
        ["[LSPD] Ann", "@ann", "Unit 12: Ann", "Ann #12", "null", "'\"\\", "- Ann", "{Ann}", "Añña 🦀"];
    let mut club = a_club_of(names.len());
    for (account, name) in club.accounts.iter_mut().zip(names) {
        account["accName"] = json!(name);
        account["profileFields"]["data"][0]["value"] = json!(format!("{name}: # {name}"));
    }
    let (owner, there) = (Owner::new(), StandIn::new(club));
    owner.move_in(&there, &["--yes"]);
    let again = owner.move_in(&there, &[]);
    assert!(again.contains("Ranks and accounts that differ from those here\n  none\n"), "{again}");
    let (_, name) = owner.document();
    let summary = owner.succeed(&["import", &name]);
    assert!(summary.starts_with("community CMS-1000: up to date already\n"), "{summary}");
    assert!(summary.contains("accounts                 0         0         9\n"), "{summary}");
}

#[test]
fn the_key_may_be_in_a_file_and_is_needed() {
    let (owner, there) = (Owner::new(), stand_in());
    owner.write("key", &format!("{}\n", super::stand_in::KEY));
    let mut command = owner.moving(&there.address, &["--key-file", "key"]);
    super::succeeded(&command.env_remove("RANKLEDGER_HOSTED_KEY").output().expect("the binary runs"));
    let mut command = owner.moving(&there.address, &[]);
    let output = command.env_remove("RANKLEDGER_HOSTED_KEY").output().expect("the binary runs");
    let error = text(&output.stderr);
    assert!(!output.status.success() && error.contains("RANKLEDGER_HOSTED_KEY"), "{error}");
    assert_eq!(there.there().accounts.iter().filter(|one| one["ranks"] == json!([MEDIC])).count(), 0);
}
