//! The history in SQLite. PostgreSQL has a file of its own, for how a rank or one of several accounts is
//! found fastest differs: JSON functions here, arrays there; and so do the bounds by which an index is
//! searched.

use async_trait::async_trait;
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rusqlite::{ToSql, params_from_iter};

use super::codec::{Id, chain_hash, to_json};
use super::rank_changes::{COLUMNS, IS_KEPT, linked_change};
use super::tx::SqliteTx;
use crate::history::{
    HistoryFilter, HistoryPage, LOOKED_AT, LedgerHead, LinkedChange, Numbers, Order, ReadHistory, TimeSpan,
};
use crate::pruning::ReadPruning;
use crate::{Result, StorageError};

/// The text of a condition, and the values of its question marks.
#[derive(Default)]
struct Conditions {
    sql: Vec<&'static str>,
    values: Vec<Box<dyn ToSql + Send + Sync>>,
}

impl Conditions {
    fn add(&mut self, sql: &'static str, value: impl ToSql + Send + Sync + 'static) {
        self.sql.push(sql);
        self.values.push(Box::new(value));
    }

    fn all(&self) -> String {
        if self.sql.is_empty() { "TRUE".to_owned() } else { self.sql.join(" AND ") }
    }
}

/// Returns the conditions that an index can answer. The changes found are checked against the rest one by
/// one.
fn found_by_index(community: CommunityId, filter: &HistoryFilter, numbers: Numbers) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.add("community = ?", community.0);
    if let [account] = filter.accounts.as_slice() {
        conditions.add("account = ?", Id(account.0));
    }
    if let Some(actor) = filter.actor {
        conditions.add("actor = ?", Id(actor.0));
    }
    if let Some(credential) = filter.credential {
        conditions.add("credential = ?", Id(credential.0));
    }
    if let Some(batch) = filter.batch {
        conditions.add("batch = ?", Id(batch.0));
    }
    conditions.add("number >= ?", numbers.first);
    conditions.add("number <= ?", numbers.last);
    conditions
}

impl SqliteTx {
    /// Returns the numbers between which all changes of a time are. `None` if that would be too many to look
    /// at.
    fn numbers_within(&self, community: CommunityId, span: &TimeSpan) -> Result<Option<Numbers>> {
        let sql = format!(
            "SELECT count(*), min(number), max(number) FROM (SELECT number FROM rank_changes
             WHERE community = ?1 AND at >= ?2 AND at < ?3 ORDER BY at LIMIT {LOOKED_AT})"
        );
        let found =
            self.one(&sql, (community.0, span.from, span.to), |row| match row.get::<_, u32>(0)? {
                0 => Ok(Some(Numbers::NONE)),
                LOOKED_AT => Ok(None),
                _ => Ok(Some(Numbers { first: row.get(1)?, last: row.get(2)? })),
            })?;
        Ok(found.flatten())
    }
}

fn looked_at(filter: &HistoryFilter) -> Conditions {
    let mut conditions = Conditions::default();
    if filter.accounts.len() > 1 {
        let accounts: Vec<_> = filter.accounts.iter().map(|id| id.0.simple().to_string()).collect();
        conditions.add("lower(hex(account)) IN (SELECT value FROM json_each(?))", to_json(&accounts));
    }
    if !filter.ranks.is_empty() {
        // A grant is a text with the rank in it. A rank was touched if its grant is there on one side only,
        // or differs.
        conditions.add(
            "EXISTS (SELECT 1 FROM json_each(?) AS rank WHERE
                (SELECT value FROM json_each(ranks_before) WHERE instr(value, rank.value))
                IS NOT (SELECT value FROM json_each(ranks_after) WHERE instr(value, rank.value)))",
            to_json(&filter.ranks),
        );
    }
    if let Some(source) = filter.source {
        conditions.add("source = ?", source.as_str());
    }
    if let Some(span) = TimeSpan::of(filter) {
        conditions.add("at >= ?", span.from);
        conditions.add("at < ?", span.to);
    }
    if let Some(undone) = filter.undone {
        conditions.add("(reversed_by IS NOT NULL) = ?", undone);
    }
    conditions
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
        let direction = match order {
            Order::NewestFirst => "DESC",
            Order::OldestFirst => "ASC",
        };
        let found = match TimeSpan::to_be_found(filter) {
            Some(span) => self.numbers_within(community, &span)?,
            None => None,
        };
        let mut numbers = Numbers::of_page(found, order, after);
        if let Some(pruned) = self.pruned_history(community).await? {
            numbers.first = numbers.first.max(pruned.number.0 + 1);
        }
        let indexed = found_by_index(community, filter, numbers);
        let rest = looked_at(filter);
        let candidates = format!("rank_changes WHERE {} ORDER BY number {direction}", indexed.all());
        let sql = format!(
            "SELECT {COLUMNS} FROM (SELECT * FROM {candidates} LIMIT {LOOKED_AT}) WHERE {} LIMIT {}",
            rest.all(),
            i64::from(take) + 1,
        );
        let values = indexed.values.iter().chain(&rest.values);
        let mut changes = self.all(&sql, params_from_iter(values), linked_change)?;
        let taken = usize::try_from(take).unwrap_or(usize::MAX);
        let next = if changes.len() > taken {
            changes.truncate(taken);
            changes.last().map(|last| last.change.number)
        } else {
            let sql = format!("SELECT number FROM {candidates} LIMIT 1 OFFSET {}", LOOKED_AT - 1);
            let last_looked_at = self.one(&sql, params_from_iter(&indexed.values), |row| row.get(0))?;
            last_looked_at.map(ChangeNumber)
        };
        Ok(HistoryPage { changes, next })
    }

    async fn ledger_head(&mut self, community: CommunityId) -> Result<LedgerHead> {
        if let Some(head) = self.heads().get(community) {
            return Ok(head);
        }
        let sql = "SELECT last_number, last_hash FROM ledger_heads WHERE community = ?1";
        let head = self.one(sql, [community.0], |row| {
            let number = ChangeNumber(row.get("last_number")?);
            Ok(LedgerHead { number, hash: chain_hash(row, "last_hash")? })
        })?;
        let head = head.ok_or_else(|| no_ledger(community))?;
        self.heads().found(community, head);
        Ok(head)
    }

    async fn linked_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<LinkedChange>> {
        let sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = ?1 AND number = ?2 AND {IS_KEPT}");
        self.one(&sql, (community.0, number.0), linked_change)
    }
}

fn no_ledger(community: CommunityId) -> StorageError {
    StorageError::Corrupt(format!("community {} has no ledger", community.0))
}
