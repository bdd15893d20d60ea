//! Plans from round figures.

use std::cell::Cell;
use std::time::Duration;

use anyhow::Result;

use super::service_times::ROUND;
use crate::capacity::arguments::Arguments;
use crate::capacity::load::{Burst, Load};
use crate::capacity::plan::{Backend, Plan, Planner, Resource, Shape, Wanted, Why, smallest};
use crate::capacity::service_times::ServiceTimes;

fn with_planner<T>(backend: Backend, slowest: Duration, answer: impl FnOnce(&Planner<'_>) -> T) -> Result<T> {
    let (times, hardware) = (ServiceTimes::parse(ROUND)?, Arguments::default().hardware);
    let wanted = Wanted { slowest, used: 0.7 };
    Ok(answer(&Planner { times: &times, hardware: &hardware, wanted, backend }))
}

fn plan(backend: Backend, load: &Load, slowest: Duration) -> Result<Plan> {
    with_planner(backend, slowest, |planner| planner.plan(load))
}

fn quiet(communities: u64) -> Load {
    let load = Arguments::default().loads().swap_remove(0);
    Load { communities, burst: Burst::None, ..load }
}

#[test]
fn a_small_load_needs_one_of_each() -> Result<()> {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let shape = with_planner(backend, Duration::from_millis(50), |planner| planner.shape(&quiet(100)))?;
        assert_eq!(shape, Some(Shape { databases: 1, nodes: 1 }));
    }
    Ok(())
}

#[test]
fn a_large_load_needs_at_least_the_processors_that_its_work_takes() -> Result<()> {
    // 5,556 changes and 277,778 reads a second: some 26 cores of nodes, and in groups of one 16 of databases.
    let plan = plan(Backend::Postgres, &quiet(5_000_000), Duration::from_millis(50))?;
    let Shape { databases, nodes } = plan.shape;
    assert_eq!((databases, databases * nodes), (3, 12), "{plan:?}");
    assert!(plan.outcome.slowest() <= Duration::from_millis(50));
    let limits = plan.limits.expect("the target is met");
    for limit in [limits.as_it_is, limits.more_nodes.expect("nodes can be added")] {
        assert!((5_000_000..8_000_000).contains(&limit.communities), "{limit:?}");
        let is_cores = matches!(limit.why, Why::TooFew(Resource::Nodes | Resource::Database, 0.7..0.85));
        assert!(is_cores, "{limit:?}");
    }
    Ok(())
}

#[test]
fn in_the_end_the_ledger_of_the_largest_community_is_the_limit() -> Result<()> {
    // 278 changes a second; its ledger takes some 6,670.
    let load = Load { communities: 1, changes_per_hour: 500_000.0, reads_per_change: 0.0, ..quiet(1) };
    let limit = with_planner(Backend::Postgres, Duration::from_millis(500), |planner| {
        planner.limit_of_databases(&load)
    })?;
    assert!(matches!(limit.why, Why::TooFew(Resource::Ledger, 0.7..0.78)), "{limit:?}");
    Ok(())
}

#[test]
fn a_target_below_a_sync_is_missed() -> Result<()> {
    let plan = plan(Backend::Sqlite, &quiet(100), Duration::from_micros(900))?;
    assert_eq!(plan.limits, None);
    Ok(())
}

#[test]
fn the_smallest_is_found_in_few_tries() {
    for answer in 1..=100 {
        let tries = Cell::new(0);
        let holds = |number| {
            tries.set(tries.get() + 1);
            number >= answer
        };
        assert_eq!(smallest(1, 100, holds), Some(answer));
        assert!(tries.get() <= 8, "{} tries", tries.get());
    }
    assert_eq!(smallest(1, 100, |number| number > 100), None);
    assert_eq!(smallest(7, 100, |_| true), Some(7));
}
