//! Subscriptions to the events of a community: making, changing and removing them, and sending again. A
//! person's change of any kind counts a revision, by which whoever delivers notices it.

pub mod addresses;
pub(crate) mod checks;
pub mod create;
pub mod enable;
pub mod forget;
pub mod health;
pub mod record;
pub mod redeliver;
pub mod remove;
pub mod replay;
pub mod rotate_secret;
pub mod target;
pub mod update;

use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::{ActKind, LogPlace};
use rankledger_domain::subscription::{Progress, Subscription, SubscriptionKind};
use rankledger_storage::{ReadTx, StorageError};
use serde_json::json;

use super::actor::Actor;
use super::acts::NewAct;
use super::{OpError, Work, logged};
use crate::wire::problem::Problem;

/// A subscription, and how far its deliveries are.
#[derive(Debug, Clone)]
pub struct SubscriptionStatus {
    /// The subscription.
    pub subscription: Subscription,
    /// How far its deliveries are.
    pub progress: Progress,
    /// The place of the last event of the community.
    pub end: LogPlace,
}

impl SubscriptionStatus {
    /// Loads the status of a subscription, or the refusal that there is no such subscription.
    pub async fn load(
        tx: &mut dyn ReadTx,
        community: CommunityId,
        id: SubscriptionId,
    ) -> Result<Self, OpError> {
        let subscription = find(tx, community, id).await?;
        let progress = progress(tx, community, id).await?;
        Ok(Self { subscription, progress, end: tx.end_of_events(community).await? })
    }

    /// Loads the status of all subscriptions of a community, oldest first.
    pub async fn all(tx: &mut dyn ReadTx, community: CommunityId) -> Result<Vec<Self>, StorageError> {
        let end = tx.end_of_events(community).await?;
        let mut all = Vec::new();
        for subscription in tx.subscriptions(community).await? {
            let progress = progress(tx, community, subscription.id).await?;
            all.push(Self { subscription, progress, end });
        }
        Ok(all)
    }
}

/// Returns the subscription with this id, or the refusal that there is none.
pub async fn find(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: SubscriptionId,
) -> Result<Subscription, OpError> {
    let found = tx.subscription(community, id).await?;
    found.ok_or_else(|| Problem::subscription_not_found(id).into())
}

/// Returns how far the deliveries of a subscription are that there is.
async fn progress(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: SubscriptionId,
) -> Result<Progress, StorageError> {
    let found = tx.subscription_progress(community, id).await?;
    found.ok_or_else(|| StorageError::Corrupt(format!("the progress of subscription {id} is missing")))
}

/// Keeps a person's change of a subscription, and writes it into the log. Nothing is written if the
/// subscription is as it was. Returns its status afterwards.
async fn keep_change(
    work: &mut Work<'_>,
    actor: &Actor,
    before: &Subscription,
    after: Subscription,
) -> Result<SubscriptionStatus, OpError> {
    let community = actor.community();
    if after != *before {
        let act = changed(before, &after);
        count_revision(work, community, after).await?;
        work.log(actor.origin(), act).await?;
    }
    SubscriptionStatus::load(work.tx.as_mut(), community, before.id).await
}

/// Returns the act that a subscription was changed.
pub(super) fn changed(before: &Subscription, after: &Subscription) -> NewAct {
    let [shown_before, mut shown_after] = [before, after].map(logged::subscription);
    if has_other_secret(before, after) {
        shown_after["secret"] = json!("replaced");
    }
    NewAct::of(ActKind::SubscriptionUpdated).before(&shown_before).after(&shown_after)
}

/// Whether something was replaced that the log does not show. The secret of a Discord webhook is its URL.
fn has_other_secret(before: &Subscription, after: &Subscription) -> bool {
    after.secret != before.secret || (after.kind == SubscriptionKind::Discord && after.url != before.url)
}

/// Stores a subscription with a new revision, so that whoever delivers loads it anew.
pub(super) async fn count_revision(
    work: &mut Work<'_>,
    community: CommunityId,
    subscription: Subscription,
) -> Result<(), StorageError> {
    let revision = subscription.revision + 1;
    work.tx.put_subscription(community, &Subscription { revision, ..subscription }).await
}

/// Forgets since when deliveries have failed, or the subscription would be disabled again at its next
/// failure.
pub(super) async fn forget_failure(
    work: &mut Work<'_>,
    community: CommunityId,
    id: SubscriptionId,
) -> Result<(), StorageError> {
    let progress = progress(work.tx.as_mut(), community, id).await?;
    let progress = Progress { failing_since: None, ..progress };
    work.tx.put_subscription_progress(community, id, &progress).await
}
