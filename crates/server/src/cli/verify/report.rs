//! What became of a verification: for people, and as JSON.

use std::fmt::Write;

use anyhow::Result;
use jiff::Timestamp;
use rankledger_domain::checkpoint::Checkpoint;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::time::wire_format;
use serde::Serialize;
use uuid::Uuid;

use super::kept::CheckpointData;
use super::walk::{Broken, Walk};
use crate::cli::moment::in_words;
use crate::cli::print;

/// How many broken numbers are told.
const TOLD: usize = 100;

/// What became of a verification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    whole: bool,
    community: String,
    uuid: Uuid,
    /// How many changes were read.
    changes: u64,
    last_number: ChangeNumber,
    last_hash: String,
    checkpoint: Option<Kept>,
    broken_count: usize,
    /// Lowest number first.
    broken: Vec<Broken>,
}

/// The checkpoint that was compared with.
#[derive(Serialize)]
struct Kept {
    number: ChangeNumber,
    at: String,
    #[serde(skip)]
    time: Timestamp,
}

impl Report {
    pub(super) fn new(now: &CheckpointData, walk: Walk, kept: Option<&Checkpoint>) -> Self {
        let (changes, last_number, last_hash) = (walk.changes(), walk.last(), walk.last_hash().to_string());
        let mut broken = walk.into_broken();
        let broken_count = broken.len();
        broken.truncate(TOLD);
        let kept = kept.map(|kept| Kept { number: kept.number, at: wire_format(kept.at), time: kept.at });
        Self {
            whole: broken.is_empty(),
            community: now.community.clone(),
            uuid: now.uuid,
            changes,
            last_number,
            last_hash,
            checkpoint: kept,
            broken_count,
            broken,
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    pub(super) fn print(&self, as_json: bool) -> Result<()> {
        if as_json { print::json(self) } else { print::print(&print_lines(&self.in_words()?)) }
    }

    fn in_words(&self) -> Result<String> {
        let mut text = String::new();
        if let Some(first) = self.broken.first() {
            writeln!(text, "BROKEN at change {}: {}", first.number, first.detail)?;
            for broken in &self.broken[1..] {
                writeln!(text, "also at change {}: {}", broken.number, broken.detail)?;
            }
            if self.broken_count > self.broken.len() {
                writeln!(text, "and at {} more", self.broken_count - self.broken.len())?;
            }
            return Ok(text);
        }
        let changes = print::count(usize::try_from(self.changes).unwrap_or(usize::MAX), "change");
        writeln!(text, "{}: {changes}, whole and linked without a break", self.community)?;
        writeln!(text, "  last change  {}", self.last_number)?;
        writeln!(text, "  its hash     {}", self.last_hash)?;
        if let Some(Kept { number, time, .. }) = &self.checkpoint {
            writeln!(
                text,
                "up to change {number} it is the history of the checkpoint of {} UTC",
                in_words(*time)
            )?;
        }
        Ok(text)
    }
}

/// The same lines, with nothing in them that could garble a terminal.
fn print_lines(text: &str) -> String {
    text.lines().map(|line| print::harmless(line) + "\n").collect()
}
