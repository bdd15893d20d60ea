//! Finds what the filter of a rollback does not catch although it belongs together: other changes with the
//! keys that the rollback meets, or by the persons that it meets. Whoever repairs is told of them; nothing
//! is done.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::rollback::RollbackPlan;
use rankledger_storage::history::{HistoryFilter, Order};

use crate::ops::{OpError, View};
use crate::wire::rollback::NotCaughtBody;

/// The most keys, and the most persons, whose other changes are counted: those that the rollback meets most.
const MOST_NAMED: usize = 5;

/// The most changes of each that are looked at. Further ones are not counted.
const MOST_LOOKED_AT: usize = 50_000;

/// Number of changes that are read at once.
const PORTION: u32 = 1000;

/// What the changes have in common with those of the rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// The key.
    Key(CredentialId),
    /// The person.
    Person(AccountId),
}

/// Changes that the filter does not catch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCaught {
    /// What they share with changes that it catches.
    pub shared: Shared,
    /// Their number, of those that were not undone.
    pub changes: u32,
    /// How many of them name somebody else than the changes that the filter catches.
    pub naming_others: u32,
    /// How many of them name nobody.
    pub naming_nobody: u32,
}

/// Counts the changes in the time of the filter that it does not catch: with the keys of the changes in the
/// plan, if the filter asks for a person; else by the persons of these changes, if it asks for a key.
pub(super) async fn not_caught(
    view: &mut View<'_>,
    community: CommunityId,
    filter: &HistoryFilter,
    plan: &RollbackPlan,
) -> Result<Vec<NotCaught>, OpError> {
    let targets = || plan.steps().map(|step| &step.target);
    let shared: Vec<_> = if filter.actor.is_some() {
        most_frequent(targets().filter_map(|change| change.credential)).into_iter().map(Shared::Key).collect()
    } else if filter.credential.is_some() {
        most_frequent(targets().filter_map(|change| change.actor)).into_iter().map(Shared::Person).collect()
    } else {
        Vec::new()
    };
    let mut all = Vec::new();
    for shared in shared {
        let found = count(view, community, filter, shared).await?;
        all.extend(Some(found).filter(|found| found.changes > 0));
    }
    Ok(all)
}

/// Returns the values that occur most, the most frequent first.
fn most_frequent<T: Copy + Eq + Hash + Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut counts = HashMap::<_, usize>::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(value, count)| (Reverse(*count), *value));
    counts.into_iter().take(MOST_NAMED).map(|(value, _)| value).collect()
}

async fn count(
    view: &mut View<'_>,
    community: CommunityId,
    filter: &HistoryFilter,
    shared: Shared,
) -> Result<NotCaught, OpError> {
    let HistoryFilter { from, to, .. } = *filter;
    let wider = HistoryFilter { from, to, undone: Some(false), ..shared.filter() };
    let mut found = NotCaught { shared, changes: 0, naming_others: 0, naming_nobody: 0 };
    let (mut after, mut looked_at) = (None, 0);
    loop {
        let page = view.tx.history(community, &wider, Order::NewestFirst, after, PORTION).await?;
        looked_at += page.changes.len();
        for linked in page.changes.iter().filter(|linked| !filter.matches(&linked.change)) {
            found.add(&linked.change, filter.actor);
        }
        after = page.next;
        if after.is_none() || looked_at >= MOST_LOOKED_AT {
            return Ok(found);
        }
    }
}

impl Shared {
    fn filter(self) -> HistoryFilter {
        match self {
            Self::Key(key) => HistoryFilter { credential: Some(key), ..HistoryFilter::default() },
            Self::Person(person) => HistoryFilter { actor: Some(person), ..HistoryFilter::default() },
        }
    }
}

impl NotCaught {
    fn add(&mut self, change: &RankChange, person: Option<AccountId>) {
        self.changes += 1;
        match (change.actor, person) {
            (None, _) => self.naming_nobody += 1,
            (Some(actor), Some(person)) if actor != person => self.naming_others += 1,
            (Some(_), _) => {}
        }
    }
}

impl From<&NotCaught> for NotCaughtBody {
    fn from(found: &NotCaught) -> Self {
        let (credential_id, user_id) = match found.shared {
            Shared::Key(key) => (Some(key), None),
            Shared::Person(person) => (None, Some(person)),
        };
        let NotCaught { changes, naming_others, naming_nobody, .. } = *found;
        Self { credential_id, user_id, changes, naming_others, naming_nobody }
    }
}
