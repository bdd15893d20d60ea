//! The file of what was measured.

use anyhow::Result;

use crate::capacity::arguments::Arguments;
use crate::capacity::service_times::ServiceTimes;
use crate::capacity::system::System;

/// Round figures, measured nowhere.
pub(super) const ROUND: &str = r#"
machine = "- none"

[sqlite]
round_trips = { commit = 0, change = 0, read = 0 }
[sqlite.one_community]
node = { commit = 0, change = 150, read = 60 }
database = { commit = 200, change = 80, read = 0 }
writer = 0
[sqlite.many_communities]
node = { commit = 0, change = 150, read = 60 }
database = { commit = 200, change = 80, read = 0 }
writer = 0

[postgres_one_node]
round_trips = { commit = 4, change = 1, read = 1 }
[postgres_one_node.one_community]
node = { commit = 50, change = 200, read = 80 }
database = { commit = 300, change = 100, read = 40 }
writer = 30
[postgres_one_node.many_communities]
node = { commit = 60, change = 210, read = 90 }
database = { commit = 310, change = 110, read = 50 }
writer = 40

[postgres_three_nodes]
round_trips = { commit = 4, change = 1, read = 1 }
[postgres_three_nodes.one_community]
node = { commit = 50, change = 200, read = 80 }
database = { commit = 300, change = 100, read = 40 }
writer = 30
[postgres_three_nodes.many_communities]
node = { commit = 60, change = 220, read = 90 }
database = { commit = 310, change = 110, read = 50 }
writer = 40
"#;

#[test]
fn a_group_takes_what_was_measured_and_the_round_trips_and_sync_of_the_machines_planned_for() -> Result<()> {
    let times = ServiceTimes::parse(ROUND)?;
    let hardware = Arguments::default().hardware;
    let system = System::postgres(&times, &hardware, 3);
    let (commit, change) = system.group();
    // 4 round trips of 250, and a sync of 1,000.
    assert!((commit - (60.0 + 310.0 + 1_000.0 + 1_000.0)).abs() < 1e-9);
    assert!((change - (40.0 + 110.0)).abs() < 1e-9);
    assert!((system.node.change - 220.0).abs() < 1e-9, "several nodes are those of the three");
    assert!((System::postgres(&times, &hardware, 1).node.change - 210.0).abs() < 1e-9);
    Ok(())
}

#[test]
fn sqlite_needs_no_round_trips() -> Result<()> {
    let times = ServiceTimes::parse(ROUND)?;
    let system = System::sqlite(&times, &Arguments::default().hardware);
    assert!(system.has_one_writer() && system.database_cores.is_none());
    assert!(system.wait <= 0.0 && system.read_wait <= 0.0);
    Ok(())
}

#[test]
fn what_is_no_time_is_refused() {
    for (right, wrong) in
        [("writer = 40", "writer = -1"), ("change = 150", "change = nan"), ("commit = 4", "commit = -4")]
    {
        assert!(ServiceTimes::parse(&ROUND.replace(right, wrong)).is_err(), "{wrong}");
    }
    assert!(ServiceTimes::parse(&ROUND.replace("writer", "writers")).is_err());
}
