//! Subscriptions to the events of communities, and how far the deliveries of each are.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{Disabled, Progress, Subscription, SubscriptionKind};

use crate::Result;
use crate::sql::value::{AsJson, params};
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    subscriptions: [community Int, id Id]
        kind Text, name Text, url Text, secret Text, previous_secret Text, previous_secret_until Int, types Text,
        summarises_rollbacks Bool, server Int, created_at Int, disabled_at Int, disabled_because Text, revision Int;
    subscription_progress: [community Int, subscription Id] place Int, succeeded_at Int, failing_since Int;
};

/// A subscription that is enabled, and what changes when it is to be looked at anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnabledSubscription {
    /// Its community.
    pub community: CommunityId,
    /// Its id.
    pub id: SubscriptionId,
    /// See [`Subscription::revision`].
    pub revision: i64,
}

/// A community with subscriptions that an operator should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubledSubscriptions {
    /// The public id of the community.
    pub community: String,
    /// Number of those that the server has disabled.
    pub disabled: u32,
    /// Number of those whose deliveries fail.
    pub failing: u32,
}

/// Reading subscriptions.
#[async_trait]
pub trait ReadSubscriptions {
    /// The subscriptions of a community, oldest first.
    async fn subscriptions(&mut self, community: CommunityId) -> Result<Vec<Subscription>>;

    /// The subscription with this id.
    async fn subscription(
        &mut self,
        community: CommunityId,
        id: SubscriptionId,
    ) -> Result<Option<Subscription>>;

    /// How far the deliveries of a subscription are. `None` if there is no such subscription.
    async fn subscription_progress(
        &mut self,
        community: CommunityId,
        id: SubscriptionId,
    ) -> Result<Option<Progress>>;

    /// The communities with subscriptions whose deliveries fail since before this time, or which the server
    /// has disabled.
    async fn troubled_subscriptions(&mut self, since: Timestamp) -> Result<Vec<TroubledSubscriptions>>;

    /// The subscriptions of all communities that are enabled.
    async fn enabled_subscriptions(&mut self) -> Result<Vec<EnabledSubscription>>;
}

/// Writing subscriptions.
#[async_trait]
pub trait WriteSubscriptions {
    /// Makes a subscription, or brings it up to date.
    async fn put_subscription(&mut self, community: CommunityId, subscription: &Subscription) -> Result<()>;

    /// Notes how far the deliveries of a subscription are.
    async fn put_subscription_progress(
        &mut self,
        community: CommunityId,
        id: SubscriptionId,
        progress: &Progress,
    ) -> Result<()>;

    /// Removes a subscription with its deliveries that wait. What is kept of the others is forgotten with all
    /// old ones.
    async fn remove_subscription(&mut self, community: CommunityId, id: SubscriptionId) -> Result<()>;
}

