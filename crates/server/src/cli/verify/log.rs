//! How `verify` reads the log of administration, and what it says of it. What may be broken there is found by
//! [`rankledger_domain::log_walk`].

use std::fmt::Write;
use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use rankledger_domain::checkpoint::LogCheckpoint;
use rankledger_domain::log::LogPlace;
use rankledger_domain::log_walk::{BrokenEntry, LogWalk};
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

/// The result of the verification of a log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogReport {
    /// Number of entries that were read.
    entries: u64,
    last_place: LogPlace,
    last_hash: String,
    /// The place of the last entry in the checkpoint. `None` without one.
    compared_to: Option<LogPlace>,
    broken_count: usize,
    /// Lowest place first.
    broken: Vec<BrokenEntry>,
}

/// A log that was read, on the way along the ledger.
pub(super) struct Log {
    entries: u64,
    walk: LogWalk,
    /// The end of the log in a checkpoint that was kept.
    kept: Option<LogCheckpoint>,
}

impl Log {
    /// Reads the whole log, oldest first. `None` if the server does not show it to this key.
    pub(super) fn read(
        client: &Client,
        community: Uuid,
        kept: Option<LogCheckpoint>,
    ) -> Result<Option<Self>> {
        let one = vec![("take", "1".to_owned())];
        if client.get_if_allowed::<LogBody>(PATH, &one)?.is_none() {
            return Ok(None);
        }
        let query = vec![("format", "ndjson".to_owned())];
        let export = client.download(&format!("{PATH}/export"), &query)?;
        let (mut entries, mut walk) = (0, LogWalk::of(community));
        for (index, line) in BufReader::new(export).lines().enumerate() {
            let line = line.context("the log broke off")?;
            let read = serde_json::from_str::<LogEntryBody>(&line).map_err(anyhow::Error::from);
            let entry = read.and_then(|entry| Ok(LinkedEntry::try_from(entry)?));
            let LinkedEntry { entry, hash } = entry
                .with_context(|| format!("line {} of the log is not what this version knows", index + 1))?;
            walk.step(&entry, hash);
            if kept.is_some_and(|kept| kept.place == entry.position.place && kept.hash != hash) {
                walk.find(entry.position.place, "it is not the entry that the checkpoint has at this place");
            }
            entries += 1;
        }
        Ok(Some(Self { entries, walk, kept }))
    }

    /// Compares what the log says with a line of the ledger.
    pub(super) fn meet(&mut self, line: &ExportLine) {
        match line {
            ExportLine::Change(change) => {
                if let Ok(hash) = change.hash.parse() {
                    self.walk.meet(change.change_number, hash);
                }
            }
            // It is a fault of the history, which says so.
            ExportLine::Unreadable(line) => self.walk.pass(line.change_number),
        }
    }

    /// Ends the way, after the whole ledger was met, which begins after this change.
    pub(super) fn finish(mut self, beginning: Option<Beginning>) -> LogReport {
        let (last_place, last_hash) = self.walk.end();
        if let Some(kept) = self.kept.filter(|kept| kept.place > last_place) {
            let detail =
                "it is missing, as is all after it: the checkpoint was made when it was the last entry";
            self.walk.find(kept.place, detail);
        }
        let mut broken = self.walk.finish(beginning.map(|pruned| (pruned.number, pruned.hash)));
        let broken_count = broken.len();
        broken.truncate(TOLD);
        LogReport {
            entries: self.entries,
            last_place,
            last_hash: last_hash.to_string(),
            compared_to: self.kept.map(|kept| kept.place),
            broken_count,
            broken,
        }
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
            if let Some(place) = report.compared_to {
                writeln!(text, "  it is the log of the checkpoint up to place {place}")?;
            }
        }
        Ok(text)
    }
}
