//! The history in PostgreSQL, where most changes that do not fit a filter are left out by the statement.
//! SQLite has a file of its own: it is within this process, and looks at the rows one by one.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::rank_change::Source;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::codec::get;
use super::conditions::Conditions;
use super::locks::ledger_head;
use super::rank_changes::{WALK, linked_change};
use super::session::Params;
use super::tx::PgTx;
use crate::history::{
    HistoryFilter, HistoryPage, LOOKED_AT, LedgerHead, LinkedChange, Numbers, Order, ReadHistory, TimeSpan,
    numbers_to_look_at,
};
use crate::rank_changes::COLUMNS;
use crate::sql::IS_KEPT;
use crate::{Result, StorageError};

/// Returns the conditions that an index can answer. The changes found are checked against the rest one by
/// one.
fn found_by_index(community: CommunityId, filter: &HistoryFilter, numbers: Numbers) -> Conditions {
    Conditions::after(0)
        .and(&format!("community = ? AND {IS_KEPT}"), Some(community.0))
        .and("actor = ?", filter.actor.map(|actor| actor.0))
        .and("credential = ?", filter.credential.map(|credential| credential.0))
        .and("number >= ?", Some(numbers.first))
        .and("number <= ?", Some(numbers.last))
}

/// Returns conditions that leave out most changes that do not fit.
fn looked_at(filter: &HistoryFilter, before: usize) -> Conditions {
    let accounts = || filter.accounts.iter().map(|account| account.0).collect::<Vec<Uuid>>();
    let ranks = || filter.ranks.iter().map(|rank| rank.0.as_bytes().to_vec()).collect::<Vec<_>>();
    let span = TimeSpan::of(filter);
    Conditions::after(before)
        .and("account = ANY (?)", (filter.accounts.len() > 1).then(accounts))
        .and("batch = ?", filter.batch.map(|batch| batch.0))
        .and(
            "EXISTS (SELECT 1 FROM unnest(?::bytea[]) AS rank WHERE position(rank IN ranks_before || ranks_after) > 0)",
            (!filter.ranks.is_empty()).then(ranks),
        )
        .and("source = ?", filter.source.map(Source::as_str))
        .and("at >= ?", span.as_ref().map(|span| span.from))
        .and("at < ?", span.as_ref().map(|span| span.to))
        .and("(reversed_by IS NOT NULL) = ?", filter.undone)
}

/// Makes a page of rows that were asked for, one more than the page takes. Those are left out that do not fit
/// after all. If there are not that many, the page says that it goes on nowhere.
fn page_of(mut changes: Vec<LinkedChange>, filter: &HistoryFilter, take: u32) -> HistoryPage {
    let take = usize::try_from(take).unwrap_or(usize::MAX);
    let mut next = None;
    if changes.len() > take {
        changes.truncate(take);
        next = changes.last().map(|last| last.change.number);
    }
    changes.retain(|linked| filter.matches(&linked.change));
    HistoryPage { changes, next }
}

impl PgTx {
    /// Returns a page of one account's changes: a part of its list.
    async fn page_of_account(
        &mut self,
        community: CommunityId,
        account: AccountId,
        filter: &HistoryFilter,
        (order, after): (Order, Option<ChangeNumber>),
        take: u32,
    ) -> Result<HistoryPage> {
        let after = after.map(|after| after.0);
        // The oldest are the last ones of a walk from the newest.
        let (start, until, most) = match order {
            Order::NewestFirst => (after, 0, i64::from(LOOKED_AT)),
            Order::OldestFirst => (None, after.unwrap_or(0), i64::MAX),
        };
        let walk: Params<'_> = &[&community.0, &account.0, &start, &until, &most];
        let rest = looked_at(filter, walk.len())
            .and("number < ?", start)
            .and("actor = ?", filter.actor.map(|actor| actor.0))
            .and("credential = ?", filter.credential.map(|credential| credential.0));
        let limit = i64::from(take) + 1;
        let params: Vec<_> =
            walk.iter().copied().chain(rest.params()).chain([&limit as &(dyn ToSql + Sync)]).collect();
        // The newest come first by themselves, and the walk ends with the last that is wanted.
        let by_number = if order == Order::OldestFirst { "ORDER BY number" } else { "" };
        let sql = format!(
            "WITH RECURSIVE {WALK} SELECT {COLUMNS} FROM walk WHERE {} {by_number} LIMIT ${}",
            rest.all(),
            params.len()
        );
        let tx = self.on(community).await?;
        let mut page = page_of(tx.all(&sql, &params, linked_change).await?, filter, take);
        if page.next.is_none() && order == Order::NewestFirst && rest.params().next().is_some() {
            let last = format!("WITH RECURSIVE {WALK} SELECT number FROM walk WHERE place = $5");
            page.next = tx.one(&last, walk, |row| get(row, 0)).await?.map(ChangeNumber);
        }
        Ok(page)
    }

    /// Returns a page of the changes between these numbers.
    async fn page_of_numbers(
        &mut self,
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
        let indexed = found_by_index(community, filter, numbers);
        let found: Vec<_> = indexed.params().collect();
        let rest = looked_at(filter, found.len());
        let candidates = format!("rank_changes WHERE {} ORDER BY number {direction}", indexed.all());
        let limit = i64::from(take) + 1;
        let mut params = found.clone();
        params.extend(rest.params());
        params.push(&limit);
        let sql = format!(
            "SELECT {COLUMNS} FROM (SELECT * FROM {candidates} LIMIT {LOOKED_AT}) AS candidate WHERE {}
             ORDER BY number {direction} LIMIT ${}",
            rest.all(),
            params.len(),
        );
        let tx = self.on(community).await?;
        let mut page = page_of(tx.all(&sql, &params, linked_change).await?, filter, take);
        if page.next.is_none() {
            let sql = format!("SELECT number FROM {candidates} LIMIT 1 OFFSET {}", LOOKED_AT - 1);
            page.next = tx.one(&sql, &found, |row| get(row, 0)).await?.map(ChangeNumber);
        }
        Ok(page)
    }
}

#[async_trait]
impl ReadHistory for PgTx {
    async fn history(
        &mut self,
        community: CommunityId,
        filter: &HistoryFilter,
        order: Order,
        after: Option<ChangeNumber>,
        take: u32,
    ) -> Result<HistoryPage> {
        let page = if let [account] = *filter.accounts.as_slice() {
            self.page_of_account(community, account, filter, (order, after), take).await?
        } else {
            let numbers = numbers_to_look_at(self, community, filter).await?.of_page(order, after);
            self.page_of_numbers(community, filter, order, numbers, take).await?
        };
        self.note_changes(community, page.changes.iter().map(|linked| &linked.change));
        Ok(page)
    }

    async fn ledger_head(&mut self, community: CommunityId) -> Result<LedgerHead> {
        self.lock(community).await?;
        if let Some(head) = self.seen.heads.get(community) {
            return Ok(head);
        }
        let sql = "SELECT last_number, last_hash FROM ledger_heads WHERE community = $1";
        let head =
            self.on(community).await?.one(sql, &[&community.0], |row| ledger_head(row, community)).await?;
        let head = head.ok_or_else(|| no_ledger(community))?;
        if self.is_locked(community) {
            self.seen.heads.found(community, head);
        }
        Ok(head)
    }

    async fn linked_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<LinkedChange>> {
        let sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = $1 AND number = $2 AND {IS_KEPT}");
        self.on(community).await?.one(&sql, &[&community.0, &number.0], linked_change).await
    }
}

fn no_ledger(community: CommunityId) -> StorageError {
    StorageError::Corrupt(format!("community {} has no ledger", community.0))
}