fn subscription(row: &Row<'_>) -> Result<Subscription> {
    let previous: (Option<String>, Option<Timestamp>) =
        (row.get("previous_secret")?, row.get("previous_secret_until")?);
    let disabled_at: Option<Timestamp> = row.get("disabled_at")?;
    let because = row.get("disabled_because")?;
    let types: Vec<String> = row.json("types")?;
    Ok(Subscription {
        id: row.get("id")?,
        kind: row.word("kind", SubscriptionKind::parse)?,
        name: row.get("name")?,
        url: row.get("url")?,
        secret: row.get("secret")?,
        previous_secret: Option::zip(previous.0, previous.1),
        types: types.iter().filter_map(|word| EventType::parse(word)).collect(),
        summarises_rollbacks: row.get("summarises_rollbacks")?,
        server: row.get("server")?,
        created_at: row.get("created_at")?,
        disabled: disabled_at.map(|at| Disabled { at, because }),
        revision: row.get("revision")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadSubscriptions for T {
    async fn subscriptions(&mut self, community: CommunityId) -> Result<Vec<Subscription>> {
        let sql = "SELECT * FROM subscriptions WHERE community = $1 ORDER BY created_at, id";
        self.on(community).await?.all(sql, params![community], subscription).await
    }

    async fn subscription(
        &mut self,
        community: CommunityId,
        id: SubscriptionId,
    ) -> Result<Option<Subscription>> {
        let sql = "SELECT * FROM subscriptions WHERE community = $1 AND id = $2";
        self.on(community).await?.one(sql, params![community, id], subscription).await
    }

    async fn subscription_progress(
        &mut self,
        community: CommunityId,
        id: SubscriptionId,
    ) -> Result<Option<Progress>> {
        let sql = "SELECT * FROM subscription_progress WHERE community = $1 AND subscription = $2";
        let tx = self.on(community).await?;
        tx.one(sql, params![community, id], |row| {
            Ok(Progress {
                place: row.get("place")?,
                succeeded_at: row.get("succeeded_at")?,
                failing_since: row.get("failing_since")?,
            })
        })
        .await
    }

    async fn troubled_subscriptions(&mut self, since: Timestamp) -> Result<Vec<TroubledSubscriptions>> {
        let sql = "SELECT c.public_id, count(s.disabled_at) AS disabled, count(*) AS troubled
             FROM subscriptions s
             JOIN communities c ON c.id = s.community
             JOIN subscription_progress p ON p.community = s.community AND p.subscription = s.id
             WHERE s.disabled_because IS NOT NULL OR (s.disabled_at IS NULL AND p.failing_since < $1)
             GROUP BY c.public_id ORDER BY c.public_id";
        let tx = self.anywhere().await?;
        tx.all(sql, params![since], |row| {
            let (disabled, troubled): (u32, u32) = (row.get("disabled")?, row.get("troubled")?);
            let failing = troubled - disabled;
            Ok(TroubledSubscriptions { community: row.get("public_id")?, disabled, failing })
        })
        .await
    }

    async fn enabled_subscriptions(&mut self) -> Result<Vec<EnabledSubscription>> {
        let sql = "SELECT community, id, revision FROM subscriptions WHERE disabled_at IS NULL";
        let tx = self.anywhere().await?;
        tx.all(sql, params![], |row| {
            Ok(EnabledSubscription {
                community: row.get("community")?,
                id: row.get("id")?,
                revision: row.get("revision")?,
            })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteSubscriptions for T {
    async fn put_subscription(&mut self, community: CommunityId, subscription: &Subscription) -> Result<()> {
        let sql = "INSERT INTO subscriptions (community, id, kind, name, url, secret, previous_secret,
                 previous_secret_until, types, summarises_rollbacks, server, created_at, disabled_at,
                 disabled_because, revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (community, id) DO UPDATE
             SET kind = excluded.kind, name = excluded.name, url = excluded.url, secret = excluded.secret,
                 previous_secret = excluded.previous_secret,
                 previous_secret_until = excluded.previous_secret_until, types = excluded.types,
                 summarises_rollbacks = excluded.summarises_rollbacks, server = excluded.server,
                 disabled_at = excluded.disabled_at, disabled_because = excluded.disabled_because,
                 revision = excluded.revision";
        let kind = subscription.kind.as_str();
        let (previous, previous_until) = subscription.previous_secret.clone().unzip();
        let types: Vec<_> = subscription.types.iter().map(|known| known.as_str()).collect();
        let types = AsJson(&types);
        let disabled_at = subscription.disabled.as_ref().map(|disabled| disabled.at);
        let because = subscription.disabled.as_ref().and_then(|disabled| disabled.because.as_deref());
        let Subscription { id, name, url, secret, server, created_at, revision, .. } = subscription;
        let summarises = subscription.summarises_rollbacks;
        let tx = self.on(community).await?.writing_beside().await?;
        let values = params![
            community,
            id,
            kind,
            name,
            url,
            secret,
            previous,
            previous_until,
            types,
            summarises,
            server,
            created_at,
            disabled_at,
            because,
            revision
        ];
        tx.run(sql, values).await.map(drop)
    }

    async fn put_subscription_progress(
        &mut self,
        community: CommunityId,
        id: SubscriptionId,
        progress: &Progress,
    ) -> Result<()> {
        let sql =
            "INSERT INTO subscription_progress (community, subscription, place, succeeded_at, failing_since)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (community, subscription) DO UPDATE
             SET place = excluded.place, succeeded_at = excluded.succeeded_at,
                 failing_since = excluded.failing_since";
        let Progress { place, succeeded_at, failing_since } = progress;
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, id, place, succeeded_at, failing_since]).await.map(drop)
    }

    async fn remove_subscription(&mut self, community: CommunityId, id: SubscriptionId) -> Result<()> {
        let tx = self.on(community).await?.writing_beside().await?;
        for sql in [
            "DELETE FROM deliveries WHERE community = $1 AND subscription = $2 AND due_at IS NOT NULL",
            "DELETE FROM subscription_progress WHERE community = $1 AND subscription = $2",
            "DELETE FROM subscriptions WHERE community = $1 AND id = $2",
        ] {
            tx.run(sql, params![community, id]).await?;
        }
        Ok(())
    }
}
