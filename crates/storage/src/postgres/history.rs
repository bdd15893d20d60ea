//! The history in PostgreSQL.

use async_trait::async_trait;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_domain::rank_change::Source;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::codec::get;
use super::rank_changes::{COLUMNS, IS_KEPT, linked_change};
use super::tx::{PgTx, ledger_head};
use crate::history::{HistoryFilter, HistoryPage, LedgerHead, LinkedChange, Order, ReadHistory};
use crate::{Result, StorageError};

/// How many changes a page looks at.
const LOOKED_AT: u32 = 50_000;

/// The text of conditions, and the values of their parameters.
pub(super) struct Conditions {
    sql: Vec<String>,
    values: Vec<Box<dyn ToSql + Sync + Send>>,
    /// How many parameters the statement has before these.
    before: usize,
}

impl Conditions {
    /// None yet, in a statement that has this many other parameters before them.
    pub(super) fn after(before: usize) -> Self {
        Self { sql: Vec::new(), values: Vec::new(), before }
    }

    /// Adds a condition in which question marks stand for the value, if there is one.
    pub(super) fn and(mut self, sql: &str, value: Option<impl ToSql + Sync + Send + 'static>) -> Self {
        if let Some(value) = value {
            self.values.push(Box::new(value));
            let number = self.before + self.values.len();
            self.sql.push(sql.replace('?', &format!("${number}")));
        }
        self
    }

    /// All of them as one.
    pub(super) fn all(&self) -> String {
        if self.sql.is_empty() { "TRUE".to_owned() } else { self.sql.join(" AND ") }
    }

    /// The values, in order.
    pub(super) fn params(&self) -> impl Iterator<Item = &(dyn ToSql + Sync)> {
        self.values.iter().map(|value| value.as_ref() as &(dyn ToSql + Sync))
    }
}

/// What an index leads to. The rest is looked at one by one.
fn found_by_index(
    community: CommunityId,
    filter: &HistoryFilter,
    order: Order,
    after: Option<ChangeNumber>,
) -> Conditions {
    let account = match filter.accounts.as_slice() {
        [account] => Some(account.0),
        _ => None,
    };
    let (from, to) = match order {
        Order::NewestFirst => (None, after),
        Order::OldestFirst => (after, None),
    };
    Conditions::after(0)
        .and(&format!("community = ? AND {IS_KEPT}"), Some(community.0))
        .and("account = ?", account)
        .and("actor = ?", filter.actor.map(|actor| actor.0))
        .and("credential = ?", filter.credential.map(|credential| credential.0))
        .and("batch = ?", filter.batch.map(|batch| batch.0))
        .and("number > ?", from.map(|number| number.0))
        .and("number < ?", to.map(|number| number.0))
}

fn looked_at(filter: &HistoryFilter, before: usize) -> Conditions {
    let accounts = || filter.accounts.iter().map(|account| account.0).collect::<Vec<Uuid>>();
    let ranks = || filter.ranks.iter().map(|rank| rank.0).collect::<Vec<Uuid>>();
    let millis = |time| next_millisecond(time).as_millisecond();
    Conditions::after(before)
        .and("account = ANY (?)", (filter.accounts.len() > 1).then(accounts))
        // A grant is a text with the rank in it. A rank was touched if its grant is there on one side only, or differs. Most
        // changes do not speak of it at all, and need not be taken apart.
        .and(
            "EXISTS (SELECT 1 FROM unnest(?::uuid[]) AS rank WHERE strpos(ranks_before || ranks_after, rank::text) > 0
                AND (SELECT value::text FROM json_array_elements(ranks_before::json)
                     WHERE strpos(value::text, rank::text) > 0 LIMIT 1)
                IS DISTINCT FROM (SELECT value::text FROM json_array_elements(ranks_after::json)
                     WHERE strpos(value::text, rank::text) > 0 LIMIT 1))",
            (!filter.ranks.is_empty()).then(ranks),
        )
        .and("source = ?", filter.source.map(Source::as_str))
        .and("at >= ?", filter.from.map(millis))
        .and("at < ?", filter.to.map(millis))
        .and("(reversed_by IS NOT NULL) = ?", filter.undone)
}

/// The time itself, or the first whole millisecond after it: changes are recorded at whole ones.
pub(super) fn next_millisecond(time: Timestamp) -> Timestamp {
    let round = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Ceil);
    // Only within the last millisecond that there is, there is none after it.
    time.round(round).unwrap_or(time)
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
        let indexed = found_by_index(community, filter, order, after);
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
        self.hold(community).await?;
        if let Some(head) = self.heads.get(community) {
            return Ok(head);
        }
        let sql = "SELECT last_number, last_hash FROM ledger_heads WHERE community = $1";
        let head = self.on(community).await?.one(sql, &[&community.0], ledger_head).await?;
        let head = head.ok_or_else(|| no_ledger(community))?;
        if self.holds(community) {
            self.heads.found(community, head);
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
