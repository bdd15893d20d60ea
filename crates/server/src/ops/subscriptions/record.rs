//! Recording what became of deliveries, and how far those of a subscription are.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::ActKind;
use rankledger_domain::subscription::{Delivery, Disabled, Progress, Subscription};
use uuid::Uuid;

use crate::ops::acts::{NewAct, Origin};
use crate::ops::{Command, OpError, Work, logged};

/// Records deliveries to a subscription. Nothing is written, and the output is false, if the subscription is
/// gone, disabled or another by now, or if another node delivers: whoever delivers then looks at all of it
/// anew.
#[derive(Debug, Clone)]
pub struct RecordDeliveries {
    /// The community.
    pub community: CommunityId,
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The revision of the subscription for which this was delivered.
    pub revision: i64,
    /// The name of the lease of whoever delivers, and the node that must still have it.
    pub lease: (&'static str, Uuid),
    /// How far the deliveries are.
    pub progress: Progress,
    /// The deliveries that are new, or have changed.
    pub deliveries: Vec<Delivery>,
    /// Why the subscription is disabled, if it is.
    pub disable: Option<String>,
}

#[async_trait]
impl Command for RecordDeliveries {
    type Output = bool;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<bool, OpError> {
        let (community, id) = (self.community, self.subscription);
        let found = work.tx.subscription(community, id).await?;
        let as_known = |found: &_| is_as_known(found, self.revision);
        let Some(mut subscription) = found.filter(as_known) else { return Ok(false) };
        let (lease, holder) = self.lease;
        if !work.tx.is_lease_of(lease, holder).await? {
            return Ok(false);
        }
        work.tx.put_subscription_progress(community, id, &self.progress).await?;
        work.tx.put_deliveries(community, id, &self.deliveries).await?;
        if let Some(because) = self.disable {
            let before = logged::subscription(&subscription);
            subscription.disabled = Some(Disabled { at: work.now, because: Some(because.clone()) });
            subscription.revision += 1;
            work.tx.put_subscription(community, &subscription).await?;
            let mut after = logged::subscription(&subscription);
            after["because"] = because.into();
            let act = NewAct::of(ActKind::SubscriptionDisabled).before(&before).after(&after);
            work.log(Origin::operator(community), act).await?;
        }
        Ok(true)
    }
}

fn is_as_known(subscription: &Subscription, revision: i64) -> bool {
    subscription.revision == revision && subscription.disabled.is_none()
}
