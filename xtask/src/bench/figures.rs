//! Measured figures: one for each round, of which the median counts.

use std::collections::BTreeMap;

/// The subject of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Changes1,
    Changes16,
    Changes64,
    Changes64Told,
    SlowChanges64,
    Undos64,
    Reads64,
    History64,
    LargeChanges64,
    LargeReads64,
    LargeHistory64,
    FixedPatch64,
    FixedGet64,
    Plain1,
    Plain64,
    Ledger1,
    Ledger16,
    Ledger64,
    Ledger256,
    Sync,
    PeerChanges16,
    PeerChanges64,
    PeerReads64,
    Pgbench64,
    PgChanges64,
    PgChangesOf16,
    Group16,
    Group64,
    PgGroup64,
    PgGroupOf16,
    StartUp,
    Memory,
    LargeStartUp,
    LargeMemory,
    PeerMemory,
    Binary,
    Import,
    ImportOf10000,
    Rollback,
    Arrival,
    Burst,
}

impl What {
    /// Returns the name in the tables.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Changes1 => "Rankledger: rank changes, 1 connection",
            Self::Changes16 => "Rankledger: rank changes, 16 connections",
            Self::Changes64 => "Rankledger: rank changes, 64 connections",
            Self::Changes64Told => {
                "Rankledger, 6 idle subscriptions and a stream that is read: rank changes, 64 connections"
            }
            Self::SlowChanges64 => "Rankledger, disk slower by 2 ms: rank changes, 64 connections",
            Self::Undos64 => "Rankledger: undos, 64 connections",
            Self::Reads64 => "Rankledger: reads of an account, 64 connections",
            Self::History64 => "Rankledger: history pages of an account, 64 connections",
            Self::LargeChanges64 => "Rankledger, large: rank changes, 64 connections",
            Self::LargeReads64 => "Rankledger, large: reads of an account, 64 connections",
            Self::LargeHistory64 => "Rankledger, large: history pages of an account, 64 connections",
            Self::FixedPatch64 => "Fixed bytes: PATCH, 64 connections",
            Self::FixedGet64 => "Fixed bytes: GET, 64 connections",
            Self::Plain1 => "SQLite: UPDATE and INSERT, 1 per commit",
            Self::Plain64 => "SQLite: UPDATE and INSERT, 64 per commit",
            Self::Ledger1 => "Rankledger without HTTP: rank changes, 1 per commit",
            Self::Ledger16 => "Rankledger without HTTP: rank changes, 16 per commit",
            Self::Ledger64 => "Rankledger without HTTP: rank changes, 64 per commit",
            Self::Ledger256 => "Rankledger without HTTP: rank changes, 256 per commit",
            Self::Sync => "Disk: 4 KiB written and synced",
            Self::PeerChanges16 => "PocketBase: changes with a log row, 16 connections",
            Self::PeerChanges64 => "PocketBase: changes with a log row, 64 connections",
            Self::PeerReads64 => "PocketBase: reads of a record, 64 connections",
            Self::Pgbench64 => "PostgreSQL: UPDATE and INSERT by pgbench, 64 clients",
            Self::PgChanges64 => "Rankledger on PostgreSQL: rank changes in 1 community, 64 connections",
            Self::PgChangesOf16 => "Rankledger on PostgreSQL: rank changes in 16 communities, 64 connections",
            Self::PgGroup64 => "Rankledger on PostgreSQL: commands per commit, 1 community",
            Self::PgGroupOf16 => "Rankledger on PostgreSQL: commands per commit, 16 communities",
            Self::Group16 => "Rankledger: commands per commit, 1 and 16 connections",
            Self::Group64 => "Rankledger: commands per commit, 64 connections",
            Self::StartUp => "Rankledger: start-up, ms",
            Self::Memory => "Rankledger: peak memory, MB",
            Self::LargeStartUp => "Rankledger, large: start-up, ms",
            Self::LargeMemory => "Rankledger, large: peak memory, MB",
            Self::PeerMemory => "PocketBase: peak memory, MB",
            Self::Binary => "Rankledger: size of the binary, MB",
            Self::Import => "Rankledger: import of 100,000 accounts, s",
            Self::ImportOf10000 => "Rankledger: import of 10,000 accounts, s",
            Self::Rollback => "Rankledger, large: rollback of 10,000 changes, s",
            Self::Arrival => "Rankledger: an event at its receiver, after the answer to the change",
            Self::Burst => "Rankledger: 10,000 events at one receiver, s",
        }
    }
}

/// Which of its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// How many a second.
    PerSecond,
    /// Half of the requests took at most this long, in microseconds.
    Median,
    /// 99 of 100 requests took at most this long, in microseconds.
    Slowest,
    /// A single figure, in the unit of its label.
    Single,
}

/// All figures of a run.
#[derive(Default)]
pub(super) struct Figures(BTreeMap<(What, Part), Vec<f64>>);

impl Figures {
    /// Puts a figure down.
    pub(super) fn add(&mut self, what: What, part: Part, figure: f64) {
        self.0.entry((what, part)).or_default().push(figure);
    }

    /// All of them, in the order in which they were measured.
    pub(super) fn all(&self, what: What, part: Part) -> &[f64] {
        self.0.get(&(what, part)).map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub(super) fn count(&self, what: What, part: Part) -> usize {
        self.all(what, part).len()
    }

    /// The median, if it was measured.
    pub(super) fn median(&self, what: What, part: Part) -> Option<f64> {
        let mut figures = self.0.get(&(what, part))?.clone();
        figures.sort_unstable_by(f64::total_cmp);
        let (low, high) = ((figures.len() - 1) / 2, figures.len() / 2);
        Some(f64::midpoint(figures[low], figures[high]))
    }

    /// Everything of which there is a figure of this part, in the order of the tables.
    pub(super) fn having(&self, part: impl Fn(Part) -> bool) -> Vec<What> {
        let mut found: Vec<_> = self.0.keys().filter(|(_, has)| part(*has)).map(|(what, _)| *what).collect();
        found.dedup();
        found
    }
}
