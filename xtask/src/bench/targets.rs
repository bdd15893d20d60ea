//! The targets, and whether they are met.

use super::figures::{Figures, Part, What};
use Beside::{Figure, Nothing, SyncAndHop};
use Part::{Median, PerSecond, Single, Slowest};
use Wanted::{AtLeast, AtMost};

/// One target.
pub(super) struct Target {
    measured: (What, Part),
    beside: Beside,
    /// The limit of the ratio, or, beside nothing, of the figure itself.
    pub(super) wanted: Wanted,
}

/// The divisor of a figure.
enum Beside {
    Figure(What, Part),
    /// One and a half syncs of the disk, and 100 microseconds.
    SyncAndHop,
    Nothing,
}

/// Which way is better.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

/// How a target was met.
pub(super) struct Outcome {
    /// The measured figure: its subject, its part and its value.
    pub(super) measured: (What, Part, f64),
    /// The figure beside it: its name and its value.
    pub(super) beside: Option<(String, f64)>,
    /// The ratio, if there is one.
    pub(super) ratio: Option<f64>,
    pub(super) wanted: Wanted,
    pub(super) met: bool,
}

const fn target(what: What, part: Part, beside: Beside, wanted: Wanted) -> Target {
    Target { measured: (what, part), beside, wanted }
}

/// All targets.
const TARGETS: [Target; 22] = [
    target(What::Changes64, PerSecond, Figure(What::PeerChanges64, PerSecond), AtLeast(14.0)),
    target(What::Changes64, PerSecond, Figure(What::Ledger64, PerSecond), AtLeast(0.45)),
    target(What::Undos64, PerSecond, Figure(What::Changes64, PerSecond), AtLeast(0.85)),
    target(What::Changes64, Slowest, Nothing, AtMost(7_000.0)),
    target(What::Changes1, Median, SyncAndHop, AtMost(1.0)),
    target(What::Reads64, PerSecond, Figure(What::PeerReads64, PerSecond), AtLeast(8.0)),
    target(What::Reads64, PerSecond, Figure(What::FixedGet64, PerSecond), AtLeast(0.5)),
    target(What::PgChangesOf16, PerSecond, Figure(What::Pgbench64, PerSecond), AtLeast(1.3)),
    target(What::PgChanges64, PerSecond, Figure(What::Pgbench64, PerSecond), AtLeast(1.5)),
    target(What::LargeChanges64, PerSecond, Figure(What::Changes64, PerSecond), AtLeast(0.75)),
    target(What::LargeReads64, Slowest, Figure(What::Reads64, Slowest), AtMost(2.0)),
    target(What::LargeHistory64, Slowest, Figure(What::History64, Slowest), AtMost(2.0)),
    target(What::Memory, Single, Nothing, AtMost(40.0)),
    target(What::LargeMemory, Single, Nothing, AtMost(150.0)),
    target(What::StartUp, Single, Nothing, AtMost(300.0)),
    target(What::LargeStartUp, Single, Nothing, AtMost(300.0)),
    target(What::Rollback, Single, Nothing, AtMost(0.6)),
    target(What::Import, Single, Nothing, AtMost(6.0)),
    target(What::Changes64Told, PerSecond, Figure(What::Changes64, PerSecond), AtLeast(0.97)),
    target(What::Arrival, Slowest, Nothing, AtMost(100_000.0)),
    target(What::Burst, Single, Nothing, AtMost(5.0)),
    target(What::Binary, Single, Nothing, AtMost(40.0)),
];

/// How the targets were met of which everything was measured.
pub(super) fn outcomes(figures: &Figures) -> Vec<Outcome> {
    TARGETS.iter().filter_map(|target| target.outcome(figures)).collect()
}

impl Target {
    fn outcome(&self, figures: &Figures) -> Option<Outcome> {
        let (what, part) = self.measured;
        let figure = figures.median(what, part)?;
        let beside = match self.beside {
            Nothing => None,
            Figure(what, part) => Some((what.label().to_owned(), figures.median(what, part)?)),
            SyncAndHop => {
                let sync = figures.median(What::Sync, Median)?;
                Some(("1.5 syncs of the disk and 100 µs".to_owned(), 1.5 * sync + 100.0))
            }
        };
        let ratio = beside.as_ref().map(|(_, beside)| figure / beside);
        let met = match self.wanted {
            AtLeast(least) => ratio.unwrap_or(figure) >= least,
            AtMost(most) => ratio.unwrap_or(figure) <= most,
        };
        Some(Outcome { measured: (what, part, figure), beside, ratio, wanted: self.wanted, met })
    }
}
