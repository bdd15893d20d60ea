//! Whether the hash chains of a database are whole: computed anew, those of the ledgers from the first change
//! that was not pruned, and those of the logs from the first entry.

use std::fmt;

use rankledger_domain::chain;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::log_walk::{BrokenEntry, LogWalk};

use super::copy::{Progress, Step, Watch};
use super::error::CopyError;
use crate::communities::Community;
use crate::history::{HistoryFilter, LedgerHead, Order};
use crate::log::LogFilter;
use crate::pruning::PrunedHistory;
use crate::{ReadTx, Storage};

/// How many changes, or entries, are read at once.
const PAGE: u32 = 1000;

/// Checks the chain of every community. `total` is how many changes there are, at the most.
pub(super) async fn check(
    storage: &dyn Storage,
    step: Step,
    total: u64,
    watch: &mut Watch<'_>,
) -> Result<(), CopyError> {
    let side = if step == Step::CheckTarget { "target" } else { "source" };
    let mut done = 0;
    let mut tx = storage.read().await?;
    watch(Progress { step, done, total });
    for community in tx.communities().await? {
        let mut count = |changes: usize| {
            done += changes as u64;
            watch(Progress { step, done, total });
        };
        if let Some(Fault { community, place }) = fault(tx.as_mut(), &community, &mut count).await? {
            return Err(CopyError::Broken { side, community, place });
        }
    }
    Ok(())
}

/// The first break in the hash chains of a community.
pub(crate) struct Fault {
    community: String,
    place: BrokenPlace,
}

/// Where a chain is broken, and in what way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BrokenPlace {
    /// The ledger, at this change.
    Change(ChangeNumber, &'static str),
    /// The log.
    Entry(BrokenEntry),
}

impl fmt::Display for BrokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(number, detail) => write!(f, "change {number}: {detail}"),
            Self::Entry(BrokenEntry { place, detail }) => write!(f, "place {place} of its log: {detail}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { community, place } = self;
        write!(f, "the history of {community} is broken at {place}")
    }
}

/// Returns the first break in the chains of all communities. `None` if all are whole.
pub(crate) async fn first_fault(storage: &dyn Storage) -> crate::Result<Option<Fault>> {
    let mut tx = storage.read().await?;
    for community in tx.communities().await? {
        if let Some(fault) = fault(tx.as_mut(), &community, &mut |_| {}).await? {
            return Ok(Some(fault));
        }
    }
    Ok(None)
}

/// Returns the first break in the chains of a community.
async fn fault(
    tx: &mut dyn ReadTx,
    community: &Community,
    count: &mut (dyn FnMut(usize) + Send),
) -> crate::Result<Option<Fault>> {
    let pruned = tx.pruned_history(community.id).await?;
    // The log is read first; its walk ends when every change was met.
    let mut log = walk_along_log(tx, community).await?;
    let found = fault_of_ledger(tx, community, pruned, &mut log, count).await?;
    let place = if let Some((number, detail)) = found {
        Some(BrokenPlace::Change(number, detail))
    } else {
        let broken = log.finish(pruned.map(|pruned| (pruned.number, pruned.hash)));
        broken.into_iter().next().map(BrokenPlace::Entry)
    };
    Ok(place.map(|place| Fault { community: community.public_id.clone(), place }))
}

async fn walk_along_log(tx: &mut dyn ReadTx, community: &Community) -> crate::Result<LogWalk> {
    let (mut walk, everything) = (LogWalk::of(community.uuid), LogFilter::default());
    let mut after = None;
    loop {
        let page = tx.log(community.id, &everything, Order::OldestFirst, after, PAGE).await?;
        page.entries.iter().for_each(|found| walk.step(&found.entry, found.hash));
        after = page.next;
        if after.is_none() {
            return Ok(walk);
        }
    }
}

/// Returns where the chain of the ledger is broken, and in what way. `log` meets every change.
async fn fault_of_ledger(
    tx: &mut dyn ReadTx,
    community: &Community,
    pruned: Option<PrunedHistory>,
    log: &mut LogWalk,
    count: &mut (dyn FnMut(usize) + Send),
) -> crate::Result<Option<(ChangeNumber, &'static str)>> {
    let mut head = match pruned {
        Some(pruned) => LedgerHead { number: pruned.number, hash: pruned.hash },
        None => LedgerHead { number: ChangeNumber(0), hash: chain::genesis(community.uuid) },
    };
    let everything = HistoryFilter::default();
    let mut after = Some(head.number);
    while after.is_some() {
        let page = tx.history(community.id, &everything, Order::OldestFirst, after, PAGE).await?;
        for found in &page.changes {
            let expected = head.number.next();
            if found.change.number != expected {
                return Ok(Some((expected, "it is missing")));
            }
            head = LedgerHead { number: expected, hash: chain::link(head.hash, &found.change) };
            if found.hash != head.hash {
                return Ok(Some((
                    expected,
                    "its hash is not that of what it says and of the change before it",
                )));
            }
            log.meet(expected, head.hash);
        }
        count(page.changes.len());
        after = page.next;
    }
    let end = tx.ledger_head(community.id).await?;
    if pruned.is_some_and(|pruned| pruned.number >= end.number) {
        return Ok(Some((
            end.number,
            "the history is said to be pruned up to it, and the last change is never pruned",
        )));
    }
    Ok((end != head).then_some((end.number, "the end of the ledger, which is kept apart, says otherwise")))
}
