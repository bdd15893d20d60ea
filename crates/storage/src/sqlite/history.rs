//! The history in SQLite, which is within this process: rows are looked at one by one, until a page is full.
//! PostgreSQL has a file of its own, for there the rows that do not fit must not be sent.

use std::collections::VecDeque;

use async_trait::async_trait;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rusqlite::{Row, ToSql};

use super::codec::Id;
use super::rank_changes::{linked_change, one_change};
use super::tx::SqliteTx;
use crate::history::{
    HistoryFilter, HistoryPage, LOOKED_AT, LedgerHead, LinkedChange, Numbers, Order, ReadHistory, TimeSpan,
    numbers_to_look_at,
};
use crate::rank_changes::COLUMNS;
use crate::{Result, StorageError, grants_bytes};

/// A filter, as it is held against a row before that is read whole.
struct Sieve<'a> {
    filter: &'a HistoryFilter,
    span: Option<TimeSpan>,
}

impl<'a> Sieve<'a> {
    fn new(filter: &'a HistoryFilter) -> Self {
        Self { filter, span: TimeSpan::of(filter) }
    }

    /// Returns the change of a row of [`COLUMNS`], if it fits the filter.
    fn pass(&self, row: &Row<'_>) -> rusqlite::Result<Option<LinkedChange>> {
        if !self.may_fit(row)? {
            return Ok(None);
        }
        let found = linked_change(row)?;
        Ok(self.filter.matches(&found.change).then_some(found))
    }

    /// Returns false for most rows that do not fit.
    fn may_fit(&self, row: &Row<'_>) -> rusqlite::Result<bool> {
        let Self { filter, span } = self;
        if let Some(TimeSpan { from, to }) = *span
            && !(from..to).contains(&row.get(4)?)
        {
            return Ok(false);
        }
        if filter.undone.is_some_and(|undone| undone != row.get_ref(17).is_ok_and(|by| by.as_i64().is_ok())) {
            return Ok(false);
        }
        if let Some(source) = filter.source
            && row.get_ref(11)?.as_str()? != source.as_str()
        {
            return Ok(false);
        }
        let account = row.get_ref(3)?.as_blob()?;
        if !filter.accounts.is_empty() && !filter.accounts.iter().any(|id| id.0.as_bytes() == account) {
            return Ok(false);
        }
        let (before, after) = (row.get_ref(5)?.as_blob()?, row.get_ref(6)?.as_blob()?);
        let mut ranks = filter.ranks.iter();
        Ok(filter.ranks.is_empty()
            || ranks.any(|rank| grants_bytes::holds(before, *rank) || grants_bytes::holds(after, *rank)))
    }
}

/// A page as it is filled.
struct Filling {
    changes: Vec<LinkedChange>,
    take: usize,
    looked_at: u32,
    /// The number of the last change that was looked at.
    last: ChangeNumber,
}

impl Filling {
    fn new(take: u32) -> Self {
        let take = usize::try_from(take).unwrap_or(usize::MAX);
        Self { changes: Vec::new(), take, looked_at: 0, last: ChangeNumber(0) }
    }

    /// Looks at a row. Returns whether to go on.
    fn look_at(&mut self, sieve: &Sieve<'_>, row: &Row<'_>) -> rusqlite::Result<bool> {
        self.changes.extend(sieve.pass(row)?);
        self.last = ChangeNumber(row.get(0)?);
        self.looked_at += 1;
        Ok(self.changes.len() <= self.take && self.looked_at < LOOKED_AT)
    }

    fn page(mut self) -> HistoryPage {
        let mut next = (self.looked_at == LOOKED_AT).then_some(self.last);
        if self.changes.len() > self.take {
            self.changes.truncate(self.take);
            next = self.changes.last().map(|last| last.change.number);
        }
        HistoryPage { changes: self.changes, next }
    }
}

impl SqliteTx {
    /// Returns a page of one account's changes, newest first.
    async fn newest_of_account(
        &mut self,
        community: CommunityId,
        account: AccountId,
        filter: &HistoryFilter,
        after: Option<ChangeNumber>,
        take: u32,
    ) -> Result<HistoryPage> {
        let (sieve, mut page) = (Sieve::new(filter), Filling::new(take));
        let until = self.last_pruned(community).await?;
        let start = self.start_of_walk(community, account, after)?;
        self.walk_back(community, start, until, |row| {
            let is_before = after.is_none_or(|after| row.get(0).is_ok_and(|number: i64| number < after.0));
            if is_before { page.look_at(&sieve, row) } else { Ok(true) }
        })?;
        Ok(page.page())
    }

