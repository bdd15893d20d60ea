//! The way along the hash chain, change by change, and what is found to be broken on it.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use anyhow::Result;
use jiff::Timestamp;
use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::checkpoint::Checkpoint;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::rank_change::RankChange;
use serde::Serialize;

use super::accounts::{Accounts, BrokenAccount};
use super::kept::{Beginning, End, Now};
use crate::wire::history::ExportLine;
use crate::wire::rank_change::RankChangeBody;

/// A fault of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Fault {
    /// Its hash is not that of what it says and of the change before it.
    Hash,
    /// The change cannot be read.
    Unreadable,
    /// The change is missing.
    Missing,
    /// The change names a reversal that is wrong, or fails to name one.
    Reversal,
    /// The change does not name the account's change before it.
    Previous,
    /// The change does not begin where the account's change before it ended.
    Before,
    /// More is said to be pruned than ever can be.
    Pruned,
    /// The end of the ledger says otherwise.
    End,
    /// The checkpoint that was kept says otherwise.
    Checkpoint,
}

/// A number at which the history is broken.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Broken {
    pub(super) number: ChangeNumber,
    pub(super) fault: Fault,
    /// In words, without the number.
    pub(super) detail: String,
}

/// The state of the walk through the history.
pub(super) struct Walk<'a> {
    /// The hashes that the next change may be linked to: the hash of the change before it, both as written
    /// there and as computed, so that one altered change does not discredit the next. Empty after a change
    /// that could not be read.
    links: Vec<ChainHash>,
    last: ChangeNumber,
    last_hash: ChainHash,
    /// The time of the last change that could be read.
    last_at: Option<Timestamp>,
    changes: u64,
    /// The hashes at the numbers that are to be compared.
    noted: HashMap<ChangeNumber, Option<ChainHash>>,
    /// Which changes claim to be reversed, by the number of the change that is to have done it.
    claims: BTreeMap<ChangeNumber, Vec<ChangeNumber>>,
    accounts: Accounts<'a>,
    /// The change that the history begins after; 0 if it is whole. `None` if it may begin anywhere, as long
    /// as it has not begun.
    pruned: Option<ChangeNumber>,
    /// Numbers of which nothing is known, lowest first.
    unseen: Vec<RangeInclusive<ChangeNumber>>,
    broken: BTreeMap<ChangeNumber, Broken>,
}

impl<'a> Walk<'a> {
    /// Before the first change, or the first after what was pruned. Notes the hashes at the end, and at the
    /// number of a checkpoint that was kept.
    pub(super) fn new(now: &Now, kept: Option<ChangeNumber>, accounts: Accounts<'a>) -> Self {
        let (last, last_hash) = now.beginning().map_or_else(
            || (ChangeNumber(0), chain::genesis(now.uuid)),
            |Beginning { number, hash, .. }| (number, hash),
        );
        let end = now.end.as_ref().map(|end| end.checkpoint.number);
        let mut walk = Self {
            links: vec![last_hash],
            last,
            last_hash,
            last_at: None,
            changes: 0,
            noted: end.into_iter().chain(kept).map(|number| (number, None)).collect(),
            claims: BTreeMap::new(),
            accounts,
            pruned: end.map(|_| last),
            unseen: Vec::new(),
            broken: BTreeMap::new(),
        };
        walk.note(last, last_hash);
        walk
    }

    /// Takes the next line. An error if it is none that a history has.
    pub(super) fn step(&mut self, line: ExportLine) -> Result<()> {
        match line {
            ExportLine::Change(change) => {
                if self.go_to(change.change_number) {
                    self.change(*change)?;
                }
            }
            ExportLine::Unreadable(line) => {
                let number = line.change_number;
                if self.go_to(number) {
                    self.break_at(number, Fault::Unreadable, "its row in the database cannot be read");
                    self.lose(number, number);
                }
            }
        }
        self.changes += 1;
        Ok(())
    }

    /// Goes on to this number; the numbers in between are missing. Returns false if the number lies behind:
    /// then this change stands in the place of the next one.
    fn go_to(&mut self, number: ChangeNumber) -> bool {
        self.begin(number);
        let next = self.last.next();
        if number < next {
            self.miss(next, next, &format!(", and one with the number {number} stands in its place"));
            self.last = next;
            return false;
        }
        if number > next {
            self.miss(next, ChangeNumber(number.0 - 1), "");
        }
        self.last = number;
        true
    }

