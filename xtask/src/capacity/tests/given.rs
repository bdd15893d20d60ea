//! Systems and loads for the tests: round figures, measured nowhere.

use std::time::Duration;

use crate::capacity::load::{Communities, Stream};
use crate::capacity::outcome::Latency;
use crate::capacity::service_times::Work;
use crate::capacity::system::System;

/// Work that costs nothing.
pub(super) const FREE: Work = Work { commit: 0.0, change: 0.0, read: 0.0 };

/// One node of one core, beside a database in which everything is free.
pub(super) fn system() -> System {
    System {
        nodes: 1,
        node_cores: 1,
        database_cores: Some(1),
        writers: 1_000,
        readers: usize::MAX,
        node: FREE,
        writer: 0.0,
        database: FREE,
        wait: 0.0,
        change_wait: 0.0,
        read_wait: 0.0,
        sync: 0.0,
    }
}

/// So many requests a second for so many seconds.
fn stream(rate: f64, changes: f64, communities: Communities, seconds: u64) -> Stream {
    Stream { rate, changes, from: Duration::ZERO, until: Duration::from_secs(seconds), communities }
}

/// Reads only.
pub(super) fn reads(rate: f64, seconds: u64) -> [Stream; 1] {
    [stream(rate, 0.0, Communities::Largest, seconds)]
}

/// Changes of one community.
pub(super) fn changes(rate: f64, seconds: u64) -> [Stream; 1] {
    [stream(rate, 1.0, Communities::Largest, seconds)]
}

/// As many changes as reads, of many communities.
pub(super) fn mixed(rate: f64, seconds: u64) -> [Stream; 1] {
    [stream(rate, 0.5, Communities::Others(1_000), seconds)]
}

/// Mean, median and 99th percentile, in microseconds.
pub(super) fn figures(latency: Latency) -> [f64; 3] {
    [latency.mean, latency.median, latency.slowest].map(|time| time.as_secs_f64() * 1e6)
}

/// Panics unless a figure is what theory says, but for so many percent.
#[track_caller]
pub(super) fn assert_near(what: &str, figure: f64, theory: f64, percent: f64) {
    let off = (figure / theory - 1.0).abs() * 100.0;
    assert!(off <= percent, "{what}: {figure:.2} is {off:.1} % off {theory:.2}");
}