    /// Returns where a walk begins that is to find an account's changes before `after`: with that change, if
    /// it is one of them, as it is when a page goes on; else with the newest.
    fn start_of_walk(
        &self,
        community: CommunityId,
        account: AccountId,
        after: Option<ChangeNumber>,
    ) -> Result<ChangeNumber> {
        if let Some(after) = after {
            let sql = "SELECT number FROM rank_changes WHERE community = ?1 AND number = ?2 AND account = ?3";
            let found = self.one(sql, (community.0, after.0, Id(account.0)), |row| row.get(0))?;
            if let Some(number) = found {
                return Ok(ChangeNumber(number));
            }
        }
        self.newest_change(community, account)
    }

    /// Returns a page of one account's changes, oldest first: the last ones of a walk from the newest.
    async fn oldest_of_account(
        &mut self,
        community: CommunityId,
        account: AccountId,
        filter: &HistoryFilter,
        after: Option<ChangeNumber>,
        take: u32,
    ) -> Result<HistoryPage> {
        let (sieve, take) = (Sieve::new(filter), usize::try_from(take).unwrap_or(usize::MAX));
        let until = self.last_pruned(community).await?.max(after.unwrap_or(ChangeNumber(0)));
        let (mut oldest, mut is_more) = (VecDeque::new(), false);
        let newest = self.newest_change(community, account)?;
        self.walk_back(community, newest, until, |row| {
            oldest.extend(sieve.pass(row)?);
            if oldest.len() > take {
                oldest.pop_front();
                is_more = true;
            }
            Ok(true)
        })?;
        let changes: Vec<_> = oldest.into_iter().rev().collect();
        let next = changes.last().filter(|_| is_more).map(|last: &LinkedChange| last.change.number);
        Ok(HistoryPage { changes, next })
    }

    /// Returns a page of the changes between these numbers.
    fn changes_between(
        &self,
        community: CommunityId,
        filter: &HistoryFilter,
        order: Order,
        numbers: Numbers,
        take: u32,
    ) -> Result<HistoryPage> {
        let direction = match order {
            Order::NewestFirst => "DESC",
            Order::OldestFirst => "ASC",
        };
        let (actor, credential) = (filter.actor.map(|id| Id(id.0)), filter.credential.map(|id| Id(id.0)));
        let mut sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = ? AND number >= ? AND number <= ?");
        let mut values: Vec<&dyn ToSql> = vec![&community.0, &numbers.first, &numbers.last];
        for (column, id) in [("actor", &actor), ("credential", &credential)] {
            if let Some(id) = id {
                sql.extend([" AND ", column, " = ?"]);
                values.push(id);
            }
        }
        sql.extend([" ORDER BY number ", direction]);
        let mut statement = self.prepare(&sql)?;
        let mut rows = statement.query(&*values).map_err(|error| self.failed(error))?;
        let (sieve, mut page) = (Sieve::new(filter), Filling::new(take));
        while let Some(row) = rows.next().map_err(|error| self.failed(error))? {
            if !page.look_at(&sieve, row).map_err(|error| self.failed(error))? {
                break;
            }
        }
        Ok(page.page())
    }
}

#[async_trait]
impl ReadHistory for SqliteTx {
    async fn history(
        &mut self,
        community: CommunityId,
        filter: &HistoryFilter,
        order: Order,
        after: Option<ChangeNumber>,
        take: u32,
    ) -> Result<HistoryPage> {
        if let [account] = *filter.accounts.as_slice() {
            return match order {
                Order::NewestFirst => self.newest_of_account(community, account, filter, after, take).await,
                Order::OldestFirst => self.oldest_of_account(community, account, filter, after, take).await,
            };
        }
        let mut numbers = numbers_to_look_at(self, community, filter).await?.of_page(order, after);
        numbers.first = numbers.first.max(self.last_pruned(community).await?.0 + 1);
        self.changes_between(community, filter, order, numbers, take)
    }

    async fn ledger_head(&mut self, community: CommunityId) -> Result<LedgerHead> {
        if let Some(head) = self.heads().get(community) {
            return Ok(head);
        }
        let sql = "SELECT last_number, last_hash FROM ledger_heads WHERE community = ?1";
        let head = self.one(sql, [community.0], |row| {
            let number = ChangeNumber(row.get("last_number")?);
            let hash = row.get_ref("last_hash")?.as_blob().ok();
            Ok((number, hash.and_then(|bytes| bytes.try_into().ok()).map(ChainHash)))
        })?;
        let (number, hash) = head.ok_or_else(|| no_ledger(community))?;
        let hash = hash.ok_or(StorageError::BrokenLedger(community))?;
        let head = LedgerHead { number, hash };
        self.heads().found(community, head);
        Ok(head)
    }

    async fn linked_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<LinkedChange>> {
        self.one(&one_change(), (community.0, number.0), linked_change)
    }
}

fn no_ledger(community: CommunityId) -> StorageError {
    StorageError::Corrupt(format!("community {} has no ledger", community.0))
}
