//! Set Account Ranks: authorise, plan the change, commit it.

use async_trait::async_trait;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::standings::AccountSnapshot;

use super::actor::Actor;
use super::authorized::Authorized;
use super::guards::check::PlannedRemovals;
use super::{DryRun, OpError, Planned, View, Work};

/// Number of ranks in a request beyond which its plan takes long.
const MANY: usize = 100;

/// A request to change the ranks of an account.
#[derive(Debug, Clone)]
pub struct ChangeRanks {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// The requested change.
    pub request: ChangeRequest,
    /// The reason, in the words of whoever acts.
    pub reason: Option<String>,
    /// The versions of the account that the client accepts; any, if absent.
    pub if_version: Option<Vec<i64>>,
}

/// A planned change: who makes it, the account before it, the transition (none if nothing would change), and
/// the ids of no ranks that the request takes away.
pub struct RanksPlan {
    authorized: Authorized,
    before: AccountSnapshot,
    transition: Option<Transition>,
    removals: PlannedRemovals,
    ignored: Vec<RankId>,
}

/// The account before and after the change.
#[derive(Debug, Clone)]
pub struct RanksChanged {
    /// The account before.
    pub before: AccountSnapshot,
    /// The account after. In a dry run its version is that of before.
    pub after: AccountSnapshot,
    /// The recorded change. `None` if nothing changed, and in a dry run.
    pub change: Option<RankChange>,
    /// See [`ChangeRequest::ignored`].
    pub ignored: Vec<RankId>,
}

#[async_trait]
impl Planned for ChangeRanks {
    type Plan = RanksPlan;
    type Output = RanksChanged;

    fn community(&self) -> CommunityId {
        self.actor.community()
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        wanted.snapshots.push((self.actor.community(), self.account));
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<RanksPlan, OpError> {
        let community = self.actor.community();
        let before = view.snapshot_at(community, self.account, self.if_version.as_deref()).await?;
        self.actor.refuse_nameless(view).await?;
        let authorized = Authorized::of(&self.actor, view).await?;
        let Authorized { ranks, authority, .. } = &authorized;
        let transition = plan_change(&before.standing.account, ranks, authority, &self.request, view.now)?;
        let ignored = self.request.ignored(ranks);
        let mut removals = PlannedRemovals::default();
        if let Some(transition) = &transition {
            authorized.guard_change(view, &mut removals, transition).await?;
        }
        Ok(RanksPlan { authorized, before, transition, removals, ignored })
    }

    async fn commit(self, plan: RanksPlan, work: &mut Work<'_>) -> Result<RanksChanged, OpError> {
        let RanksPlan { authorized, before, transition, removals, ignored } = plan;
        let Some(transition) = transition else {
            return Ok(RanksChanged { after: before.clone(), before, change: None, ignored });
        };
        removals.count(work, authorized.community).await?;
        let new = authorized.new_change(self.account, transition, Source::Api, work.now);
        let recorded = work.record(authorized.community, new.because(self.reason)).await?;
        let after = before.after(&recorded);
        Ok(RanksChanged { before, after, change: Some(recorded), ignored })
    }
}

impl DryRun for ChangeRanks {
    fn may_be_long(&self) -> bool {
        self.request.named() > MANY
    }

    fn planned_output(&self, plan: RanksPlan) -> RanksChanged {
        let RanksPlan { before, transition, ignored, .. } = plan;
        let mut after = before.clone();
        if let Some(transition) = transition {
            transition.apply_to(&mut after.standing.account);
        }
        RanksChanged { before, after, change: None, ignored }
    }
}
