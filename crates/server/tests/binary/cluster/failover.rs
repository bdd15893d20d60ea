//! The primary dies, or its standby.

use rankledger_domain::rank_change::Source;
use serde_json::json;

use super::kit::{
    Pair, admin_key, ask, front_of, node, node_that_reads_from_a_standby, ranks_held, reading, until,
    writing, writing_at,
};
use super::load::load;
use crate::kills::Stored;
use crate::kit::{Process, account_id, agent, set_ranks};

/// Checks the replies of two nodes while there is no primary. The first may read from the standby.
fn check_without_primary(reader: &Process, other: &Process) {
    // A connection that broke a moment ago may not know it yet.
    until("nobody reads from the standby", || reading(reader) == 200);
    for _ in 0..20 {
        assert_eq!((reading(reader), reading(other)), (200, 503));
        assert_eq!((writing(reader), writing(other)), (503, 503));
    }
}

/// Gives a rank that ends in a moment, and waits until the scheduler has taken it away.
fn check_scheduler(node: &Process, url: &str) {
    let body = json!({"add": [{"rank": "medic", "expiresIn": "PT1S", "onHeld": "replace"}]});
    let (status, answer) = set_ranks(&agent(), &node.url(""), &account_id(1), &body).expect("an answer");
    assert_eq!(status, 200, "{answer}");
    assert!(answer["meta"]["expiresAt"].is_object(), "{answer}");
    until("the rank is not taken away", || {
        Stored::at(url).changes.iter().any(|linked| linked.change.source == Source::Expiry)
    });
}

#[test]
fn when_the_primary_dies_no_acknowledged_change_is_lost_and_none_is_made_twice() {
    let Pair { mut primary, standby, url } = Pair::synchronous();
    let (reader, other) = (node_that_reads_from_a_standby(&url), node(&url));
    let nginx = front_of([reader.address, other.address]);
    let load = load(&nginx.url(), 16, |progress| {
        progress.wait_for(200);
        primary.kill().expect("the primary is killed");
        check_without_primary(&reader, &other);
        standby.promote().expect("the standby is promoted");
        // No node is started again.
        for node in [&reader, &other] {
            until("a node does not find the new primary", || (writing(node), reading(node)) == (200, 200));
        }
        progress.wait_for(200);
    });
    println!("the primary was killed: {}", load.report());
    check_scheduler(&other, &url);
    load.check(&url);
}

#[test]
fn a_change_is_not_answered_and_not_seen_until_the_standby_has_it() {
    let Pair { primary, mut standby, url } = Pair::synchronous();
    let node = node(&url);
    let base = node.url("");
    standby.stop().expect("the standby stops");
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| writing_at(&base));
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        until("no commit waits", || primary.sql(waiting).expect("an answer") == "1");
        assert!(!answer.is_finished());
        assert_eq!(ranks_held(&node), Some(1));
        standby.start_again().expect("the standby starts");
        assert_eq!(answer.join().expect("it is answered"), 200);
    });
    assert_eq!(ranks_held(&node), Some(2));
}

#[test]
fn a_primary_that_takes_no_writes_any_more_is_left_for_the_new_one() {
    let Pair { primary, standby, url } = Pair::asynchronous();
    let node = node(&url);
    assert_eq!(writing(&node), 200);
    primary.set("default_transaction_read_only", "on").expect("a setting");
    until("it still writes", || {
        let body = json!({"set": ["medic"]});
        set_ranks(&agent(), &node.url(""), &account_id(2), &body).expect("an answer").0 == 503
    });
    standby.promote().expect("the standby is promoted");
    until("the node does not find the new primary", || writing(&node) == 200);
}

#[test]
fn what_a_node_has_cached_of_a_lost_primary_is_not_taken_for_what_the_new_one_says() {
    let Pair { mut primary, mut standby, url } = Pair::asynchronous();
    let (node, other, admin) = (node(&url), node(&url), admin_key(&url));
    let add_medic =
        || set_ranks(&agent(), &node.url(""), &account_id(1), &json!({"add": ["medic"]})).expect("an answer");
    // The standby has the key, which it needs later.
    primary.wait_until_followed("second").expect("the standby follows");
    standby.stop().expect("the standby stops");
    // This change is lost with the primary, because commits do not wait for the standby. The node still has
    // it cached.
    let (status, answer) = ask(&node, &admin, "POST", "/v2/community/ranks/medic/retire", &json!({}));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(add_medic().0, 422);
    primary.kill().expect("the primary is killed");
    standby.start_again().expect("the standby starts");
    standby.promote().expect("the standby is promoted");
    for node in [&node, &other] {
        until("a node does not find the new primary", || writing(node) == 200);
    }
    // Both are the next change of ranks: this edit on the new primary, and the lost retirement on the old
    // one.
    let (status, answer) =
        ask(&other, &admin, "PATCH", "/v2/community/ranks/cadet", &json!({"label": "Recruit"}));
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = add_medic();
    assert_eq!(status, 200, "{answer}");
}
