//! The result of a verification: for people, and as JSON.

use std::fmt::Write;

use anyhow::Result;
use jiff::Timestamp;
use rankledger_domain::checkpoint::Checkpoint;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::time::wire_format;
use serde::Serialize;
use uuid::Uuid;

use super::accounts::BrokenAccount;
use super::kept::{Beginning, Now};
use super::log::LogReport;
use super::walk::Broken;
use super::walk::Walk;
use crate::cli::moment::in_words;
use crate::cli::print;

/// Largest number of broken changes that are listed, and of broken accounts.
const TOLD: usize = 100;

/// Advice, whatever is broken.
const ADVICE: &str = "somebody has written to the database past Rankledger, or its disk is damaged. Keep a copy of it as it \
                      is, find out who may write to it, and restore a backup that `rankledger verify` calls whole";

/// Advice, if an account is broken.
const ADVICE_OF_ACCOUNTS: &str = "until then an account acts with what it holds, whether the ledger gave it that or not: freeze \
                                  the community, and change no rank of such an account";

/// The result of a verification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    whole: bool,
    community: String,
    uuid: Uuid,
    /// Number of changes that were read.
    changes: u64,
    last_number: ChangeNumber,
    last_hash: String,
    /// The time of the last change; null if there is none.
    last_at: Option<String>,
    #[serde(skip)]
    last_time: Option<Timestamp>,
    /// Whether a database was read, and no server asked.
    #[serde(skip)]
    is_database: bool,
    /// Number of accounts that were compared with the ledger.
    accounts: u64,
    /// Number of further accounts of which only pruned changes tell: what they hold could not be compared.
    unchecked_accounts: u64,
    /// The last change that was pruned before them.
    pruned_to: Option<Pruned>,
    checkpoint: Option<Kept>,
    broken_count: usize,
    /// Lowest number first.
    broken: Vec<Broken>,
    broken_accounts_count: usize,
    /// Lowest number of the account first.
    broken_accounts: Vec<BrokenAccount>,
    /// The record of administration; null if the server does not show it to this key.
    log: Option<LogReport>,
}

/// The verdict of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Whole, and the history of the checkpoint if there is one.
    Whole,
    /// Broken somewhere.
    Broken,
    /// Whole, but the checkpoint is of a change that was pruned.
    NotCompared,
}

/// The last pruned change: the history begins after it.
#[derive(Serialize)]
struct Pruned {
    number: ChangeNumber,
    hash: String,
    at: String,
    #[serde(skip)]
    time: Timestamp,
}

/// The checkpoint that was given.
#[derive(Serialize)]
struct Kept {
    number: ChangeNumber,
    at: String,
    /// Whether the checkpoint could be compared with the history; false if its change was pruned.
    compared: bool,
    #[serde(skip)]
    time: Timestamp,
}

impl Report {
    pub(super) fn new(now: &Now, walk: Walk<'_>, kept: Option<&Checkpoint>) -> Self {
        let (beginning, last_time) = (now.beginning(), walk.last_at());
        let (changes, last_number, last_hash) = (walk.changes(), walk.last(), walk.last_hash().to_string());
        let (accounts, unchecked_accounts) = walk.accounts();
        let (mut broken, mut broken_accounts) = walk.into_broken();
        let (broken_count, broken_accounts_count) = (broken.len(), broken_accounts.len());
        broken.truncate(TOLD);
        broken_accounts.truncate(TOLD);
        let kept = kept.map(|kept| Kept {
            number: kept.number,
            at: wire_format(kept.at),
            compared: beginning.is_none_or(|pruned| pruned.number <= kept.number),
            time: kept.at,
        });
        let pruned_to = beginning.map(|pruned: Beginning| Pruned {
            number: pruned.number,
            hash: pruned.hash.to_string(),
            at: wire_format(pruned.at),
            time: pruned.at,
        });
        Self {
            whole: broken.is_empty() && broken_accounts.is_empty(),
            community: now.community.clone(),
            uuid: now.uuid,
            changes,
            last_number,
            last_hash,
            last_at: last_time.map(wire_format),
            last_time,
            is_database: false,
            accounts: accounts - unchecked_accounts,
            unchecked_accounts,
            pruned_to,
            checkpoint: kept,
            broken_count,
            broken,
            broken_accounts_count,
            broken_accounts,
            log: None,
        }
    }

    /// Notes that a database was read: a copy of one may lack what was recorded last.
    pub(super) fn of_database(mut self, is_database: bool) -> Self {
        self.is_database = is_database;
        self
    }

