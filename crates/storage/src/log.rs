//! The log: the entries of acts that are no rank change. Rank changes have places in the same log, which
//! follow from the positions of the entries (see [`rankledger_domain::log`]).

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::log::{Act, ActKind, LogEntry, LogPlace, LogPosition};
use rankledger_domain::log_chain;

use crate::communities::ReadCommunities;
use crate::history::{LOOKED_AT, Order, ReadHistory, next_millisecond};
use crate::sql::value::{ToValue, Value, params};
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    log_entries: [community Int, place Int]
        after_change Int, ledger_hash Bytes, id Id, at Int, kind Text, actor Id, credential Id, address Text, account Id,
        before Text, after Text, hash Bytes;
};

/// An entry of the log, and its link of the hash chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedEntry {
    /// The entry.
    pub entry: LogEntry,
    /// Its hash.
    pub hash: ChainHash,
}

/// Which entries are meant: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of one of these kinds; of any, if empty.
    pub kinds: Vec<ActKind>,
    /// About this account.
    pub account: Option<AccountId>,
    /// Of acts with this credential.
    pub credential: Option<CredentialId>,
    /// Of acts by this person.
    pub actor: Option<AccountId>,
    /// Of acts at this time or later.
    pub from: Option<Timestamp>,
    /// Of acts before this time.
    pub to: Option<Timestamp>,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// The entries, in the order that was asked for.
    pub entries: Vec<LinkedEntry>,
    /// After which place to go on; none at the end.
    pub next: Option<LogPlace>,
}

/// Reading the log.
#[async_trait]
pub trait ReadLog {
    /// Returns the entries that fit the filter, after the place `after` in this order: `take` of them at the
    /// most. A page may hold fewer, even none, and still say where to go on: a page looks at a limited number
    /// of entries.
    async fn log(
        &mut self,
        community: CommunityId,
        filter: &LogFilter,
        order: Order,
        after: Option<LogPlace>,
        take: u32,
    ) -> Result<LogPage>;

    /// The position and the hash of the last entry. `None` if there is none.
    async fn log_end(&mut self, community: CommunityId) -> Result<Option<(LogPosition, ChainHash)>>;

    /// The position of the last entry at this place or before it; [`LogPosition::START`] if there is none.
    async fn log_position_at(&mut self, community: CommunityId, place: LogPlace) -> Result<LogPosition>;

    /// The position of the last entry before the rank change of this number; [`LogPosition::START`] if there
    /// is none.
    async fn log_position_before(
        &mut self,
        community: CommunityId,
        change: ChangeNumber,
    ) -> Result<LogPosition>;
}

/// Writing the log.
#[async_trait]
pub trait WriteLog {
    /// Writes an act at the end of the log, and returns its entry. Whatever the transaction has written
    /// before comes before it.
    async fn append_to_log(&mut self, community: CommunityId, act: &Act) -> Result<LinkedEntry>;
}

fn position(row: &Row<'_>) -> Result<LogPosition> {
    Ok(LogPosition { place: LogPlace(row.get("place")?), after_change: row.get("after_change")? })
}

/// The position of the last entry, and its hash.
fn end(row: &Row<'_>) -> Result<(LogPosition, ChainHash)> {
    Ok((position(row)?, row.get("hash")?))
}

fn linked_entry(row: &Row<'_>) -> Result<LinkedEntry> {
    let address: Option<String> = row.get("address")?;
    let address = address.map(|text| {
        text.parse().map_err(|_| StorageError::Corrupt(format!("column address: \"{text}\" is no address")))
    });
    let act = Act {
        id: row.get("id")?,
        at: row.get("at")?,
        kind: row.word("kind", ActKind::parse)?,
        actor: row.get("actor")?,
        credential: row.get("credential")?,
        address: address.transpose()?,
        account: row.get("account")?,
        before: row.get("before")?,
        after: row.get("after")?,
    };
    let entry = LogEntry { position: position(row)?, ledger_hash: row.get("ledger_hash")?, act };
    Ok(LinkedEntry { entry, hash: row.get("hash")? })
}

