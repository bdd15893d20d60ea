//! The figures as Markdown, for the terminal and for the page.

use std::fs;

use anyhow::{Context, Result};

use super::figures::{Figures, Part};
use super::machine;
use super::plan::Plan;
use super::table::Table;
use super::targets::{Outcome, Wanted, outcomes};
use crate::shell::root;

const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- bench: what follows is written by `cargo xtask bench` -->\n";
const END: &str = "<!-- bench: end -->";

/// Everything that was measured.
pub(super) fn markdown(plan: &Plan, figures: &Figures) -> String {
    let size = |(accounts, changes): (u32, u32)| {
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

/// Puts it between the markers of the page, and leaves the rest of the page alone.
pub(super) fn write(markdown: &str) -> Result<()> {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.with_context(|| {
        format!(
            "{PAGE} has lost the lines between which the figures stand: \"{}\" and \"{END}\"",
            BEGIN.trim()
        )
    })?;
    fs::write(&path, format!("{before}{BEGIN}\n{markdown}\n{END}{after}"))
        .with_context(|| format!("cannot write {PAGE}"))
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

fn suffix(part: Part) -> &'static str {
    match part {
        Part::PerSecond => ", per second",
        Part::Median => ", p50",
        Part::Slowest => ", p99",
        Part::Single => "",
    }
}

fn show(part: Part, figure: f64) -> String {
    match part {
        Part::PerSecond => whole(figure),
        Part::Median | Part::Slowest => format!("{} ms", number(figure / 1e3)),
        Part::Single => number(figure),
    }
}

/// About three digits.
fn number(figure: f64) -> String {
    match figure {
        0.0..10.0 => format!("{figure:.2}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => whole(figure),
    }
}

/// A whole number, its thousands set off.
fn whole(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
