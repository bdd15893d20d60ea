//! Deliveries of events to subscriptions, and what became of them.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::{EventType, LogPlace};
use rankledger_domain::subscription::{Attempt, Delivery, DeliveryState};

use crate::sql::value::{ToValue, Value, params};
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    deliveries: [community Int, subscription Id, place Int]
        event Id, event_type Text, account Id, state Text, due_at Int, attempts Int, tried_at Int, took_ms Int,
        status Int, answer Text, error Text;
};

/// Which deliveries of a subscription are meant: those of a state, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveriesOf {
    /// All.
    Any,
    /// Those that are to be tried, or tried again.
    Waiting,
    /// Those that the receiver has taken.
    Delivered,
    /// Those that rest.
    Failed,
}

impl DeliveriesOf {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Waiting => Some(WAITING),
            Self::Delivered => Some(DELIVERED),
            Self::Failed => Some(FAILED),
        }
    }
}

const WAITING: &str = "waiting";
const DELIVERED: &str = "delivered";
const FAILED: &str = "failed";

/// Reading deliveries.
#[async_trait]
pub trait ReadDeliveries {
    /// The deliveries to a subscription, newest first, of events before a place.
    async fn deliveries(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        of: DeliveriesOf,
        before: Option<LogPlace>,
        take: u32,
    ) -> Result<Vec<Delivery>>;

    /// The delivery of the event at this place.
    async fn delivery(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        place: LogPlace,
    ) -> Result<Option<Delivery>>;

    /// All deliveries to a subscription that wait, in the order of their places.
    async fn waiting_deliveries(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
    ) -> Result<Vec<Delivery>>;

    /// Whether there are deliveries, in any community, that wait for nothing and were last tried before this
    /// time.
    async fn has_old_deliveries(&mut self, before: Timestamp) -> Result<bool>;
}

/// Writing deliveries.
#[async_trait]
pub trait WriteDeliveries {
    /// Keeps a delivery, or brings it up to date.
    async fn put_delivery(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        delivery: &Delivery,
    ) -> Result<()>;

    /// Keeps deliveries, or brings them up to date, without waiting for each.
    async fn put_deliveries(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        deliveries: &[Delivery],
    ) -> Result<()>;

    /// Forgets the deliveries to a subscription that wait, of events after a place.
    async fn forget_waiting_deliveries_after(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        place: LogPlace,
    ) -> Result<()>;

    /// Forgets what became of deliveries, in all communities, that wait for nothing and were last tried
    /// before this time: `most` of them at the most. Returns how many they were.
    async fn forget_old_deliveries(&mut self, before: Timestamp, most: u32) -> Result<u64>;
}

fn delivery(row: &Row<'_>) -> Result<Delivery> {
    let due_at: Option<Timestamp> = row.get("due_at")?;
    let state = row.word("state", |word| match word {
        WAITING => due_at.map(DeliveryState::Waiting),
        DELIVERED => Some(DeliveryState::Delivered),
        FAILED => Some(DeliveryState::Failed),
        _ => None,
    })?;
    let tried_at: Option<Timestamp> = row.get("tried_at")?;
    Ok(Delivery {
        place: row.get("place")?,
        event: row.get("event")?,
        event_type: row.word("event_type", EventType::parse)?,
        account: row.get("account")?,
        state,
        attempts: row.get("attempts")?,
        last: tried_at.map(|at| attempt(row, at)).transpose()?,
    })
}

fn attempt(row: &Row<'_>, at: Timestamp) -> Result<Attempt> {
    let status: Option<u32> = row.get("status")?;
    let status = status.map(u16::try_from).transpose();
    Ok(Attempt {
        at,
        took: Duration::from_millis(u64::from(row.get::<Option<u32>>("took_ms")?.unwrap_or(0))),
        status: status
            .map_err(|_| StorageError::Corrupt("the status of a delivery is out of range".into()))?,
        answer: row.get("answer")?,
        error: row.get("error")?,
    })
}

/// What the columns of a delivery hold.
struct Columns<'a> {
    delivery: &'a Delivery,
    event_type: &'static str,
    state: &'static str,
    due_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
    took_ms: Option<u32>,
    status: Option<u32>,
    answer: Option<&'a str>,
    error: Option<&'a str>,
}