/// The conditions of a page, and the values of their parameters.
struct Conditions<'a> {
    sql: String,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    /// The entries of a community, after a place in this order.
    fn of(community: &'a CommunityId, order: Order, after: Option<LogPlace>) -> Self {
        let conditions = Self { sql: "community = $1".to_owned(), values: vec![community.to_value()] };
        match (order, after) {
            (Order::OldestFirst, after) => {
                conditions.and("place > ?", Value::Integer(after.map_or(0, |place| place.0)))
            }
            (Order::NewestFirst, after) => {
                conditions.and("place < ?", Value::Integer(after.map_or(i64::MAX, |place| place.0)))
            }
        }
    }

    /// Adds a condition in which the question mark stands for the value.
    fn and(mut self, sql: &str, value: Value<'a>) -> Self {
        self.values.push(value);
        self.sql.push_str(" AND ");
        self.sql.push_str(&sql.replace('?', &format!("${}", self.values.len())));
        self
    }

    /// Adds a condition, if there is a value.
    fn and_if(self, sql: &str, value: Option<Value<'a>>) -> Self {
        match value {
            Some(value) => self.and(sql, value),
            None => self,
        }
    }

    /// Adds the condition that an entry is of one of these kinds; none, if the list is empty.
    fn of_kinds(mut self, kinds: &[ActKind]) -> Self {
        if kinds.is_empty() {
            return self;
        }
        let first = self.values.len() + 1;
        self.values.extend(kinds.iter().map(|kind| Value::Text(kind.as_str().into())));
        let listed: Vec<_> = (first..=self.values.len()).map(|index| format!("${index}")).collect();
        self.sql.extend([" AND kind IN (", &listed.join(", "), ")"]);
        self
    }

    /// Adds what a filter asks for.
    fn fitting(self, filter: &'a LogFilter) -> Self {
        let time = |time: Timestamp| Value::Integer(next_millisecond(time).as_millisecond());
        self.of_kinds(&filter.kinds)
            .and_if("account = ?", filter.account.as_ref().map(ToValue::to_value))
            .and_if("credential = ?", filter.credential.as_ref().map(ToValue::to_value))
            .and_if("actor = ?", filter.actor.as_ref().map(ToValue::to_value))
            .and_if("at >= ?", filter.from.map(time))
            .and_if("at < ?", filter.to.map(time))
    }
}

/// The clause that puts entries in an order.
fn in_order(order: Order) -> &'static str {
    match order {
        Order::OldestFirst => "ORDER BY place",
        Order::NewestFirst => "ORDER BY place DESC",
    }
}

/// Returns the last place that a page looks at. `None` if it may look at all there are.
async fn last_looked_at<T: SqlTx>(
    tx: &mut T,
    community: CommunityId,
    order: Order,
    after: Option<LogPlace>,
) -> Result<Option<LogPlace>> {
    let Conditions { sql, values } = Conditions::of(&community, order, after);
    let skipped = LOOKED_AT - 1;
    let sql =
        format!("SELECT place FROM log_entries WHERE {sql} {} LIMIT 1 OFFSET {skipped}", in_order(order));
    let found = tx.on(community).await?.one(&sql, &values, |row| row.get("place")).await?;
    Ok(found.map(LogPlace))
}

