//! Reading is cut off in the middle, by the hosted original or by the owner, and goes on later.

use std::time::Duration;

use super::Owner;
use super::stand_in::{Fault, StandIn};
use super::the_club::{a_club_of, id, stand_in};
use crate::cli::text;

/// More answers than a request is sent again for.
const OFTEN: usize = 20;

fn account(number: usize) -> String {
    format!("/v2/community/accounts/{}", id(number))
}

#[test]
fn a_fault_that_passes_is_waited_for() {
    let (owner, there) = (Owner::new(), stand_in());
    for (target, status) in [
        ("/v2/community", 503),
        ("/v2/community/departments", 500),
        ("/v2/community/accounts?", 502),
        ("/v2/community/accounts/", 429),
        ("/v2/community/accounts/", 500),
        ("/v2/community/accounts/", 504),
    ] {
        there.there().faults.push((target.to_owned(), Fault::status(status)));
    }
    let report = owner.move_in(&there, &[]);
    assert!(report.contains("3 accounts\n"), "{report}");
    assert!(there.there().faults.is_empty(), "each fault was met");
}

#[test]
fn a_wait_that_is_asked_for_is_obeyed() {
    let (owner, there) = (Owner::new(), stand_in());
    let fault = Fault { headers: vec![("retry-after", "2")], ..Fault::status(429) };
    there.there().faults.push((account(2), fault));
    let begun = std::time::Instant::now();
    owner.move_in(&there, &[]);
    assert!(begun.elapsed() >= Duration::from_secs(2), "it waits at least as long");
    assert_eq!(there.asked(&account(2)), 2);
}

#[test]
fn a_wait_of_hours_is_left_to_the_owner() {
    let (owner, there) = (Owner::new(), stand_in());
    let fault = Fault { headers: vec![("retry-after", "86400")], ..Fault::status(429) };
    there.there().faults.push((account(2), fault));
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(error.contains("asks to wait 24 hours") && error.contains("goes on from there"), "{error}");
}

#[test]
fn an_api_that_fails_in_the_middle_is_asked_for_the_rest_later() {
    let (owner, there) = (Owner::new(), StandIn::new(a_club_of(30)));
    for _ in 0..OFTEN {
        there.there().faults.push((account(21), Fault::status(500)));
    }
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(error.contains("answers 500 Internal Server Error, 8 times in a row"), "{error}");
    assert!(error.contains("hosted-CMS-1000.reading: the same command goes on from there"), "{error}");
    assert_eq!(owner.files(), ["hosted-CMS-1000.reading"]);
    assert!(owner.has_nothing());

    there.there().faults.clear();
    let output = owner.moving(&there.address, &[]).output().expect("the binary runs");
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("of which 20 were read before"), "{said}");
    assert!(text(&output.stdout).contains("30 accounts\n"));
    assert_eq!((there.asked(&account(1)), there.asked(&account(30))), (1, 1), "each is read once");
    assert!(!owner.files().contains(&"hosted-CMS-1000.reading".to_owned()));
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let (owner, there) = (Owner::new(), StandIn::new(a_club_of(400)));
    let mut reading = owner.start(&there, &[]);
    while there.asked("/v2/community/accounts/") < 50 {
        assert!(reading.try_wait().expect("a child").is_none(), "it goes on for longer");
        std::thread::sleep(Duration::from_millis(1));
    }
    reading.kill().expect("it is killed");
    reading.wait().expect("it ends");
    // A line that was cut off in the middle.
    let kept = format!("{}{{\"accId\": \"a00", owner.read("hosted-CMS-1000.reading"));
    owner.write("hosted-CMS-1000.reading", &kept);

    let report = owner.move_in(&there, &["--yes"]);
    assert!(report.contains("400 accounts\n"), "{report}");
    // The one that was under way may have been asked for twice.
    assert!((400..=401).contains(&there.asked("/v2/community/accounts/")));
}

#[test]
fn what_was_read_of_another_community_or_long_ago_is_not_mixed_in() {
    let (owner, there) = (Owner::new(), StandIn::new(a_club_of(3)));
    for _ in 0..OFTEN {
        there.there().faults.push((account(3), Fault::status(500)));
    }
    owner.fail_to_move_in(&there, &[]);
    there.there().faults.clear();
    let elsewhere = StandIn::new(a_club_of(3));
    let error = owner.fail_to_move_in(&elsewhere, &[]);
    assert!(error.contains(&there.address) && error.contains("--afresh"), "{error}");
    owner.move_in(&elsewhere, &["--afresh"]);
    assert_eq!(elsewhere.asked(&account(1)), 1);

    owner.write("hosted-CMS-1000.reading", "no such file\n");
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(error.contains("cannot be read: begin again with --afresh"), "{error}");
}

#[test]
fn two_runs_do_not_read_into_one_file() {
    let (owner, there) = (Owner::new(), stand_in());
    let fault = Fault { headers: vec![("retry-after", "600")], ..Fault::status(429) };
    there.there().faults.push((account(2), fault));
    let mut first = owner.start(&there, &[]);
    while there.asked(&account(2)) == 0 {
        assert!(first.try_wait().expect("a child").is_none(), "it goes on for longer");
        std::thread::sleep(Duration::from_millis(1));
    }
    let error = owner.fail_to_move_in(&there, &[]);
    assert!(error.contains("another run of this command is reading into it"), "{error}");
    first.kill().expect("it is killed");
    first.wait().expect("it ends");
}
