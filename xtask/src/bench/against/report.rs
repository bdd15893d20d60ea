//! The two builds beside each other, as Markdown.

use super::super::figures::{Figures, Part, What};
use super::super::plan::Plan;
use super::super::report::{show, suffix};
use super::commit::Commit;
use crate::measuring::machine;
use crate::numbers::{number, whole};
use crate::table::Table;

/// From which part on a build counts as slower.
const SLOWER: f64 = 0.05;

/// The rows of the table.
const ROWS: [(What, Part); 13] = [
    (What::Changes64, Part::PerSecond),
    (What::Changes64, Part::Slowest),
    (What::Changes1, Part::Median),
    (What::SlowChanges64, Part::PerSecond),
    (What::SlowChanges64, Part::Slowest),
    (What::Undos64, Part::PerSecond),
    (What::Reads64, Part::PerSecond),
    (What::History64, Part::PerSecond),
    (What::ImportOf10000, Part::Single),
    (What::StartUp, Part::Single),
    (What::Memory, Part::Single),
    (What::PgChanges64, Part::PerSecond),
    (What::PgChanges64, Part::Slowest),
];

/// All ratios, today's figure divided by the other's, and what is slower today.
pub(super) fn markdown(plan: &Plan, commit: &Commit, figures: &[Figures; 2]) -> String {
    let Commit { short, .. } = commit;
    let mut table = Table::new(&["what", "today", short, "ratio", "in the rounds", "by more than 5 %"]);
    for (what, part) in ROWS {
        if let Some(compared) = Compared::of(figures, what, part) {
            let ratio = |ratio: f64| format!("{ratio:.2}");
            let (least, most) = compared.range;
            table.row([
                format!("{}{}", what.label(), suffix(part)),
                show(part, compared.medians[0]),
                show(part, compared.medians[1]),
                ratio(compared.ratio),
                format!("{} to {}", ratio(least), ratio(most)),
                compared.verdict(part).to_owned(),
            ]);
        }
    }
    format!(
        "{}- against {short}; {} accounts and {} recorded changes; medians of {} rounds, {} s each\n\n{}",
        machine::description(),
        whole(plan.usual.accounts.into()),
        whole(plan.usual.changes.into()),
        plan.rounds,
        number(plan.seconds.into()),
        table.to_markdown(),
    )
}

/// One figure of both builds.
pub(in crate::bench) struct Compared {
    /// Today's median, and that of the other.
    medians: [f64; 2],
    /// The ratio of the medians.
    pub(in crate::bench) ratio: f64,
    /// The least and the greatest ratio of a single round.
    pub(in crate::bench) range: (f64, f64),
}

impl Compared {
    /// Compares a figure. `None` if it was not measured.
    pub(in crate::bench) fn of(figures: &[Figures; 2], what: What, part: Part) -> Option<Self> {
        let [today, other] = figures;
        let medians = [today.median(what, part)?, other.median(what, part)?];
        let ratios =
            today.all(what, part).iter().zip(other.all(what, part)).map(|(today, other)| today / other);
        let range =
            ratios.fold((f64::INFINITY, 0.0_f64), |(least, most), ratio| (least.min(ratio), most.max(ratio)));
        Some(Self { medians, ratio: medians[0] / medians[1], range })
    }

    /// Marks a figure that has become better or worse, and says so if a round contradicts. Rates are better
    /// when they are higher, all else when it is lower.
    pub(in crate::bench) fn verdict(&self, part: Part) -> &'static str {
        let cost = if part == Part::PerSecond { 1.0 / self.ratio } else { self.ratio };
        let agrees = self.range.0 > 1.0 || self.range.1 < 1.0;
        match (cost, agrees) {
            (worse, true) if worse > 1.0 + SLOWER => "**worse**",
            (worse, false) if worse > 1.0 + SLOWER => "**worse**, not in each round",
            (better, true) if better < 1.0 / (1.0 + SLOWER) => "better",
            (better, false) if better < 1.0 / (1.0 + SLOWER) => "better, not in each round",
            _ => "",
        }
    }
}
