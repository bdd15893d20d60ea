//! The history in PostgreSQL. SQLite has a file of its own, for how a rank or one of several accounts is
//! found fastest differs: arrays here, JSON functions there; and so do the bounds by which an index is
//! searched.

use async_trait::async_trait;
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_domain::rank_change::Source;
use tokio_postgres::Row;
use uuid::Uuid;

use super::codec::get;
use super::conditions::Conditions;
use super::locks::ledger_head;
use super::rank_changes::{COLUMNS, linked_change};
use super::tx::PgTx;
use crate::history::{
    HistoryFilter, HistoryPage, LOOKED_AT, LedgerHead, LinkedChange, Numbers, Order, ReadHistory, TimeSpan,
};
use crate::sql::IS_KEPT;
use crate::{Result, StorageError};

/// Returns the conditions that an index can answer. The changes found are checked against the rest one by
/// one.
fn found_by_index(community: CommunityId, filter: &HistoryFilter, numbers: Numbers) -> Conditions {
    let account = match filter.accounts.as_slice() {
        [account] => Some(account.0),
        _ => None,
    };
    Conditions::after(0)
        .and(&format!("community = ? AND {IS_KEPT}"), Some(community.0))
        .and("account = ?", account)
        .and("actor = ?", filter.actor.map(|actor| actor.0))
        .and("credential = ?", filter.credential.map(|credential| credential.0))
        .and("batch = ?", filter.batch.map(|batch| batch.0))
        .and("number >= ?", Some(numbers.first))
        .and("number <= ?", Some(numbers.last))
}

impl PgTx {
    /// Returns the numbers between which all changes of a time are. `None` if that would be too many to look
    /// at.
    async fn numbers_within(&mut self, community: CommunityId, span: &TimeSpan) -> Result<Option<Numbers>> {
        let sql = format!(
            "SELECT count(*), min(number), max(number) FROM (SELECT number FROM rank_changes
             WHERE community = $1 AND at >= $2 AND at < $3 ORDER BY at LIMIT {LOOKED_AT}) AS within"
        );
        let numbers = |row: &Row| match get::<i64>(row, 0)? {
            0 => Ok(Some(Numbers::NONE)),
            many if many == i64::from(LOOKED_AT) => Ok(None),
            _ => Ok(Some(Numbers { first: get(row, 1)?, last: get(row, 2)? })),
        };
        let tx = self.on(community).await?;
        Ok(tx.one(&sql, &[&community.0, &span.from, &span.to], numbers).await?.flatten())
    }
}

fn looked_at(filter: &HistoryFilter, before: usize) -> Conditions {
    let accounts = || filter.accounts.iter().map(|account| account.0).collect::<Vec<Uuid>>();
    let ranks = || filter.ranks.iter().map(|rank| rank.0).collect::<Vec<Uuid>>();
    let span = TimeSpan::of(filter);
    Conditions::after(before)
        .and("account = ANY (?)", (filter.accounts.len() > 1).then(accounts))
        // A grant is a text with the rank in it. A rank was touched if its grant is there on one side only,
        // or differs. Most changes do not speak of it at all, and need not be taken apart.
        .and(
            "EXISTS (SELECT 1 FROM unnest(?::uuid[]) AS rank WHERE strpos(ranks_before || ranks_after, rank::text) > 0
                AND (SELECT value::text FROM json_array_elements(ranks_before::json)
                     WHERE strpos(value::text, rank::text) > 0 LIMIT 1)
                IS DISTINCT FROM (SELECT value::text FROM json_array_elements(ranks_after::json)
                     WHERE strpos(value::text, rank::text) > 0 LIMIT 1))",
            (!filter.ranks.is_empty()).then(ranks),
        )
        .and("source = ?", filter.source.map(Source::as_str))
        .and("at >= ?", span.as_ref().map(|span| span.from))
        .and("at < ?", span.as_ref().map(|span| span.to))
        .and("(reversed_by IS NOT NULL) = ?", filter.undone)
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
        let direction = match order {
            Order::NewestFirst => "DESC",
            Order::OldestFirst => "ASC",
        };
        let found = match TimeSpan::to_be_found(filter) {
            Some(span) => self.numbers_within(community, &span).await?,
            None => None,
        };
        let indexed = found_by_index(community, filter, Numbers::of_page(found, order, after));
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
        let mut changes = tx.all(&sql, &params, linked_change).await?;
        let taken = usize::try_from(take).unwrap_or(usize::MAX);
        let next = if changes.len() > taken {
            changes.truncate(taken);
            changes.last().map(|last| last.change.number)
        } else {
            let sql = format!("SELECT number FROM {candidates} LIMIT 1 OFFSET {}", LOOKED_AT - 1);
            tx.one(&sql, &found, |row| get(row, 0)).await?.map(ChangeNumber)
        };
        self.note_changes(community, changes.iter().map(|linked| &linked.change));
        Ok(HistoryPage { changes, next })
    }

    async fn ledger_head(&mut self, community: CommunityId) -> Result<LedgerHead> {
        self.lock(community).await?;
        if let Some(head) = self.seen.heads.get(community) {
            return Ok(head);
        }
        let sql = "SELECT last_number, last_hash FROM ledger_heads WHERE community = $1";
        let head = self.on(community).await?.one(sql, &[&community.0], ledger_head).await?;
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
