//! Costs that follow from what was counted.

use super::given::assert_near;
use crate::capacity::measure::samples::{Sample, Samples};
use crate::capacity::service_times::{Costs, Work};

/// A load of changes in groups of one size, where a commit costs the node 40 and the database 300, and a
/// change them 200 and 100; of what it costs the node, the thread that writes has 30 and 60.
fn changes(commits: u64, group: u64) -> Sample {
    let cost = |commit: u64, change: u64| u32::try_from(commits * (commit + change * group)).map(f64::from);
    Sample {
        requests: commits * group,
        commits,
        serving: cost(10, 140).expect("it is small"),
        writing: cost(30, 60).expect("it is small"),
        database: cost(300, 100).expect("it is small"),
        reading_trips: 0,
        writing_trips: 3 * commits,
    }
}

fn samples() -> Samples {
    let reads = Sample {
        requests: 1_000,
        serving: 90_000.0,
        database: 50_000.0,
        reading_trips: 2_000,
        ..Sample::default()
    };
    Samples { alone: changes(500, 1), together: changes(100, 20), reads }
}

#[track_caller]
fn assert_work(what: &str, work: Work, theory: [f64; 3]) {
    for (figure, theory) in [work.commit, work.change, work.read].into_iter().zip(theory) {
        assert!((figure - theory).abs() < 1e-6, "{what}: {figure} is not {theory}");
    }
}

#[test]
fn what_a_commit_costs_is_told_from_what_a_change_costs_by_groups_of_two_sizes() {
    let Costs { node, writer, database } = samples().costs(true);
    assert_work("node", node, [40.0, 140.0, 90.0]);
    assert_work("database", database, [300.0, 100.0, 50.0]);
    assert_near("writer", writer, 60.0, 0.001);
}

#[test]
fn with_sqlite_the_threads_that_write_are_the_database() {
    let Costs { node, writer, database } = samples().costs(false);
    assert_work("node", node, [10.0, 140.0, 90.0]);
    assert_work("database", database, [30.0, 60.0, 0.0]);
    assert!(writer <= 0.0);
}

#[test]
fn round_trips_are_those_of_a_group_of_a_change_and_of_a_read() {
    let trips = samples().round_trips();
    assert_eq!([trips.commit, trips.change, trips.read].map(|trips| trips.to_string()), ["3", "0", "2"]);
}

/// As when a change alone is cheaper than one of many, which must wait for others: then commits cost
/// nothing, and changes what they cost among many.
#[test]
fn no_cost_is_below_nothing() {
    let mut samples = samples();
    samples.alone.database = 1.0;
    let database = samples.costs(true).database;
    assert_work("database", database, [0.0, 115.0, 50.0]);
    samples.alone.database = 1e9;
    let database = samples.costs(true).database;
    assert_work("database", database, [2_300.0, 0.0, 50.0]);
}
