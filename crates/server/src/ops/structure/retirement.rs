//! Removing retired ranks from those who hold them, a recorded and undoable change for each account; and
//! counting what the holders of a rank lose by an act on the rank.

use std::collections::BTreeSet;

use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_domain::rank::{Rank, RankName};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::StorageError;

use crate::ops::actor::Actor;
use crate::ops::authorized::Authorized;
use crate::ops::guards::check::PlannedRemovals;
use crate::ops::{OpError, View, Work};

/// The planned removal of ranks from those who hold one of them.
#[derive(Default)]
pub(super) struct RemovalFromHolders {
    changes: Vec<(AccountId, Transition)>,
    removals: PlannedRemovals,
}

impl RemovalFromHolders {
    /// Plans what becomes of the holders of these ranks when the ranks are retired (`retired`) or restored:
    /// with `is_wanted` they lose the retired ranks, otherwise they keep them.
    pub(super) async fn of(
        view: &mut View<'_>,
        actor: &Actor,
        authorized: &Authorized,
        (retired, is_wanted): (bool, bool),
        ranks: &[&Rank],
    ) -> Result<Self, OpError> {
        if !retired {
            return Ok(Self::default());
        }
        if !is_wanted {
            return Self::none(view, authorized, ranks).await;
        }
        actor.refuse_nameless(view).await?;
        let ids: Vec<_> = ranks.iter().map(|rank| rank.id).collect();
        Self::plan(view, authorized, &ids).await
    }

    /// Plans a change for each holder. If one account's power is too high, all is refused.
    async fn plan(view: &mut View<'_>, authorized: &Authorized, ranks: &[RankId]) -> Result<Self, OpError> {
        let mut plan = Self::default();
        let (holders, removals) = holders(view, authorized, ranks).await?;
        authorized.guard_removals(view, &plan.removals, removals).await?;
        let names = ranks.iter().copied().map(RankName::Id).collect();
        let request = ChangeRequest { remove: Some(names), ..ChangeRequest::default() };
        for holder in holders {
            let account = view.standing(authorized.community, holder).await?.account;
            let Authorized { ranks, authority, .. } = authorized;
            let Some(transition) = plan_change(&account, ranks, authority, &request, view.now)? else {
                continue;
            };
            authorized.guard_change(view, &mut plan.removals, &transition).await?;
            plan.changes.push((holder, transition));
        }
        Ok(plan)
    }

    /// Plans no removal: the ranks stay with their holders. The guard counts their retirement as if they
    /// did not, except for ranks that were retired before.
    async fn none(view: &mut View<'_>, authorized: &Authorized, ranks: &[&Rank]) -> Result<Self, OpError> {
        let retired: Vec<_> = ranks.iter().filter(|rank| !rank.retired).map(|rank| rank.id).collect();
        let removals = guard_holders(view, authorized, &retired).await?;
        Ok(Self { changes: Vec::new(), removals })
    }

    /// Records the changes and returns them.
    pub(super) async fn commit(
        self,
        work: &mut Work<'_>,
        authorized: &Authorized,
        reason: Option<&String>,
    ) -> Result<Vec<RankChange>, StorageError> {
        self.removals.count(work, authorized.community).await?;
        let mut recorded = Vec::with_capacity(self.changes.len());
        for (holder, transition) in self.changes {
            let new = authorized.new_change(holder, transition, Source::Retirement, work.now);
            recorded.push(work.record(authorized.community, new.because(reason.cloned())).await?);
        }
        Ok(recorded)
    }
}

/// Checks an act that takes something from everybody who holds one of these ranks: a removal for each rank
/// held. See [`Authorized::guard`].
pub(super) async fn guard_holders(
    view: &mut View<'_>,
    authorized: &Authorized,
    ranks: &[RankId],
) -> Result<PlannedRemovals, OpError> {
    let mut planned = PlannedRemovals::default();
    let (_, removals) = holders(view, authorized, ranks).await?;
    authorized.guard(view, &mut planned, removals).await?;
    Ok(planned)
}

/// The accounts that hold one of the ranks, and how many of the ranks they hold together.
async fn holders(
    view: &mut View<'_>,
    authorized: &Authorized,
    ranks: &[RankId],
) -> Result<(BTreeSet<AccountId>, u32), StorageError> {
    let (mut holders, mut held) = (BTreeSet::new(), 0_usize);
    for rank in ranks {
        let of_one = view.tx.holders(authorized.community, *rank).await?;
        held += of_one.len();
        holders.extend(of_one);
    }
    Ok((holders, u32::try_from(held).unwrap_or(u32::MAX)))
}
