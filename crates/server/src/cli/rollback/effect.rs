//! The effect of a rollback in words: of a preview or of a report.

use std::fmt::Write;

use anyhow::Result;

use crate::cli::history::in_the_way;
use crate::cli::moment;
use crate::cli::names::Names;
use crate::cli::print::{count, harmless};
use crate::cli::table::Table;
use crate::wire::rollback::{AccountEffectBody, CountsBody, EffectBody, NotCaughtBody, StepBody};

/// The most changes of one account that are named.
const NAMED: usize = 5;

/// Tells a preview from a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    /// The rollback would do it.
    Preview,
    /// The rollback did it.
    Report,
}

/// Counts the accounts of which a change is undone, or that get their standing back.
pub(super) fn touched(effect: &EffectBody) -> usize {
    let is_touched = |account: &&AccountEffectBody| {
        let is_undone = account.changes.iter().any(|step| step.outcome == "undone");
        is_undone || account.unbanned || account.restored
    };
    effect.accounts.iter().filter(is_touched).count()
}

/// Writes the counts, what the filter does not catch, a table of the accounts, and one of the skipped
/// changes.
pub(super) fn in_words(
    effect: &EffectBody,
    not_caught: &[NotCaughtBody],
    tense: Tense,
    names: &mut Names<'_>,
) -> Result<String> {
    names.learn(effect.accounts.iter().map(|account| account.acc_id))?;
    let mut text = counts(effect, tense);
    for one in not_caught {
        writeln!(text, "not caught by the filter: {}", beyond(one, names)?)?;
    }
    if !effect.accounts.is_empty() {
        write!(text, "\n{}", accounts_table(effect, tense, names)?)?;
    }
    if effect.counts.skipped > 0 {
        write!(text, "\n{}", skipped_table(effect, tense, names)?)?;
    }
    Ok(text)
}

/// Says the counts in a line.
fn counts(effect: &EffectBody, tense: Tense) -> String {
    let CountsBody { accounts, undone, already, skipped, .. } = effect.counts;
    let (what, is) = match tense {
        Tense::Preview => ("would be undone", "would be skipped"),
        Tense::Report => ("undone", "skipped"),
    };
    let (changes, members) = (count(undone + already + skipped, "change"), count(accounts, "account"));
    let already = if already > 0 { format!(", {already} without an effect by now") } else { String::new() };
    format!("{changes} of {members}: {undone} {what}, {skipped} {is}{already}\n")
}

/// Says what the filter does not catch: `70 more with the key bot, 60 naming others, 10 naming nobody`.
fn beyond(one: &NotCaughtBody, names: &mut Names<'_>) -> Result<String> {
    let NotCaughtBody { credential_id, user_id, changes, naming_others, naming_nobody } = one;
    let more = match (credential_id, user_id) {
        (Some(key), _) => format!("{changes} more with the key {}", names.credential(*key)?),
        (None, Some(user)) => format!("{changes} more by {}", names.account(*user)?),
        (None, None) => format!("{changes} more"),
    };
    let parts = [(naming_others, "naming others"), (naming_nobody, "naming nobody")];
    let parts = parts.into_iter().filter(|(number, _)| **number > 0);
    Ok(parts.fold(more, |text, (number, what)| format!("{text}, {number} {what}")))
}

fn accounts_table(effect: &EffectBody, tense: Tense, names: &mut Names<'_>) -> Result<Table<4>> {
    let head = match tense {
        Tense::Preview => ["ACCOUNT", "WOULD UNDO", "WOULD SKIP", "SO THAT"],
        Tense::Report => ["ACCOUNT", "UNDONE", "SKIPPED", "SO THAT"],
    };
    let mut table = Table::new(head);
    for account in &effect.accounts {
        table.row([
            names.account(account.acc_id)?,
            numbers(account, "undone"),
            numbers(account, "skipped"),
            difference(account, names),
        ]);
    }
    Ok(table)
}

fn skipped_table(effect: &EffectBody, tense: Tense, names: &mut Names<'_>) -> Result<Table<4>> {
    let head = if tense == Tense::Preview { "WOULD SKIP" } else { "SKIPPED" };
    let mut table = Table::new([head, "WHEN (UTC)", "ACCOUNT", "WHY"]);
    for account in &effect.accounts {
        for step in account.changes.iter().filter(|step| step.outcome == "skipped") {
            table.row([
                step.change_number.to_string(),
                moment::in_words(step.at.0),
                names.account(account.acc_id)?,
                why(step, names)?,
            ]);
        }
    }
    Ok(table)
}

/// Lists the numbers of the changes with this outcome, the first few of them.
fn numbers(account: &AccountEffectBody, outcome: &str) -> String {
    let changes = account.changes.iter().filter(|step| step.outcome == outcome);
    let numbers: Vec<_> = changes.map(|step| step.change_number.to_string()).collect();
    match numbers.len() {
        0 => "-".to_owned(),
        all if all <= NAMED => numbers.join(", "),
        all => format!("{}, ... ({all})", numbers[..NAMED].join(", ")),
    }
}

/// Says how the account differs afterwards: `+Officer -Cadet`.
fn difference(account: &AccountEffectBody, names: &Names<'_>) -> String {
    let gained = account.current_ranks.iter().filter(|rank| !account.previous_ranks.contains(rank));
    let lost = account.previous_ranks.iter().filter(|rank| !account.current_ranks.contains(rank));
    let gained = gained.map(|rank| format!("+{}", names.rank(*rank)));
    let lost = lost.map(|rank| format!("-{}", names.rank(*rank)));
    let standing = [(account.unbanned, "unbanned"), (account.restored, "restored")];
    let standing = standing.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word.to_owned());
    let mut all: Vec<_> = standing.chain(gained).chain(lost).collect();
    if account.previous_status != account.current_status {
        all.push(if account.current_status { "active" } else { "inactive" }.to_owned());
    }
    if all.is_empty() { "nothing changes".to_owned() } else { all.join(" ") }
}

/// Says why a change is skipped: the slots that are not clean, or else the sentence of the refusal.
fn why(step: &StepBody, names: &mut Names<'_>) -> Result<String> {
    let items = step.items.iter().filter(|item| item.state != "clean");
    let items: Vec<_> = items.map(|item| in_the_way(item, names)).collect::<Result<_>>()?;
    let detail = step.problem.as_ref().map(|problem| harmless(&problem.detail)).unwrap_or_default();
    Ok(if items.is_empty() { detail } else { items.join("; ") })
}
