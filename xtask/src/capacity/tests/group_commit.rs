//! Changes of one community, which share commits.

use super::given::{assert_near, changes, figures, mixed, system};
use crate::capacity::service_times::Work;
use crate::capacity::simulation::simulate;
use crate::capacity::system::System;

/// A group takes 2,000 µs and 100 µs for each change in it, 30 of them on the node.
fn grouping() -> System {
    System {
        wait: 500.0,
        writer: 30.0,
        database: Work { commit: 500.0, change: 70.0, read: 0.0 },
        sync: 1_000.0,
        ..system()
    }
}

#[test]
fn a_change_alone_takes_a_group_of_one() {
    let (commit, change) = grouping().group();
    assert!((commit - 2_000.0).abs() < 1e-9 && (change - 100.0).abs() < 1e-9);
    let outcome = simulate(&grouping(), &changes(1.0, 20_000));
    let [mean, ..] = figures(outcome.changes);
    assert_near("mean", mean, commit + change, 1.0);
}

/// While a group of g is written, the next of `rate * (commit + change * g)` comes: so g is
/// `rate * commit / (1 - rate * change)`.
#[test]
fn groups_grow_with_the_load() {
    let rate = 8_000.0;
    let outcome = simulate(&grouping(), &changes(rate, 60));
    let group = rate * 0.002 / (1.0 - rate * 0.000_1);
    let takes = 2_000.0 + 100.0 * group;
    // Each group asks for one sync, so the disk tells how many there were.
    assert_near("syncs", outcome.busy.disk, 1_000.0 / takes, 2.0);
    assert_near("ledger", outcome.busy.ledger, 1.0, 1.0);
    // A change waits for half a group, its own being written comes on top; long groups have more changes in
    // them.
    let [mean, ..] = figures(outcome.changes);
    assert!(mean > 1.4 * takes && mean < 1.8 * takes, "{mean} beside {takes}");
}

/// 256 changes in 27,600 µs are 9,275 a second. What comes above that falls behind.
#[test]
fn one_ledger_takes_what_full_groups_take() {
    let outcome = simulate(&grouping(), &changes(20_000.0, 10));
    assert_eq!(outcome.came, outcome.answered);
    let (commit, change) = grouping().group();
    let most = 256.0 / (commit + change * 256.0) * 1e6;
    // The ledger was taken until the last was answered.
    let window = 10.0;
    let rate = 20_000.0 * window / (outcome.busy.ledger * window);
    assert_near("changes a second", rate, most, 2.0);
}

/// Nodes take turns with a community's ledger: three have no more room in it than one.
#[test]
fn more_nodes_do_not_make_a_ledger_faster() {
    let of = |nodes| simulate(&System { nodes, ..grouping() }, &changes(20_000.0, 10)).busy.ledger;
    assert_near("three nodes", of(3), of(1), 2.0);
}

/// A database bears far more of this load for many communities at once, for they wait for each other only
/// at cores and disk.
#[test]
fn communities_do_not_wait_for_each_other() {
    let apart = System { database_cores: Some(8), ..grouping() };
    let shared = System { writers: 1, ..apart.clone() };
    let [one, other] = [apart, shared].map(|system| simulate(&system, &mixed(4_000.0, 20)));
    let [[apart, ..], [shared, ..]] = [one.changes, other.changes].map(figures);
    assert!(apart < 0.9 * shared, "{apart} beside {shared}");
}

/// Two writers make 1,000 groups a second at the most, for each takes 2,000 µs. Four times as many changes
/// come, most of them of different communities: they are written in time because a group is of all that
/// wait.
#[test]
fn a_group_is_of_all_communities_that_wait() {
    let system = System { writers: 2, database_cores: Some(8), ..grouping() };
    let outcome = simulate(&system, &mixed(8_000.0, 20));
    assert_eq!(outcome.came, outcome.answered);
    let [mean, ..] = figures(outcome.changes);
    assert!(mean < 3.0 * system.group().0, "{mean}");
}