impl<'a> Columns<'a> {
    fn of(delivery: &'a Delivery) -> Self {
        let (state, due_at) = match delivery.state {
            DeliveryState::Waiting(due_at) => (WAITING, Some(due_at)),
            DeliveryState::Delivered => (DELIVERED, None),
            DeliveryState::Failed => (FAILED, None),
        };
        let last = delivery.last.as_ref();
        Self {
            delivery,
            event_type: delivery.event_type.as_str(),
            state,
            due_at,
            tried_at: last.map(|last| last.at),
            took_ms: last.map(|last| u32::try_from(last.took.as_millis()).unwrap_or(u32::MAX)),
            status: last.and_then(|last| last.status).map(u32::from),
            answer: last.and_then(|last| last.answer.as_deref()),
            error: last.and_then(|last| last.error.as_deref()),
        }
    }

    fn values(&'a self, community: &'a CommunityId, subscription: &'a SubscriptionId) -> Vec<Value<'a>> {
        let Delivery { place, event, account, attempts, .. } = self.delivery;
        vec![
            community.to_value(),
            subscription.to_value(),
            place.to_value(),
            event.to_value(),
            self.event_type.to_value(),
            account.to_value(),
            self.state.to_value(),
            self.due_at.to_value(),
            attempts.to_value(),
            self.tried_at.to_value(),
            self.took_ms.to_value(),
            self.status.to_value(),
            self.answer.to_value(),
            self.error.to_value(),
        ]
    }
}

#[async_trait]
impl<T: SqlTx> ReadDeliveries for T {
    async fn deliveries(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        of: DeliveriesOf,
        before: Option<LogPlace>,
        take: u32,
    ) -> Result<Vec<Delivery>> {
        let sql = "SELECT * FROM deliveries
             WHERE community = $1 AND subscription = $2 AND place < $3 AND ($4 = '' OR state = $4)
             ORDER BY place DESC LIMIT $5";
        let before = before.unwrap_or(LogPlace(i64::MAX));
        let state = of.word().unwrap_or_default();
        let tx = self.on(community).await?;
        tx.all(sql, params![community, subscription, before, state, take], delivery).await
    }

    async fn delivery(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        place: LogPlace,
    ) -> Result<Option<Delivery>> {
        let sql = "SELECT * FROM deliveries WHERE community = $1 AND subscription = $2 AND place = $3";
        self.on(community).await?.one(sql, params![community, subscription, place], delivery).await
    }

    async fn waiting_deliveries(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
    ) -> Result<Vec<Delivery>> {
        let sql = "SELECT * FROM deliveries
             WHERE community = $1 AND subscription = $2 AND due_at IS NOT NULL ORDER BY place";
        self.on(community).await?.all(sql, params![community, subscription], delivery).await
    }

    async fn has_old_deliveries(&mut self, before: Timestamp) -> Result<bool> {
        let sql = "SELECT 1 FROM deliveries WHERE due_at IS NULL AND tried_at < $1 LIMIT 1";
        Ok(self.anywhere().await?.one(sql, params![before], |_| Ok(())).await?.is_some())
    }
}

#[async_trait]
impl<T: SqlTx> WriteDeliveries for T {
    async fn put_delivery(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        delivery: &Delivery,
    ) -> Result<()> {
        self.put_deliveries(community, subscription, std::slice::from_ref(delivery)).await
    }

    async fn put_deliveries(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        deliveries: &[Delivery],
    ) -> Result<()> {
        let sql = "INSERT INTO deliveries (community, subscription, place, event, event_type, account, state, due_at,
                 attempts, tried_at, took_ms, status, answer, error)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (community, subscription, place) DO UPDATE
             SET state = excluded.state, due_at = excluded.due_at, attempts = excluded.attempts,
                 tried_at = excluded.tried_at, took_ms = excluded.took_ms, status = excluded.status,
                 answer = excluded.answer, error = excluded.error";
        let columns: Vec<_> = deliveries.iter().map(Columns::of).collect();
        let rows: Vec<_> = columns.iter().map(|columns| columns.values(&community, &subscription)).collect();
        self.on(community).await?.writing_beside().await?.run_each(sql, &rows).await
    }

    async fn forget_waiting_deliveries_after(
        &mut self,
        community: CommunityId,
        subscription: SubscriptionId,
        place: LogPlace,
    ) -> Result<()> {
        let sql = "DELETE FROM deliveries
             WHERE community = $1 AND subscription = $2 AND place > $3 AND due_at IS NOT NULL";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, subscription, place]).await.map(drop)
    }

    async fn forget_old_deliveries(&mut self, before: Timestamp, most: u32) -> Result<u64> {
        let sql = "DELETE FROM deliveries WHERE (community, subscription, place) IN (
                 SELECT community, subscription, place FROM deliveries
                 WHERE due_at IS NULL AND tried_at < $1 LIMIT $2)";
        self.writing_beside().await?.run(sql, params![before, most]).await
    }
}