#[async_trait]
impl<T: SqlTx> ReadLog for T {
    async fn log(
        &mut self,
        community: CommunityId,
        filter: &LogFilter,
        order: Order,
        after: Option<LogPlace>,
        take: u32,
    ) -> Result<LogPage> {
        let is_filtered = *filter != LogFilter::default();
        let edge = if is_filtered { last_looked_at(self, community, order, after).await? } else { None };
        let within = match order {
            Order::OldestFirst => "place <= ?",
            Order::NewestFirst => "place >= ?",
        };
        let conditions = Conditions::of(&community, order, after)
            .and_if(within, edge.map(|place| Value::Integer(place.0)))
            .fitting(filter);
        let Conditions { sql, values } = conditions;
        // One more than asked for tells whether there are more.
        let limit = u64::from(take) + 1;
        let sql = format!("SELECT * FROM log_entries WHERE {sql} {} LIMIT {limit}", in_order(order));
        let mut entries = self.on(community).await?.all(&sql, &values, linked_entry).await?;
        let take = usize::try_from(take).unwrap_or(usize::MAX);
        let next = if entries.len() > take {
            entries.truncate(take);
            entries.last().map(|last| last.entry.position.place)
        } else {
            edge
        };
        Ok(LogPage { entries, next })
    }

    async fn log_end(&mut self, community: CommunityId) -> Result<Option<(LogPosition, ChainHash)>> {
        let sql = "SELECT place, after_change, hash FROM log_entries WHERE community = $1
             ORDER BY place DESC LIMIT 1";
        self.on(community).await?.one(sql, params![community], end).await
    }

    async fn log_position_at(&mut self, community: CommunityId, place: LogPlace) -> Result<LogPosition> {
        let sql = "SELECT place, after_change FROM log_entries WHERE community = $1 AND place <= $2
             ORDER BY place DESC LIMIT 1";
        let found = self.on(community).await?.one(sql, params![community, place.0], position).await?;
        Ok(found.unwrap_or(LogPosition::START))
    }

    async fn log_position_before(
        &mut self,
        community: CommunityId,
        change: ChangeNumber,
    ) -> Result<LogPosition> {
        let sql = "SELECT place, after_change FROM log_entries WHERE community = $1 AND after_change < $2
             ORDER BY after_change DESC, place DESC LIMIT 1";
        let found = self.on(community).await?.one(sql, params![community, change], position).await?;
        Ok(found.unwrap_or(LogPosition::START))
    }
}

#[async_trait]
impl<T: SqlTx + ReadCommunities + ReadHistory> WriteLog for T {
    async fn append_to_log(&mut self, community: CommunityId, act: &Act) -> Result<LinkedEntry> {
        let head = self.ledger_head(community).await?;
        let (last, previous) = match self.log_end(community).await? {
            Some(last) => last,
            None => (LogPosition::START, beginning(self, community).await?),
        };
        let entry = LogEntry { position: last.next(head.number), ledger_hash: head.hash, act: act.clone() };
        let hash = log_chain::link(previous, &entry);
        let linked = LinkedEntry { entry, hash };
        insert(self, community, &linked).await?;
        Ok(linked)
    }
}

/// Returns what the chain of a community's log begins with.
async fn beginning<T: ReadCommunities + Send>(tx: &mut T, community: CommunityId) -> Result<ChainHash> {
    let found = tx.community(community).await?;
    let found =
        found.ok_or_else(|| StorageError::Corrupt(format!("community {} is missing", community.0)))?;
    Ok(log_chain::genesis(found.uuid))
}

async fn insert<T: SqlTx>(tx: &mut T, community: CommunityId, linked: &LinkedEntry) -> Result<()> {
    let LinkedEntry { entry: LogEntry { position, ledger_hash, act }, hash } = linked;
    let sql = "INSERT INTO log_entries (community, place, after_change, ledger_hash, id, at, kind, actor, credential,
             address, account, before, after, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let (kind, address) = (act.kind.as_str(), act.address.map(|address| address.to_string()));
    let params = params![
        community,
        position.place.0,
        position.after_change,
        ledger_hash,
        act.id,
        act.at,
        kind,
        act.actor,
        act.credential,
        address,
        act.account,
        act.before,
        act.after,
        hash,
    ];
    tx.on(community).await?.writing_beside().await?.run(sql, params).await.map(drop)
}
