//! The arguments of the chore, and what holds without them.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::load::{Burst, Load};
use super::plan::Wanted;
use super::system::Hardware;

/// The arguments of the chore.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arguments {
    /// The load, but for the number of communities.
    pub(super) load: Load,
    /// The numbers of communities.
    sizes: Vec<u64>,
    /// The machines.
    pub(super) hardware: Hardware,
    /// The limits that a plan has to keep.
    pub(super) wanted: Wanted,
}

impl Default for Arguments {
    /// Three sizes.
    fn default() -> Self {
        Self {
            load: Load {
                communities: 1,
                members: 200.0,
                changes_per_hour: 2.0,
                reads_per_change: 50.0,
                peak: 2.0,
                burst: Burst::All,
            },
            sizes: vec![100, 10_000, 1_000_000],
            hardware: Hardware {
                node_cores: 4,
                database_cores: 8,
                writers: 2,
                readers: 16,
                round_trip: 250.0,
                sync: 1_000.0,
            },
            wanted: Wanted { slowest: Duration::from_millis(50), used: 0.7 },
        }
    }
}

impl Arguments {
    /// Reads `--name value` and so on.
    pub(super) fn read(args: &[String]) -> Result<Self> {
        let mut read = Self::default();
        for pair in args.chunks(2) {
            let [name, value] = pair else { bail!("{} needs a value", pair.concat()) };
            read.set(name, value).with_context(|| format!("{name} {value} makes no sense"))?;
        }
        Ok(read)
    }

    /// The load with each number of communities.
    pub(super) fn loads(&self) -> Vec<Load> {
        self.sizes.iter().map(|&communities| Load { communities, ..self.load.clone() }).collect()
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let Self { load, hardware, wanted, .. } = self;
        match name {
            "--communities" => self.sizes = vec![count(value)?],
            "--members" => load.members = positive(value)?,
            "--changes-per-hour" => load.changes_per_hour = positive(value)?,
            "--reads-per-change" => load.reads_per_change = number(value)?,
            "--peak" => load.peak = positive(value)?,
            "--burst" => load.burst = Burst::parse(value)?,
            "--p99" => wanted.slowest = Duration::from_secs_f64(positive(value)? / 1e3),
            "--used" => wanted.used = positive(value)? / 100.0,
            "--node-cores" => hardware.node_cores = count(value)?,
            "--database-cores" => hardware.database_cores = count(value)?,
            "--writers" => hardware.writers = count(value)?,
            "--readers" => hardware.readers = count(value)?,
            "--round-trip" => hardware.round_trip = number(value)?,
            "--sync" => hardware.sync = number(value)?,
            other => bail!("there is no argument {other}"),
        }
        Ok(())
    }
}

/// A whole number from 1 to a thousand million.
fn count<T: TryFrom<u64>>(value: &str) -> Result<T> {
    let count = value.parse().ok().filter(|count| (1..=1_000_000_000).contains(count));
    let count = count.and_then(|count| T::try_from(count).ok());
    count.context("it must be a whole number from 1 to 1000000000")
}

/// A number that is not below 0.
fn number(value: &str) -> Result<f64> {
    let number = value.parse().ok().filter(|number: &f64| (0.0..=1e9).contains(number));
    number.context("it must be a number from 0 to 1000000000")
}

/// A number above 0.
fn positive(value: &str) -> Result<f64> {
    let number = number(value)?;
    ensure!(number > 0.0, "it must be above 0");
    Ok(number)
}
