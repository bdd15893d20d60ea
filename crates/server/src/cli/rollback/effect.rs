//! What a rollback would do, or did, in words.

use std::fmt::Write;

use anyhow::Result;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, RankId};
use serde::Deserialize;

use crate::cli::entry::{Item, Problem};
use crate::cli::history::in_the_way;
use crate::cli::moment::in_words;
use crate::cli::names::Names;
use crate::cli::print::{count, harmless};
use crate::cli::table::Table;

/// How many changes are named of an account that has many.
const NAMED: usize = 5;

/// Whether it is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    /// It is.
    Preview,
    /// It was done.
    Report,
}

/// What a rollback would do, or did.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Effect {
    pub(super) plan_token: Option<String>,
    pub(super) batch_id: Option<BatchId>,
    pub(super) counts: Counts,
    accounts: Vec<AccountEffect>,
}

#[derive(Deserialize)]
pub(super) struct Counts {
    pub(super) accounts: usize,
    pub(super) undone: usize,
    #[serde(default)]
    already: usize,
    skipped: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountEffect {
    acc_id: AccountId,
    previous_ranks: Vec<RankId>,
    current_ranks: Vec<RankId>,
    previous_status: bool,
    current_status: bool,
    changes: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    change_number: ChangeNumber,
    at: Timestamp,
    outcome: String,
    problem: Option<Problem>,
    items: Vec<Item>,
}

impl Effect {
    /// Of how many accounts a change is undone.
    pub(super) fn touched(&self) -> usize {
        let is_touched =
            |account: &&AccountEffect| account.changes.iter().any(|step| step.outcome == "undone");
        self.accounts.iter().filter(is_touched).count()
    }

    /// A table of the accounts, one of what is skipped, and the counts.
    pub(super) fn in_words(&self, tense: Tense, names: &mut Names<'_>) -> Result<String> {
        names.learn(self.accounts.iter().map(|account| account.acc_id))?;
        let mut text = String::new();
        if !self.accounts.is_empty() {
            write!(text, "{}", self.accounts_table(tense, names)?)?;
        }
        if self.counts.skipped > 0 {
            write!(text, "\n{}", self.skipped_table(tense, names)?)?;
        }
        let Counts { accounts, undone, already, skipped } = self.counts;
        let (what, is) = match tense {
            Tense::Preview => ("would be undone", "would be skipped"),
            Tense::Report => ("undone", "skipped"),
        };
        write!(
            text,
            "\n{} of {}: {undone} {what}, {skipped} {is}",
            count(undone + already + skipped, "change"),
            count(accounts, "account")
        )?;
        if already > 0 {
            write!(text, ", {already} without an effect by now")?;
        }
        text.push('\n');
        Ok(text)
    }

    fn accounts_table(&self, tense: Tense, names: &mut Names<'_>) -> Result<Table<4>> {
        let head = match tense {
            Tense::Preview => ["ACCOUNT", "WOULD UNDO", "WOULD SKIP", "SO THAT"],
            Tense::Report => ["ACCOUNT", "UNDONE", "SKIPPED", "SO THAT"],
        };
        let mut table = Table::new(head);
        for account in &self.accounts {
            table.row([
                names.account(account.acc_id)?,
                account.numbers("undone"),
                account.numbers("skipped"),
                account.difference(names),
            ]);
        }
        Ok(table)
    }

    fn skipped_table(&self, tense: Tense, names: &mut Names<'_>) -> Result<Table<4>> {
        let head = if tense == Tense::Preview { "WOULD SKIP" } else { "SKIPPED" };
        let mut table = Table::new([head, "WHEN (UTC)", "ACCOUNT", "WHY"]);
        for account in &self.accounts {
            for step in account.changes.iter().filter(|step| step.outcome == "skipped") {
                table.row([
                    step.change_number.to_string(),
                    in_words(step.at),
                    names.account(account.acc_id)?,
                    step.why(names)?,
                ]);
            }
        }
        Ok(table)
    }
}

impl AccountEffect {
    /// The numbers of the changes with this outcome, the first few of them.
    fn numbers(&self, outcome: &str) -> String {
        let changes = self.changes.iter().filter(|step| step.outcome == outcome);
        let numbers: Vec<_> = changes.map(|step| step.change_number.to_string()).collect();
        match numbers.len() {
            0 => "-".to_owned(),
            all if all <= NAMED => numbers.join(", "),
            all => format!("{}, ... ({all})", numbers[..NAMED].join(", ")),
        }
    }

    /// What becomes of the account: `+Officer -Cadet`.
    fn difference(&self, names: &Names<'_>) -> String {
        let gained = self.current_ranks.iter().filter(|rank| !self.previous_ranks.contains(rank));
        let lost = self.previous_ranks.iter().filter(|rank| !self.current_ranks.contains(rank));
        let gained = gained.map(|rank| format!("+{}", names.rank(*rank)));
        let lost = lost.map(|rank| format!("-{}", names.rank(*rank)));
        let mut all: Vec<_> = gained.chain(lost).collect();
        if self.previous_status != self.current_status {
            all.push(if self.current_status { "active" } else { "inactive" }.to_owned());
        }
        if all.is_empty() { "nothing changes".to_owned() } else { all.join(" ") }
    }
}

impl Step {
    /// Why it is skipped: what stands in the way, or the sentence of the refusal.
    fn why(&self, names: &mut Names<'_>) -> Result<String> {
        let items = self.items.iter().filter(|item| item.state != "clean");
        let items: Vec<_> = items.map(|item| in_the_way(item, names)).collect::<Result<_>>()?;
        let detail = self.problem.as_ref().map(|problem| harmless(&problem.detail)).unwrap_or_default();
        Ok(if items.is_empty() { detail } else { items.join("; ") })
    }
}
