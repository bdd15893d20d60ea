//! The figures as Markdown, for the terminal and for the page.

use super::figures::{Figures, Part};
use super::plan::Plan;
use super::targets::{Outcome, Wanted, outcomes};
use crate::measuring::machine;
use crate::measuring::seeded::Size;
use crate::numbers::{number, whole};
use crate::page::Page;
use crate::table::Table;

/// Where it stands in the documentation.
pub(super) const PAGE: Page = Page {
    path: "docs/performance.md",
    begin: "<!-- bench: what follows is written by `cargo xtask bench` -->
",
    end: "<!-- bench: end -->",
};

/// Everything that was measured.
pub(super) fn markdown(plan: &Plan, figures: &Figures) -> String {
    let size = |Size { accounts, changes, .. }: Size| {
        format!("{} accounts and {} recorded changes", whole(accounts.into()), whole(changes.into()))
    };
    let large = plan.large.map(|large| format!("; large: {}", size(large))).unwrap_or_default();
    let sizes = format!("{}{large}", size(plan.usual));
    format!(
        "{}- {sizes}; medians of {} rounds, {} s each\n\n### Targets\n\n{}\n### Figures\n\n{}\n{}",
        machine::description(),
        plan.rounds,
        plan.seconds,
        targets(figures),
        loads(figures),
        singles(figures),
    )
}

fn targets(figures: &Figures) -> String {
    let mut table = Table::new(&["what", "measured", "beside", "", "ratio", "wanted", "met"]);
    for Outcome { measured: (what, part, figure), beside, ratio, wanted, met } in outcomes(figures) {
        let (name, other) = beside.map_or_else(Default::default, |(name, other)| (name, show(part, other)));
        let is_ratio = ratio.is_some();
        let limit = |limit| if is_ratio { number(limit) } else { show(part, limit) };
        table.row([
            format!("{}{}", what.label(), suffix(part)),
            show(part, figure),
            name,
            other,
            ratio.map(number).unwrap_or_default(),
            match wanted {
                Wanted::AtLeast(least) => format!("at least {}", limit(least)),
                Wanted::AtMost(most) => format!("at most {}", limit(most)),
            },
            if met { "yes" } else { "**no**" }.to_owned(),
        ]);
    }
    table.to_markdown()
}

fn loads(figures: &Figures) -> String {
    let mut table = Table::new(&["what", "per second", "p50", "p99"]);
    for what in figures.having(|part| part != Part::Single) {
        let cell = |part| figures.median(what, part).map(|figure| show(part, figure)).unwrap_or_default();
        table.row([what.label().to_owned(), cell(Part::PerSecond), cell(Part::Median), cell(Part::Slowest)]);
    }
    table.to_markdown()
}

fn singles(figures: &Figures) -> String {
    let mut table = Table::new(&["what", "figure"]);
    for what in figures.having(|part| part == Part::Single) {
        let figure = figures.median(what, Part::Single).map(number).unwrap_or_default();
        table.row([what.label().to_owned(), figure]);
    }
    table.to_markdown()
}

pub(super) fn suffix(part: Part) -> &'static str {
    match part {
        Part::PerSecond => ", per second",
        Part::Median => ", p50",
        Part::Slowest => ", p99",
        Part::Single => "",
    }
}

pub(super) fn show(part: Part, figure: f64) -> String {
    match part {
        Part::PerSecond => whole(figure),
        Part::Median | Part::Slowest => format!("{} ms", number(figure / 1e3)),
        Part::Single => number(figure),
    }
}
