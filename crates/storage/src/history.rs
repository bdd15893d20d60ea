//! The history: the ledger read as a list.

use async_trait::async_trait;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, RankId};
use rankledger_domain::rank_change::{RankChange, Source};

use crate::Result;
use crate::change_times::numbers_within;
use crate::rank_changes::ReadRankChanges;
use crate::rollbacks::ReadRollbacks;
use crate::sql::SqlTx;

/// How many changes a page looks at.
pub(crate) const LOOKED_AT: u32 = 50_000;

/// A recorded change, its link of the hash chain, and its link in the list of its account's changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedChange {
    /// The change.
    pub change: RankChange,
    /// The number of the account's change before it; 0 if it is the first.
    pub previous: ChangeNumber,
    /// Its hash.
    pub hash: ChainHash,
}

/// The last change of a community, and its link of the hash chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerHead {
    /// Its number; 0 before the first.
    pub number: ChangeNumber,
    /// Its hash; before the first, what the chain begins with.
    pub hash: ChainHash,
}

/// Which changes are meant: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Of one of these accounts; of any, if empty.
    pub accounts: Vec<AccountId>,
    /// Made by this person.
    pub actor: Option<AccountId>,
    /// Made with this credential.
    pub credential: Option<CredentialId>,
    /// Recorded by this rollback.
    pub batch: Option<BatchId>,
    /// That gave, took or prolonged one of these ranks; any, if empty.
    pub ranks: Vec<RankId>,
    /// From this source.
    pub source: Option<Source>,
    /// Recorded at this time or later.
    pub from: Option<Timestamp>,
    /// Recorded before this time.
    pub to: Option<Timestamp>,
    /// Reversed by another change, or not.
    pub undone: Option<bool>,
}

impl HistoryFilter {
    /// Whether the change fits everything that is given.
    #[must_use]
    pub fn matches(&self, change: &RankChange) -> bool {
        let touches = |rank: &RankId| change.transition.touches_rank(*rank);
        (self.accounts.is_empty() || self.accounts.contains(&change.account))
            && (self.actor.is_none() || self.actor == change.actor)
            && (self.credential.is_none() || self.credential == change.credential)
            && (self.batch.is_none() || self.batch == change.batch)
            && (self.ranks.is_empty() || self.ranks.iter().any(touches))
            && self.source.is_none_or(|source| source == change.source)
            && self.from.is_none_or(|from| from <= change.at)
            && self.to.is_none_or(|to| change.at < to)
            && self.undone.is_none_or(|undone| undone == change.reversed_by.is_some())
    }
}

/// The time that a filter is about, in milliseconds.
pub(crate) struct TimeSpan {
    /// The first that belongs to it.
    pub(crate) from: i64,
    /// The first that does not any more.
    pub(crate) to: i64,
}

impl TimeSpan {
    /// Returns the time span of a filter. `None` if the filter is about all time.
    pub(crate) fn of(filter: &HistoryFilter) -> Option<Self> {
        let millis = |time| next_millisecond(time).as_millisecond();
        (filter.from.is_some() || filter.to.is_some()).then(|| Self {
            from: filter.from.map_or(i64::MIN, millis),
            to: filter.to.map_or(i64::MAX, millis),
        })
    }
}

/// Numbers from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Numbers {
    /// The empty range.
    pub(crate) const NONE: Self = Self { first: 1, last: 0 };

    /// All numbers.
    const ALL: Self = Self { first: 1, last: i64::MAX };

    /// Returns those of the numbers among which a page looks that goes on after a number. The range has one
    /// bound on each side: of several bounds SQLite searches by one, which need not be the narrowest.
    pub(crate) fn of_page(self, order: Order, after: Option<ChangeNumber>) -> Self {
        let Self { first, last } = self;
        match (order, after) {
            (_, None) => Self { first, last },
            (Order::NewestFirst, Some(ChangeNumber(after))) => Self { first, last: last.min(after - 1) },
            (Order::OldestFirst, Some(ChangeNumber(after))) => Self { first: first.max(after + 1), last },
        }
    }

    /// Returns the numbers that are in both ranges.
    fn within(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
    }
}

/// Returns the numbers among which all changes of a filter are, as far as its time and its rollback say.
pub(crate) async fn numbers_to_look_at<T: SqlTx + ReadRankChanges + ReadRollbacks>(
    tx: &mut T,
    community: CommunityId,
    filter: &HistoryFilter,
) -> Result<Numbers> {
    let mut numbers = Numbers::ALL;
    if let Some(batch) = filter.batch {
        let rollback = tx.rollback(community, batch).await?;
        let of_batch = rollback.map(|found| Numbers { first: found.first.0, last: found.last.0 });
        numbers = of_batch.unwrap_or(Numbers::NONE);
    }
    if let Some(span) = TimeSpan::of(filter) {
        numbers = numbers.within(numbers_within(tx, community, &span).await?);
    }
    Ok(numbers)
}

/// The time itself, or the first whole millisecond after it: changes are recorded at whole ones.
pub(crate) fn next_millisecond(time: Timestamp) -> Timestamp {
    let round = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Ceil);
    // Only within the last millisecond that there is, there is none after it.
    time.round(round).unwrap_or(time)
}

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From the last change to the first.
    NewestFirst,
    /// From the first change to the last.
    OldestFirst,
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The changes, in the order that was asked for.
    pub changes: Vec<LinkedChange>,
    /// After which number to go on; none at the end.
    pub next: Option<ChangeNumber>,
}

/// Reading the history.
#[async_trait]
pub trait ReadHistory {
    /// Returns the changes that fit the filter, after the number `after` in this order: `take` of them at the
    /// most. A page may hold fewer, even none, and still say where to go on: a page looks at a limited number
    /// of changes. Only the list of a single account is walked as a whole where its oldest changes come
    /// first.
    async fn history(
        &mut self,
        community: CommunityId,
        filter: &HistoryFilter,
        order: Order,
        after: Option<ChangeNumber>,
        take: u32,
    ) -> Result<HistoryPage>;

    /// The end of the ledger.
    async fn ledger_head(&mut self, community: CommunityId) -> Result<LedgerHead>;

    /// The change with this number, and its hash.
    async fn linked_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<LinkedChange>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_bound_on_each_side() {
        let found = Numbers { first: 10, last: 20 };
        let after = |number| Some(ChangeNumber(number));
        let page = |order, after| {
            let Numbers { first, last } = found.of_page(order, after);
            (first, last)
        };
        assert_eq!(page(Order::NewestFirst, None), (10, 20));
        assert_eq!(page(Order::OldestFirst, None), (10, 20));
        assert_eq!(page(Order::NewestFirst, after(15)), (10, 14));
        assert_eq!(page(Order::OldestFirst, after(15)), (16, 20));
        assert_eq!(page(Order::NewestFirst, after(30)), (10, 20));
        assert_eq!(page(Order::OldestFirst, after(5)), (10, 20));
        assert_eq!(Numbers::ALL.of_page(Order::NewestFirst, after(5)), Numbers { first: 1, last: 4 });
        let Numbers { first, last } = Numbers::NONE.of_page(Order::OldestFirst, after(5));
        assert!(first > last, "nothing is among them");
    }
}