    /// Begins with the change of this number, if it is not known where the history begins.
    fn begin(&mut self, number: ChangeNumber) {
        if self.pruned.is_none() {
            self.last = number.previous();
            self.pruned = Some(self.last);
            if self.last != ChangeNumber(0) {
                self.links.clear();
            }
        }
    }

    /// The change that the history begins after.
    fn pruned(&self) -> ChangeNumber {
        self.pruned.unwrap_or(ChangeNumber(0))
    }

    fn miss(&mut self, first: ChangeNumber, last: ChangeNumber, why: &str) {
        let detail = if first == last {
            format!("it is missing{why}")
        } else {
            format!("it is missing, as is all up to {last}{why}")
        };
        self.break_at(first, Fault::Missing, &detail);
        self.lose(first, last);
    }

    /// Nothing is known of these.
    fn lose(&mut self, first: ChangeNumber, last: ChangeNumber) {
        self.links.clear();
        self.unseen.push(first..=last);
        self.claims.retain(|by, _| !(first..=last).contains(by));
    }

    fn change(&mut self, body: RankChangeBody) -> Result<()> {
        let (written, previous): (ChainHash, _) = (body.hash.parse()?, body.previous_change);
        let change = RankChange::try_from(body)?;
        let computed: Vec<_> = self.links.iter().map(|link| chain::link(*link, &change)).collect();
        let is_good = computed.is_empty() || computed.contains(&written);
        let claimants = self.claims.remove(&change.number).unwrap_or_default();
        if is_good {
            self.check_reversal(&change, &claimants);
            self.check_previous(&change, previous.unwrap_or(ChangeNumber(0)));
        } else {
            let detail = "its hash is not that of what it says and of the change before it: one of the two was altered";
            self.break_at(change.number, Fault::Hash, detail);
            self.unseen.push(change.number..=change.number);
        }
        if let Some(by) = change.reversed_by {
            if by > change.number {
                self.claims.entry(by).or_default().push(change.number);
            } else {
                self.break_at(
                    change.number,
                    Fault::Reversal,
                    &format!("it says that change {by}, which is older, reversed it"),
                );
            }
        }
        self.accounts.meet(&change, is_good);
        self.links = vec![written];
        self.links.extend(computed.into_iter().filter(|hash| *hash != written));
        self.last_hash = written;
        self.last_at = Some(change.at);
        self.note(change.number, written);
        Ok(())
    }

    /// Checks that a reversal and the change that it reverses name each other. The statement of the reversal
    /// is covered by its hash, so the reversed change is at fault.
    fn check_reversal(&mut self, change: &RankChange, claimants: &[ChangeNumber]) {
        let number = change.number;
        for claimant in claimants.iter().filter(|claimant| change.reverses != Some(**claimant)) {
            self.break_at(
                *claimant,
                Fault::Reversal,
                &format!("it says that change {number} reversed it, which is not so"),
            );
        }
        if let Some(reversed) = change.reverses {
            if reversed <= self.pruned() {
                let detail = format!(
                    "it reverses change {reversed}, which is pruned: `rankledger prune` never separates these two"
                );
                self.break_at(number, Fault::Pruned, &detail);
            } else if !claimants.contains(&reversed) && !self.is_unseen(reversed) {
                self.break_at(
                    reversed,
                    Fault::Reversal,
                    &format!("it does not say that change {number} reversed it"),
                );
            }
        }
    }

    /// Checks that a change names the account's change before it, and begins where that ended, as far as all
    /// changes in between are known.
    fn check_previous(&mut self, change: &RankChange, previous: ChangeNumber) {
        let newest = self.accounts.newest(change.account);
        let is_right = match newest {
            Some(newest) => previous == newest,
            None => previous <= self.pruned(),
        };
        if is_right {
            let is_first = previous == ChangeNumber(0) && self.pruned() == ChangeNumber(0);
            if let Some(detail) = self.accounts.begins_otherwise(change, is_first) {
                self.break_at(change.number, Fault::Before, &detail);
            }
        } else if !self.is_unseen(previous) {
            let detail = match newest {
                Some(newest) => format!("it does not name change {newest} as the account's change before it"),
                None => "it names a change of the account before it, and there is none".to_owned(),
            };
            self.break_at(change.number, Fault::Previous, &detail);
        }
    }

    /// Whether nothing is known of a number.
    fn is_unseen(&self, number: ChangeNumber) -> bool {
        is_among(&self.unseen, number)
    }

    fn note(&mut self, number: ChangeNumber, hash: ChainHash) {
        if let Some(noted) = self.noted.get_mut(&number) {
            *noted = Some(hash);
        }
    }

