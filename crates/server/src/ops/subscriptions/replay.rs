//! Sending everything again from a place of the feed on, or going on at a later place.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId, SubscriptionId};
use rankledger_domain::log::{ActKind, LogPlace};
use rankledger_domain::subscription::{Progress, Subscription};
use rankledger_storage::ReadTx;
use serde_json::json;

use super::{SubscriptionStatus, count_revision};
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{DryRun, OpError, Planned, View, Work};
use crate::wire::problem::Problem;

/// Where a replay begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// With the event at this place.
    Place(LogPlace),
    /// With the rank change of this number.
    Number(ChangeNumber),
    /// With the first event at this time or later.
    Time(Timestamp),
}

impl ReplayFrom {
    /// Returns the place of the event that is meant. It may be one after the end of the feed: nothing of what
    /// has happened is then sent. Of a time this may look at all entries of the log.
    pub async fn place(self, tx: &mut dyn ReadTx, community: CommunityId) -> Result<LogPlace, Problem> {
        match self {
            Self::Place(place) => Ok(place),
            Self::Number(number) => {
                let last = tx.last_change_number(community).await?;
                if number > last {
                    let what = format!("the last rank change of the community is {last}");
                    return Err(Problem::invalid_body("/changeNumber", &what));
                }
                Ok(tx.log_position_before(community, number).await?.place_of(number))
            }
            Self::Time(time) => {
                let end = tx.end_of_events(community).await?;
                Ok(tx.first_event_since(community, time).await?.unwrap_or(LogPlace(end.0 + 1)))
            }
        }
    }
}

/// A request to deliver again what was delivered before.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The actor of the request.
    pub actor: Actor,
    /// The subscription.
    pub id: SubscriptionId,
    /// The place of the event with which it begins: see [`ReplayFrom::place`].
    pub from: LogPlace,
}

/// A replay of a subscription: from which place on, to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The place of the first event.
    pub from: LogPlace,
    /// The place of the last event of the community when the replay began.
    pub to: LogPlace,
}

/// A replay that is planned.
pub struct ReplayPlan {
    subscription: Subscription,
    before: Progress,
    replayed: Replayed,
}

#[async_trait]
impl Planned for Replay {
    type Plan = ReplayPlan;
    type Output = Replayed;

    fn community(&self) -> CommunityId {
        self.actor.community()
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<ReplayPlan, OpError> {
        let community = self.actor.community();
        let SubscriptionStatus { subscription, progress, end } =
            SubscriptionStatus::load(view.tx, community, self.id).await?;
        self.actor.refuse_frozen(view).await?;
        let from = self.from;
        if from.0 > end.0 + 1 {
            let what = format!("the feed ends at place {end}: name a place up to one after it");
            return Err(Problem::invalid_body("/place", &what).into());
        }
        Ok(ReplayPlan { subscription, before: progress, replayed: Replayed { from, to: end } })
    }

    async fn commit(self, plan: ReplayPlan, work: &mut Work<'_>) -> Result<Replayed, OpError> {
        let community = self.actor.community();
        let ReplayPlan { subscription, before, replayed } = plan;
        let place = LogPlace(replayed.from.0 - 1);
        let progress = Progress { place, ..before };
        work.tx.put_subscription_progress(community, self.id, &progress).await?;
        // What is kept of the others is brought up to date when they are sent again.
        work.tx.forget_waiting_deliveries_after(community, self.id, place).await?;
        count_revision(work, community, subscription).await?;
        let [before, after] = [before.place, place].map(|place| json!({ "id": self.id, "place": place }));
        let act = NewAct::of(ActKind::SubscriptionUpdated).before(&before).after(&after);
        work.log(self.actor.origin(), act).await?;
        Ok(replayed)
    }
}

impl DryRun for Replay {
    fn may_be_long(&self) -> bool {
        false
    }

    fn planned_output(&self, plan: ReplayPlan) -> Replayed {
        plan.replayed
    }
}