    /// Adds what was found in the record of administration.
    pub(super) fn with_log(mut self, log: Option<LogReport>) -> Self {
        self.whole &= log.as_ref().is_none_or(LogReport::is_whole);
        self.log = log;
        self
    }

    pub(super) fn verdict(&self) -> Verdict {
        match &self.checkpoint {
            _ if !self.whole => Verdict::Broken,
            Some(kept) if !kept.compared => Verdict::NotCompared,
            _ => Verdict::Whole,
        }
    }

    pub(super) fn print(&self, as_json: bool) -> Result<()> {
        if as_json {
            return print::json(self);
        }
        let mut text = self.in_words()?;
        // Where the ledger is broken, a record of administration that is not is no news.
        if self.is_ledger_whole() || self.log.as_ref().is_some_and(|log| !log.is_whole()) {
            text += &LogReport::in_words(self.log.as_ref())?;
        }
        print::print(&print_lines(&text))?;
        if !self.whole {
            print::say!("{ADVICE}");
        }
        if !self.broken_accounts.is_empty() {
            print::say!("{ADVICE_OF_ACCOUNTS}");
        }
        Ok(())
    }

    /// Whether nothing is broken but perhaps the record of administration.
    fn is_ledger_whole(&self) -> bool {
        self.broken.is_empty() && self.broken_accounts.is_empty()
    }

    fn in_words(&self) -> Result<String> {
        if self.is_ledger_whole() { self.whole_in_words() } else { self.broken_in_words() }
    }

    /// Names every change and every account that is broken.
    fn broken_in_words(&self) -> Result<String> {
        let mut text = String::new();
        for (index, broken) in self.broken.iter().enumerate() {
            let begin = if index == 0 { "BROKEN" } else { "also" };
            writeln!(text, "{begin} at change {}: {}", broken.number, broken.detail)?;
        }
        if self.broken_count > self.broken.len() {
            writeln!(text, "and at {} more", self.broken_count - self.broken.len())?;
        }
        for (index, broken) in self.broken_accounts.iter().enumerate() {
            let begin = if index == 0 { "BROKEN" } else { "also" };
            let number = broken.unique_id.map(|number| format!("{number} ")).unwrap_or_default();
            writeln!(text, "{begin} at account {number}({}): {}", broken.account, broken.detail)?;
        }
        if self.broken_accounts_count > self.broken_accounts.len() {
            let more = self.broken_accounts_count - self.broken_accounts.len();
            writeln!(text, "and {}", print::count(more, "more account"))?;
        }
        Ok(text)
    }

    fn whole_in_words(&self) -> Result<String> {
        let mut text = String::new();
        let changes = print::count(usize::try_from(self.changes).unwrap_or(usize::MAX), "change");
        writeln!(text, "{}: {changes}, whole and linked without a break", self.community)?;
        writeln!(text, "  last change  {}", self.last_number)?;
        writeln!(text, "  its hash     {}", self.last_hash)?;
        if let Some(at) = self.last_time {
            let limit = if self.is_database {
                "; whether more followed, this database alone cannot tell"
            } else {
                ""
            };
            writeln!(text, "  recorded     {} UTC{limit}", in_words(at))?;
        }
        writeln!(text, "  accounts     {}, as the ledger leaves them", self.accounts)?;
        if self.unchecked_accounts > 0 {
            writeln!(text, "  not checked  {}, of which only pruned changes tell", self.unchecked_accounts)?;
        }
        if let Some(Pruned { number, time, .. }) = &self.pruned_to {
            writeln!(text, "  begins after {number}, up to which it was pruned on {} UTC", in_words(*time))?;
        }
        if let Some(kept) = &self.checkpoint {
            writeln!(text, "{}", self.compared_in_words(kept))?;
        }
        Ok(text)
    }

    fn compared_in_words(&self, kept: &Kept) -> String {
        let (number, made) = (kept.number, in_words(kept.time));
        match &self.pruned_to {
            Some(pruned) if !kept.compared => format!(
                "the checkpoint of {made} UTC could NOT be compared: it is of change {number}, and all up to change {} was \
                 pruned on {} UTC. Take one that is of that change or a later one",
                pruned.number,
                in_words(pruned.time)
            ),
            _ => format!("up to change {number} it is the history of the checkpoint of {made} UTC"),
        }
    }
}

/// Returns the lines without anything that could garble a terminal.
fn print_lines(text: &str) -> String {
    text.lines().map(|line| print::harmless(line) + "\n").collect()
}
