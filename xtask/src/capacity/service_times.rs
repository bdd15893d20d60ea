//! The measured service times, as `docs/service-times.toml` holds them. All times are microseconds.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::shell::root;

/// Where they stand.
pub(super) const FILE: &str = "docs/service-times.toml";

/// The measured service times.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceTimes {
    /// The machine and the day of the measurement, in a few lines of Markdown.
    pub(super) machine: String,
    /// One server on its own file.
    pub(super) sqlite: Setting,
    /// One node beside a PostgreSQL.
    pub(super) postgres_one_node: Setting,
    /// Three nodes beside a PostgreSQL.
    pub(super) postgres_three_nodes: Setting,
}

/// A backend with a number of nodes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Setting {
    /// How often the node waits for an answer of the database; counted, not timed.
    pub(super) round_trips: RoundTrips,
    /// All changes in one community.
    pub(super) one_community: Costs,
    /// Changes in 16 communities at once.
    pub(super) many_communities: Costs,
}

/// Round trips between a node and its database.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoundTrips {
    /// Of a group of changes, from its beginning to its commit.
    pub(super) commit: f64,
    /// Of a change, before it comes to its group.
    pub(super) change: f64,
    /// Of a read.
    pub(super) read: f64,
}

/// The costs of changes and reads.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Costs {
    /// Processor time of the node, but for that which counts as the database's.
    pub(super) node: Work,
    /// Processor time of the node for each change in its group, by the thread that writes; not in `node`.
    pub(super) writer: f64,
    /// Processor time of the database; with SQLite, of the threads that write.
    pub(super) database: Work,
}

/// Processor time.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    /// Of each commit, whatever is in it.
    pub(super) commit: f64,
    /// Of each change.
    pub(super) change: f64,
    /// Of each read.
    pub(super) read: f64,
}

impl ServiceTimes {
    /// Reads the file.
    pub(super) fn read() -> Result<Self> {
        let text = fs::read_to_string(root().join(FILE))
            .with_context(|| format!("cannot read {FILE}, which holds what was measured"))?;
        Self::parse(&text).with_context(|| format!("{FILE} is not as it is written by the measurement"))
    }

    /// Reads what the file says. Every figure must be a time.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let times: Self = toml::from_str(text)?;
        let settings = [&times.sqlite, &times.postgres_one_node, &times.postgres_three_nodes];
        let is_time = |figure: f64| figure.is_finite() && figure >= 0.0;
        for setting in settings {
            let RoundTrips { commit, change, read } = setting.round_trips;
            ensure!([commit, change, read].into_iter().all(is_time), "a number of round trips is below 0");
            for costs in [&setting.one_community, &setting.many_communities] {
                ensure!(costs.figures().into_iter().all(is_time), "a figure is not a time: {costs:?}");
            }
        }
        Ok(times)
    }
}

impl Costs {
    /// All of it, in the order above.
    pub(super) fn figures(&self) -> [f64; 7] {
        let Self { node, writer, database } = self;
        [node.commit, node.change, node.read, *writer, database.commit, database.change, database.read]
    }
}
