//! The way along the hash chain of the log of administration, entry by entry, and what is found to be broken
//! on it. Each entry has the hash of the rank change before it: that is compared with the ledger.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::log::{LogPlace, LogPosition};
use rankledger_domain::log_chain;
use rankledger_storage::log::LinkedEntry;
use serde::Serialize;
use uuid::Uuid;

use super::kept::Beginning;
use crate::cli::client::Client;
use crate::cli::print;
use crate::wire::history::ExportLine;
use crate::wire::log::{LogBody, LogEntryBody};

/// The record of administration in the API.
const PATH: &str = "/v2/community/administration";

/// Largest number of broken entries that are listed.
const TOLD: usize = 100;

/// A place at which the log is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct BrokenEntry {
    place: LogPlace,
    detail: String,
}

/// The result of the verification of a log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogReport {
    /// Number of entries that were read.
    entries: u64,
    last_place: LogPlace,
    last_hash: String,
    broken_count: usize,
    /// Lowest place first.
    broken: Vec<BrokenEntry>,
}

/// The way along a log.
pub(super) struct LogWalk {
    community: Uuid,
    entries: u64,
    last: LogPosition,
    hash: ChainHash,
    /// What entries say of the hashes of rank changes, until the change is met: the place of the first entry
    /// that says so.
    ties: BTreeMap<ChangeNumber, (ChainHash, LogPlace)>,
    broken: Vec<BrokenEntry>,
}

impl LogWalk {
    /// Reads the whole log, oldest first. `None` if the server does not show it to this key.
    pub(super) fn read(client: &Client, community: Uuid) -> Result<Option<Self>> {
        let one = vec![("take", "1".to_owned())];
        if client.get_if_allowed::<LogBody>(PATH, &one)?.is_none() {
            return Ok(None);
        }
        let query = vec![("format", "ndjson".to_owned())];
        let export = client.download(&format!("{PATH}/export"), &query)?;
        let mut walk = Self::new(community);
        for (index, line) in BufReader::new(export).lines().enumerate() {
            let line = line.context("the log broke off")?;
            let read = serde_json::from_str::<LogEntryBody>(&line).map_err(anyhow::Error::from);
            let entry = read.and_then(|entry| Ok(LinkedEntry::try_from(entry)?));
            let entry = entry
                .with_context(|| format!("line {} of the log is not what this version knows", index + 1))?;
            walk.step(&entry);
        }
        Ok(Some(walk))
    }

    fn new(community: Uuid) -> Self {
        Self {
            community,
            entries: 0,
            last: LogPosition::START,
            hash: log_chain::genesis(community),
            ties: BTreeMap::new(),
            broken: Vec::new(),
        }
    }

    /// Looks at the next entry.
    fn step(&mut self, LinkedEntry { entry, hash }: &LinkedEntry) {
        let position = entry.position;
        if position.after_change < self.last.after_change || position != self.last.next(position.after_change)
        {
            self.find(position.place, "an entry before it is missing, or its place is not its own");
        } else if log_chain::link(self.hash, entry) != *hash {
            self.find(position.place, "its hash is not that of what it says and of the entry before it");
        }
        let (said, first) =
            self.ties.entry(position.after_change).or_insert((entry.ledger_hash, position.place));
        if *said != entry.ledger_hash {
            let detail = format!("the entry at place {first} has another hash of the same rank change");
            self.find(position.place, detail);
        }
        self.entries += 1;
        self.last = position;
        self.hash = *hash;
    }

    /// Compares what the log says with a line of the ledger.
    pub(super) fn meet(&mut self, line: &ExportLine) {
        match line {
            ExportLine::Change(change) => {
                if let Ok(hash) = change.hash.parse() {
                    self.compare(change.change_number, hash);
                }
            }
            // It is a fault of the history, which says so.
            ExportLine::Unreadable(line) => {
                self.ties.remove(&line.change_number);
            }
        }
    }

    fn compare(&mut self, number: ChangeNumber, hash: ChainHash) {
        if let Some((said, place)) = self.ties.remove(&number)
            && said != hash
        {
            self.find(
                place,
                format!("rank change {number} has another hash than when the entry was written"),
            );
        }
    }

    /// Ends the way, after the whole ledger was met, which begins after this change.
    pub(super) fn finish(mut self, beginning: Option<Beginning>) -> LogReport {
        self.compare(ChangeNumber(0), chain::genesis(self.community));
        let begins_after = beginning.map_or(ChangeNumber(0), |pruned| {
            self.compare(pruned.number, pruned.hash);
            pruned.number
        });
        for (number, (_, place)) in std::mem::take(&mut self.ties) {
            if number > begins_after {
                self.find(place, format!("rank change {number}, after which it was written, is missing"));
            }
        }
        self.broken.sort_by_key(|broken| broken.place);
        let broken_count = self.broken.len();
        self.broken.truncate(TOLD);
        LogReport {
            entries: self.entries,
            last_place: self.last.place,
            last_hash: self.hash.to_string(),
            broken_count,
            broken: self.broken,
        }
    }

    fn find(&mut self, place: LogPlace, detail: impl Into<String>) {
        self.broken.push(BrokenEntry { place, detail: detail.into() });
    }
}

impl LogReport {
    /// Whether nothing is broken.
    pub(super) fn is_whole(&self) -> bool {
        self.broken_count == 0
    }

    /// Returns the lines that say what was found; about a log that the server does not show, if there is no
    /// report.
    pub(super) fn in_words(report: Option<&Self>) -> Result<String> {
        let mut text = String::new();
        let Some(report) = report else {
            writeln!(
                text,
                "  the record of administration was not looked at: that takes a key with the scope admin"
            )?;
            return Ok(text);
        };
        for broken in &report.broken {
            writeln!(text, "BROKEN at place {} of the log: {}", broken.place, broken.detail)?;
        }
        if report.broken_count > report.broken.len() {
            writeln!(text, "and at {} more", report.broken_count - report.broken.len())?;
        }
        if report.is_whole() {
            let acts = print::count(usize::try_from(report.entries).unwrap_or(usize::MAX), "act");
            writeln!(text, "  {acts} of administration, whole and linked without a break")?;
        }
        Ok(text)
    }
}
