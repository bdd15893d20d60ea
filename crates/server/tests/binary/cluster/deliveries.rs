//! Events reach their receivers although nodes die, or the primary.

use std::time::{Duration, Instant};

use rankledger_instances::{Durability, Postgres};

use super::kit::{Pair, front_of, until, with_community, writing};
use super::load::load;
use crate::deliveries::{Receivers, serve};
use crate::kills::Stored;

/// The longest time until a node does what one that has died did.
const REPLACED_AFTER: Duration = Duration::from_secs(10);

#[test]
fn a_node_that_dies_is_replaced_and_nothing_is_lost() {
    let postgres = Postgres::start(Durability::None).expect("a database server");
    let url = with_community(&postgres);
    let receivers = Receivers::start(3);
    receivers.subscribe(&url);
    let begun = Stored::at(&url).changes.len();
    let (one, other) = (serve(&url), serve(&url));
    let nginx = front_of([one.address, other.address]);
    let mut waited = Duration::ZERO;
    let load = load(&nginx.url(), 16, |progress| {
        progress.wait_for(200);
        one.kill();
        let (taken, died) = (receivers.taken_in_all(), Instant::now());
        // What is under way to a receiver arrives still.
        std::thread::sleep(Duration::from_millis(200));
        until("nobody sends", || receivers.taken_in_all() > taken + 50);
        waited = died.elapsed();
        progress.wait_for(200);
    });
    println!("a node was killed: {}; the receivers waited {waited:?}", load.report());
    assert!(waited < REPLACED_AFTER, "{waited:?}");
    check(&receivers, &url, begun);
    drop(other);
    load.check(&url);
}

/// Checks that everything arrives, as it should.
fn check(receivers: &Receivers, url: &str, begun: usize) {
    let stored = Stored::at(url);
    receivers.wait_for(stored.changes.len() - begun);
    let again = receivers.check(&stored, i64::try_from(begun).expect("few"));
    println!("{} changes; {again} deliveries came again", stored.changes.len());
}

#[test]
fn when_the_primary_dies_every_change_arrives_and_nothing_that_was_not_made() {
    let Pair { mut primary, standby, url } = Pair::synchronous();
    let receivers = Receivers::start(3);
    receivers.subscribe(&url);
    let begun = Stored::at(&url).changes.len();
    let (one, other) = (serve(&url), serve(&url));
    let nginx = front_of([one.address, other.address]);
    let load = load(&nginx.url(), 16, |progress| {
        progress.wait_for(200);
        primary.kill().expect("the primary is killed");
        standby.promote().expect("the standby is promoted");
        for node in [&one, &other] {
            until("a node does not find the new primary", || writing(node) == 200);
        }
        progress.wait_for(200);
    });
    println!("the primary was killed: {}", load.report());
    check(&receivers, &url, begun);
    load.check(&url);
}
