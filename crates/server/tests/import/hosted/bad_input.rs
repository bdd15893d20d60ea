//! A hosted original that is not as it should be: keys, pages, accounts that go away, answers of another
//! form.

use serde_json::json;

use super::Owner;
use super::stand_in::{Fault, StandIn, There};
use super::the_club::{a_club_of, id, stand_in, the_club};

#[test]
fn a_key_that_is_not_accepted_is_told() {
    for status in [401, 403] {
        let (owner, there) = (Owner::new(), stand_in());
        let refusal = Fault::json(status, &json!({"success": false, "message": "INVALID API KEY"}));
        there.there().faults.push(("/v2/community".to_owned(), refusal));
        let error = owner.fail_to_move_in(&there, &[]);
        assert!(error.contains("does not accept the key") && error.contains("INVALID API KEY"), "{error}");
        assert!(!error.contains(super::KEY), "{error}");
        assert_eq!((there.there().asked.len(), owner.files().len()), (1, 0), "it is not tried again");
    }
}

#[test]
fn the_key_of_another_community_is_told() {
    let (owner, there) = (Owner::new(), stand_in());
    there.there().lists.get_mut("/v2/community").expect("a community")["id"] = json!("CMS-2000");
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(
        error.contains("the key is one of the community CMS-2000 (The Club), not of CMS-1000"),
        "{error}"
    );
}

#[test]
fn an_account_that_is_deleted_between_two_pages_hides_nobody() {
    // The second page is the ninth request. Before it is answered, the first account goes away, and all
    // others move up: the 101st is on neither page.
    let there = StandIn::new(There { deletions: vec![(9, id(1))], ..a_club_of(150) });
    let report = Owner::new().move_in(&there, &[]);
    assert!(report.contains("149 accounts; 1 account went away meanwhile\n"), "{report}");
    assert_eq!(there.asked(&format!("/v2/community/accounts/{}", id(101))), 1, "it is read all the same");
}

#[test]
fn an_account_that_goes_away_after_the_list_is_told() {
    let there = StandIn::new(There { deletions: vec![(9, id(2))], ..the_club() });
    let report = Owner::new().move_in(&there, &["--yes"]);
    assert!(report.contains("2 accounts; 1 account went away meanwhile\n"), "{report}");
    assert!(report.contains("community CMS-1000: made\n"), "{report}");
}

#[test]
fn pages_that_repeat_are_told() {
    let there = StandIn::new(There { repeats_pages: true, ..a_club_of(150) });
    let error = Owner::new().fail_to_move_in(&there, &[]);
    assert!(error.contains("the list of accounts counts 150, and names only 100"), "{error}");
    assert!(there.there().asked.len() < 20, "it is not asked for ever");
}

#[test]
fn an_answer_of_another_form_is_told_with_its_place() {
    let page =
        json!({"success": true, "data": {"items": [{"accId": "one"}], "total": 1, "skip": 0, "take": 25}});
    let departments = json!({"success": true, "data": [{"uuid": null, "label": "Police", "ranks": []}]});
    for (target, answer, place) in [
        ("/v2/community", Fault::json(200, &json!({"success": true})), "missing field `data`"),
        ("/v2/community", Fault::json(200, &json!({"data": {"id": 5}})), "data.id: invalid type"),
        ("/v2/community", Fault { status: 200, ..Fault::status(200) }, "expected value at line 1"),
        ("/v2/community/departments", Fault::json(200, &departments), "data[0].uuid: "),
        ("/v2/community/accounts?", Fault::json(200, &page), "data.items[0].accId: "),
        ("/v2/community/accounts/", Fault::json(200, &json!({"data": {}})), "data: missing field"),
    ] {
        let (owner, there) = (Owner::new(), stand_in());
        there.there().faults.push((target.to_owned(), answer));
        let error = owner.fail_to_move_in(&there, &[]);
        assert!(error.contains("in another form than the documented one"), "{error}");
        assert!(error.contains(target) && error.contains(place), "{error}");
        assert!(owner.has_nothing());
    }
}

#[test]
fn an_answer_about_somebody_else_is_told() {
    let (owner, there) = (Owner::new(), stand_in());
    let ann = json!({"success": true, "data": there.there().accounts[0].clone()});
    there.there().faults.push((format!("/v2/community/accounts/{}", id(2)), Fault::json(200, &ann)));
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(error.contains("is about another account"), "{error}");
}

#[test]
fn a_key_is_sent_to_no_other_address() {
    let (owner, there) = (Owner::new(), stand_in());
    let elsewhere = Fault { headers: vec![("location", "https://other.example.com/")], ..Fault::status(302) };
    there.there().faults.push(("/v2/community".to_owned(), elsewhere));
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(error.contains("sends GET /v2/community to https://other.example.com/"), "{error}");
}

#[test]
fn an_address_that_nobody_answers_at_is_told() {
    let port = rankledger_instances::free_port().expect("a port");
    let address = format!("http://127.0.0.1:{port}");
    let output = Owner::new().moving(&address, &[]).output().expect("the binary runs");
    let error = crate::cli::text(&output.stderr);
    assert!(!output.status.success() && error.contains("cannot be reached"), "{error}");
    assert!(error.contains(&address), "{error}");
}

#[test]
fn options_that_do_not_go_together_are_told() {
    let owner = Owner::new();
    for arguments in [
        &["import", "--from-hosted"][..],
        &["import", "club.yaml", "--from-hosted", "--community", "CMS-1000"],
        &["import", "club.yaml", "--afresh"],
        &["import", "--status", "--community", "CMS-1000"],
        &["import", "--from-hosted", "--community", "CMS-1000", "--rate-factor", "0"],
        &["import", "--from-hosted", "--community", "CMS-1000", "--address", "api.example.com"],
    ] {
        let output = owner.command(arguments).output().expect("the binary runs");
        let error = crate::cli::text(&output.stderr);
        assert!(!output.status.success() && error.starts_with("error: "), "{arguments:?}: {error}");
    }
}
