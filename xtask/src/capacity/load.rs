//! The load on the service: how many communities, how large, how busy, and the requests of a burst.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::numbers::float;

/// How sizes fall off: the community of rank i is about `i^-SKEW` as large as the first.
pub(super) const SKEW: f64 = 0.7;

/// How many requests a simulation lets come, about.
const REQUESTS: f64 = 200_000.0;

/// The longest time that is simulated, in seconds: ten busiest hours.
const LONGEST: f64 = 36_000.0;

/// The community on which bursts fall: the largest.
pub(super) const LARGEST: u64 = 1;

/// A load.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Load {
    /// How many communities.
    pub(super) communities: u64,
    /// Members of a community, the mean.
    pub(super) members: f64,
    /// Rank changes an hour of a community, the mean over communities and over the day.
    pub(super) changes_per_hour: f64,
    /// Reads for each change.
    pub(super) reads_per_change: f64,
    /// How many times the mean the busiest hour of the day has.
    pub(super) peak: f64,
    /// The burst that comes on top, to the largest community.
    pub(super) burst: Burst,
}

/// A burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Burst {
    /// Nothing of the kind.
    None,
    /// A promotion evening: the ranks of each member change once, within ten minutes.
    Promotion,
    /// A rogue: 400 demotions within a minute.
    Rogue,
    /// A game server restarts: a twentieth of the members, but at most 2,000, are read within ten seconds.
    Restart,
    /// All of these at once.
    All,
}

/// Requests that come one by one, at random, with a mean rate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    /// How many a second.
    pub(super) rate: f64,
    /// The part of them that are changes.
    pub(super) changes: f64,
    /// When it begins.
    pub(super) from: Duration,
    /// When it ends.
    pub(super) until: Duration,
    /// The communities that they are for.
    pub(super) communities: Communities,
}

/// Some communities, by their rank in size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Communities {
    /// The largest.
    Largest,
    /// The communities from the second to this one.
    Others(u64),
}

impl Burst {
    /// Reads its name.
    pub(super) fn parse(name: &str) -> Result<Self> {
        Ok(match name {
            "none" => Self::None,
            "promotion" => Self::Promotion,
            "rogue" => Self::Rogue,
            "restart" => Self::Restart,
            "all" => Self::All,
            other => bail!("a burst is none, promotion, rogue, restart or all, not \"{other}\""),
        })
    }

    /// Returns the burst in a community with so many members: requests a second, for how many seconds, the
    /// part that are changes.
    fn parts(self, members: f64) -> Vec<(f64, f64, f64)> {
        match self {
            Self::None => vec![],
            Self::Promotion => vec![(members / 600.0, 600.0, 1.0)],
            Self::Rogue => vec![(400.0 / 60.0, 60.0, 1.0)],
            Self::Restart => vec![((members / 20.0).min(2_000.0) / 10.0, 10.0, 0.0)],
            Self::All => [Self::Promotion, Self::Rogue, Self::Restart]
                .iter()
                .flat_map(|it| it.parts(members))
                .collect(),
        }
    }
}

impl Load {
    /// Rank changes a second in the busiest hour, without bursts.
    pub(super) fn changes(&self) -> f64 {
        float(self.communities) * self.changes_per_hour * self.peak / 3_600.0
    }

    /// Reads a second in the busiest hour, without bursts.
    pub(super) fn reads(&self) -> f64 {
        self.changes() * self.reads_per_change
    }

    /// Members of the largest community.
    pub(super) fn largest(&self) -> f64 {
        float(self.communities) * self.members * self.largest_share()
    }

    /// The part of all members, and of all requests, that belongs to the largest community.
    fn largest_share(&self) -> f64 {
        up_to(1) / up_to(self.communities)
    }

    /// Returns the requests that come to one of so many databases: the one that has the largest community,
    /// and its part of the others.
    pub(super) fn streams(&self, databases: u64) -> Vec<Stream> {
        let all = self.changes() + self.reads();
        let changes = 1.0 / (1.0 + self.reads_per_change);
        let (largest, share) = (self.largest_share(), 1.0 / float(databases));
        let rates = [all * largest, all * (1.0 - largest) * share];
        let parts = self.burst.parts(self.largest());
        let with_bursts = rates.iter().sum::<f64>() + parts.iter().map(|(rate, ..)| rate).sum::<f64>();
        let window = (REQUESTS / with_bursts).min(LONGEST);
        let stream = |rate, changes, communities, (from, until)| {
            let [from, until] = [from, until].map(Duration::from_secs_f64);
            Stream { rate, changes, from, until, communities }
        };
        let others = Communities::Others(self.communities.div_ceil(databases));
        let mut streams = vec![
            stream(rates[0], changes, Communities::Largest, (0.0, window)),
            stream(rates[1], changes, others, (0.0, window)),
        ];
        for (rate, seconds, changes) in parts {
            let from = window / 4.0;
            let until = window.min(from + seconds);
            streams.push(stream(rate, changes, Communities::Largest, (from, until)));
        }
        streams.retain(|stream| stream.rate > 0.0);
        streams
    }
}

impl Communities {
    /// One of them, by its rank in size: the larger, the likelier. `chance` is between 0 and 1.
    pub(super) fn pick(self, chance: f64) -> u64 {
        match self {
            Self::Largest => LARGEST,
            Self::Others(last) => {
                let (low, high) = (up_to(1), up_to(last));
                let size = low + (high - low) * chance;
                let rank = (size * (1.0 - SKEW) + 1.0).powf(1.0 / (1.0 - SKEW));
                whole(rank).clamp(LARGEST + 1, last.max(LARGEST + 1))
            }
        }
    }
}

/// The size of the communities up to this rank together, in units in which the falling-off begins at 1: the
/// integral of `x^-SKEW`.
fn up_to(rank: u64) -> f64 {
    ((float(rank) + 1.0).powf(1.0 - SKEW) - 1.0) / (1.0 - SKEW)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank, at least 1 and far below 2^53"
)]
fn whole(rank: f64) -> u64 {
    rank as u64
}
