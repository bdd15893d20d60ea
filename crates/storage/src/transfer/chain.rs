//! Whether the hash chains of a database are whole: computed anew, each from the first change that was not
//! pruned.

use std::fmt;

use rankledger_domain::chain;
use rankledger_domain::ids::ChangeNumber;

use super::copy::{Progress, Step, Watch};
use super::error::CopyError;
use crate::communities::Community;
use crate::history::{HistoryFilter, LedgerHead, Order};
use crate::{ReadTx, Storage};

/// How many changes are read at once.
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
        if let Some((number, detail)) = fault(tx.as_mut(), &community, &mut count).await? {
            return Err(CopyError::Broken { side, community: community.public_id, number, detail });
        }
    }
    Ok(())
}

/// The first break in a hash chain.
pub(crate) struct Fault {
    community: String,
    number: ChangeNumber,
    detail: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { community, number, detail } = self;
        write!(f, "the history of {community} is broken at change {number}: {detail}")
    }
}

/// Returns the first break in the chains of all communities. `None` if all are whole.
pub(crate) async fn first_fault(storage: &dyn Storage) -> crate::Result<Option<Fault>> {
    let mut tx = storage.read().await?;
    for community in tx.communities().await? {
        if let Some((number, detail)) = fault(tx.as_mut(), &community, &mut |_| {}).await? {
            return Ok(Some(Fault { community: community.public_id, number, detail }));
        }
    }
    Ok(None)
}

/// Where the chain of a community is broken, and in what way.
async fn fault(
    tx: &mut dyn ReadTx,
    community: &Community,
    count: &mut (dyn FnMut(usize) + Send),
) -> crate::Result<Option<(ChangeNumber, &'static str)>> {
    let pruned = tx.pruned_history(community.id).await?;
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
