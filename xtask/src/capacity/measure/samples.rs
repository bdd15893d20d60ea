//! Counts that were taken while a load ran, and the costs that follow from them.

use std::fmt;

use crate::capacity::service_times::{Costs, RoundTrips, Work};
use crate::numbers::float;

/// Counts that were taken while a load ran. Times are microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::capacity) struct Sample {
    /// Changes, or reads.
    pub(in crate::capacity) requests: u64,
    /// Commits; none where there were only reads.
    pub(in crate::capacity) commits: u64,
    /// Processor time of the threads of all nodes that answer requests.
    pub(in crate::capacity) serving: f64,
    /// That of their threads that write.
    pub(in crate::capacity) writing: f64,
    /// That of PostgreSQL; 0 without it.
    pub(in crate::capacity) database: f64,
    /// Round trips of all nodes, on connections that read.
    pub(in crate::capacity) reading_trips: u64,
    /// The round trips on connections that write.
    pub(in crate::capacity) writing_trips: u64,
}

/// The loads on one database.
#[derive(Debug, Clone, Copy)]
pub(in crate::capacity) struct Samples {
    /// Changes, in groups as small as they get.
    pub(in crate::capacity) alone: Sample,
    /// Changes, in large groups.
    pub(in crate::capacity) together: Sample,
    /// Reads.
    pub(in crate::capacity) reads: Sample,
}

impl Sample {
    /// Processor time of each request.
    fn cost(&self) -> f64 {
        (self.serving + self.writing + self.database) / float(self.requests.max(1))
    }

    fn or_less(&self, other: &Self) -> Self {
        if other.cost() < self.cost() { *other } else { *self }
    }
}

impl Samples {
    /// Of each load the one of the two that cost less.
    pub(in crate::capacity) fn or_less(&self, other: &Self) -> Self {
        Self {
            alone: self.alone.or_less(&other.alone),
            together: self.together.or_less(&other.together),
            reads: self.reads.or_less(&other.reads),
        }
    }

    /// Returns the costs of a commit, a change and a read. With SQLite the threads that write are the
    /// database.
    pub(in crate::capacity) fn costs(&self, has_database: bool) -> Costs {
        let read = |figure: f64| figure / float(self.reads.requests.max(1));
        let (commit, change) = self.fit(|sample| sample.serving);
        let serving = Work { commit, change, read: read(self.reads.serving) };
        let (commit, change) = self.fit(|sample| sample.writing);
        if !has_database {
            let writing = Work { commit, change, read: read(self.reads.writing) };
            return Costs { node: serving, writer: 0.0, database: writing };
        }
        let node = Work { commit: serving.commit + commit, ..serving };
        let writer = change;
        let (commit, change) = self.fit(|sample| sample.database);
        Costs { node, writer, database: Work { commit, change, read: read(self.reads.database) } }
    }

    /// The round trips that a group, a change and a read wait for.
    pub(in crate::capacity) fn round_trips(&self) -> RoundTrips {
        let each = |trips: u64, of: u64| float(trips) / float(of.max(1));
        let Self { together, reads, .. } = self;
        // Changes that come together share the look-up of who asks, and each waits for it.
        let least = if together.reading_trips > 0 { 1.0 } else { 0.0 };
        RoundTrips {
            commit: each(together.writing_trips, together.commits),
            change: each(together.reading_trips, together.requests).max(least),
            read: each(reads.reading_trips, reads.requests),
        }
    }

    /// Of a figure, the part of each commit and the part of each change: the figure is `commit * commits +
    /// change * changes` in large groups, and in small ones too as far as neither part is below 0.
    fn fit(&self, figure: impl Fn(&Sample) -> f64) -> (f64, f64) {
        let each = |sample: &Sample| {
            let changes = float(sample.requests.max(1));
            (float(sample.commits) / changes, figure(sample) / changes)
        };
        let ((commits_alone, alone), (commits_together, together)) =
            (each(&self.alone), each(&self.together));
        let steps = commits_alone - commits_together;
        let slope = if steps > 0.0 { (alone - together) / steps } else { 0.0 };
        let most = if commits_together > 0.0 { together / commits_together } else { 0.0 };
        let commit = slope.clamp(0.0, most);
        (commit, together - commit * commits_together)
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alone, together, reads } = self;
        write!(f, "  changes alone    {alone}\n  changes together {together}\n  reads            {reads}")
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, commits, reading_trips, writing_trips, .. } = self;
        let [serving, writing, database] =
            [self.serving, self.writing, self.database].map(|figure| figure / float((*requests).max(1)));
        write!(
            f,
            "{requests:7} requests {commits:6} commits, µs each: {serving:4.0} serving {writing:4.0} writing {database:4.0} \
             database; {reading_trips:6} + {writing_trips:6} round trips"
        )
    }
}