    /// The first thing that is found of a number is kept.
    fn break_at(&mut self, number: ChangeNumber, fault: Fault, detail: &str) {
        let broken = || Broken { number, fault, detail: detail.to_owned() };
        self.broken.entry(number).or_insert_with(broken);
    }

    /// The number of the last change that was read.
    pub(super) fn last(&self) -> ChangeNumber {
        self.last
    }

    /// The time at which the last change was made. `None` if there is none.
    pub(super) fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// Its hash.
    pub(super) fn last_hash(&self) -> ChainHash {
        self.last_hash
    }

    /// Returns the number of changes that were read.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether nothing is broken so far.
    pub(super) fn is_whole(&self) -> bool {
        self.broken.is_empty() && self.accounts.are_whole()
    }

    /// Returns the number of accounts, and of how many of them only pruned changes tell.
    pub(super) fn accounts(&self) -> (u64, u64) {
        (self.accounts.count(), self.accounts.unchecked())
    }

    /// Returns the broken changes and the broken accounts, lowest number first.
    pub(super) fn into_broken(self) -> (Vec<Broken>, Vec<BrokenAccount>) {
        (self.broken.into_values().collect(), self.accounts.into_broken())
    }

    /// Whether changes claim to be reversed by others that were not met.
    pub(super) fn has_open_claims(&self) -> bool {
        !self.claims.is_empty()
    }

    /// Settles those claims by what was recorded after the end.
    pub(super) fn settle(&mut self, later: &[RankChangeBody]) {
        for (by, claimants) in std::mem::take(&mut self.claims) {
            let reversal = later.iter().find(|change| change.change_number == by);
            for claimant in claimants {
                if reversal.and_then(|change| change.reverses) != Some(claimant) {
                    let detail = format!("it says that change {by} reversed it, which is not so");
                    self.break_at(claimant, Fault::Reversal, &detail);
                }
            }
        }
    }

    /// Compares with what the server says that the end is.
    pub(super) fn compare_end(&mut self, end: Option<&End>) {
        let Some(End { checkpoint: end, beginning, .. }) = end else {
            let detail =
                "nothing can be recorded here: the end of the ledger, which is kept apart, has lost its hash";
            return self.break_at(self.last.next(), Fault::End, detail);
        };
        if let Some(pruned) = beginning.filter(|pruned| pruned.number >= end.number) {
            let detail = format!(
                "the history is said to be pruned up to it, and change {} is the last: `rankledger prune` leaves that, so \
                 that somebody else hides all changes",
                end.number
            );
            self.break_at(pruned.number, Fault::Pruned, &detail);
        } else if end.number > self.last {
            let why = format!(": the ledger says that change {} is the last", end.number);
            self.miss(self.last.next(), end.number, &why);
        } else if self.noted.get(&end.number).is_some_and(|hash| hash.is_some_and(|hash| hash != end.hash)) {
            let detail = "the end of the ledger, which is kept apart, has another hash than this change";
            self.break_at(end.number, Fault::End, detail);
        }
    }

    /// Compares with a checkpoint that was kept.
    pub(super) fn compare_kept(&mut self, kept: &Checkpoint, has_same_key: bool) {
        if kept.number > self.last {
            let why = format!(": the checkpoint was made when change {} was the last", kept.number);
            self.miss(self.last.next(), kept.number, &why);
        } else if self.noted.get(&kept.number).is_some_and(|hash| hash.is_some_and(|hash| hash != kept.hash))
        {
            let detail = "the history up to it is not that of the checkpoint: it, or a change before it, was altered and \
                          all after it linked anew";
            self.break_at(kept.number, Fault::Checkpoint, detail);
        } else if !has_same_key {
            let detail = "the checkpoint that was made at it is signed with another key than the community has: the key \
                          was replaced, or the checkpoint made by somebody else";
            self.break_at(kept.number, Fault::Checkpoint, detail);
        }
    }

    /// Compares the ledger with what the accounts hold.
    pub(super) fn compare_standings(&mut self) {
        let (last, pruned) = (self.last, self.pruned());
        let unseen = std::mem::take(&mut self.unseen);
        self.accounts.settle(last, pruned, |number| is_among(&unseen, number));
        self.unseen = unseen;
    }
}

/// Whether a number is in one of these ranges, lowest first.
fn is_among(ranges: &[RangeInclusive<ChangeNumber>], number: ChangeNumber) -> bool {
    let after = ranges.partition_point(|range| *range.end() < number);
    ranges.get(after).is_some_and(|range| range.contains(&number))
}
