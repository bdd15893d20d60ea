//! Undo Rank Change: authorise, plan the undo, commit it; and what the undo of a change would find.

use std::fmt;

use async_trait::async_trait;
use rankledger_domain::ids::{ChangeNumber, CommunityId, UndoId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::refusal::{ChangeRef, Refusal, UndoItem};
use rankledger_domain::undo::{Inverse, LaterChanges, OnConflict, plan_undo, undo_items};
use rankledger_storage::ReadTx;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::standings::{AccountSnapshot, Standing};

use super::actor::Actor;
use super::authorized::Authorized;
use super::guards::check::PlannedRemovals;
use super::{DryRun, OpError, Planned, View, Work};
use crate::wire::problem::Problem;

/// A rank change, as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeName {
    /// By its undo id.
    UndoId(UndoId),
    /// By its number.
    Number(ChangeNumber),
}

/// A request to undo a rank change.
#[derive(Debug, Clone)]
pub struct UndoChange {
    /// The actor of the request.
    pub actor: Actor,
    /// The change.
    pub change: ChangeName,
    /// The policy where later changes conflict with the undo.
    pub on_conflict: OnConflict,
    /// The reason, in the words of whoever acts.
    pub reason: Option<String>,
    /// The versions of the account that the client accepts; any, if absent.
    pub if_version: Option<Vec<i64>>,
}

/// A planned undo: who makes it, what it looked at, and the inverse; none if everything is undone already.
pub struct UndoPlan {
    authorized: Authorized,
    case: UndoCase,
    before: AccountSnapshot,
    inverse: Option<Inverse>,
    removals: PlannedRemovals,
}

/// The account before and after the undo.
#[derive(Debug, Clone)]
pub struct ChangeUndone {
    /// The change that was named.
    pub named: RankChange,
    /// The account before.
    pub before: AccountSnapshot,
    /// The account after. In a dry run its version is that of before.
    pub after: AccountSnapshot,
    /// The ranks, and the status, that were left as they are because the request said to skip them.
    pub skipped: Vec<UndoItem>,
    /// The recorded reversal. `None` if everything was undone already, and in a dry run.
    pub reversal: Option<RankChange>,
}

/// Everything that the undo of a change has to look at.
pub(super) struct UndoCase {
    pub(super) named: RankChange,
    pub(super) lineage: Lineage,
    pub(super) before: Standing,
    /// See [`LaterChanges`]; oldest first.
    pub(super) later: Vec<RankChange>,
}

#[async_trait]
impl Planned for UndoChange {
    type Plan = UndoPlan;
    type Output = ChangeUndone;

    fn community(&self) -> CommunityId {
        self.actor.community()
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        let community = self.actor.community();
        match self.change {
            ChangeName::UndoId(id) => wanted.undo_ids.push((community, id)),
            ChangeName::Number(number) => wanted.changes.push((community, number)),
        }
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<UndoPlan, OpError> {
        let community = self.actor.community();
        let named = self.change.find(view.tx, community).await?;
        self.actor.refuse_nameless_undo(view).await?;
        let before = view.snapshot_at(community, named.account, self.if_version.as_deref()).await?;
        let case = UndoCase::load(view, community, named, before.standing.clone()).await?;
        case.target()?;
        let authorized = Authorized::of(&self.actor, view).await?;
        let inverse = case.inverse(&authorized, self.on_conflict, view)?;
        let mut removals = PlannedRemovals::default();
        if let Some(inverse) = &inverse {
            authorized.guard_change(view, &mut removals, &inverse.transition).await?;
        }
        Ok(UndoPlan { authorized, case, before, inverse, removals })
    }

    async fn commit(self, plan: UndoPlan, work: &mut Work<'_>) -> Result<ChangeUndone, OpError> {
        let UndoPlan { authorized, case, before, inverse, removals } = plan;
        let Some(Inverse { transition, skipped }) = inverse else {
            let (named, after) = (case.named, before.clone());
            return Ok(ChangeUndone { named, before, after, skipped: Vec::new(), reversal: None });
        };
        removals.count(work, authorized.community).await?;
        let new = authorized.new_change(case.named.account, transition, Source::Api, work.now);
        let new = new.reversing(case.target()?).because(self.reason);
        let reversal = work.record(authorized.community, new).await?;
        let after = before.after(&reversal);
        Ok(ChangeUndone { named: case.named, before, after, skipped, reversal: Some(reversal) })
    }
}

impl DryRun for UndoChange {
    /// The change may be old, and the account have changed often since.
    fn may_be_long(&self) -> bool {
        true
    }

    fn planned_output(&self, plan: UndoPlan) -> ChangeUndone {
        let UndoPlan { case: UndoCase { named, .. }, before, inverse, .. } = plan;
        let (mut after, mut skipped) = (before.clone(), Vec::new());
        if let Some(inverse) = inverse {
            inverse.transition.apply_to(&mut after.standing.account);
            skipped = inverse.skipped;
        }
        ChangeUndone { named, before, after, skipped, reversal: None }
    }
}

impl UndoCase {
    pub(super) async fn load(
        view: &mut View<'_>,
        community: CommunityId,
        named: RankChange,
        before: Standing,
    ) -> Result<Self, OpError> {
        let lineage = view.lineage_of(community, &named).await?;
        let (first, mut later) = (lineage.root().number, LaterChanges::of(&lineage));
        if before.newest_change > first {
            view.tx
                .look_back(community, before.account.id, first, &mut |change| later.look_at(change))
                .await?;
        }
        let later = later.oldest_first();
        Ok(Self { named, lineage, before, later })
    }

    /// The change that an undo of the named one reverses, or the refusal that it is undone already.
    fn target(&self) -> Result<&RankChange, Refusal> {
        self.lineage.target(self.named.number)
    }

    /// Plans the undo. `None` if everything is undone already.
    fn inverse(
        &self,
        authorized: &Authorized,
        on_conflict: OnConflict,
        view: &View<'_>,
    ) -> Result<Option<Inverse>, Refusal> {
        let Authorized { ranks, authority, .. } = authorized;
        let account = &self.before.account;
        plan_undo(account, ranks, authority, &self.lineage, &self.later, on_conflict, view.now)
    }
}

/// The state that an undo of a change would find now.
#[derive(Debug)]
pub struct UndoOutlook {
    /// The state of each rank that the change touched, and of the status if the change asked for one. Empty
    /// if the change is undone.
    pub items: Vec<UndoItem>,
    /// Why the undo would be refused. `None` if it would be carried out.
    pub refusal: Option<Refusal>,
    /// Whether the change counts: it was not reversed, or it was brought back since.
    pub is_in_force: bool,
    /// The change that undid it in the end, or brought it back. `None` if it was never reversed.
    pub last_reversal: Option<ChangeRef>,
}

impl UndoOutlook {
    /// Plans the undo of `named` by this actor without carrying it out.
    pub async fn of(named: RankChange, actor: &Actor, view: &mut View<'_>) -> Result<Self, OpError> {
        let community = actor.community();
        let before = view.standing(community, named.account).await?;
        let case = UndoCase::load(view, community, named, before).await?;
        let authorized = Authorized::of(actor, view).await?;
        Ok(Self::of_case(&case, &authorized, view))
    }

    /// Plans the undo of a case whose rows are loaded.
    pub(super) fn of_case(case: &UndoCase, authorized: &Authorized, view: &View<'_>) -> Self {
        let last_reversal = case.lineage.last_after(case.named.number).map(ChangeRef::from);
        if let Err(refusal) = case.target() {
            let refusal = Some(refusal);
            return Self { items: Vec::new(), refusal, is_in_force: false, last_reversal };
        }
        let refusal = case.inverse(authorized, OnConflict::Refuse, view).err();
        let UndoCase { lineage, before, later, .. } = case;
        let items = undo_items(&before.account, &authorized.ranks, lineage, later, view.now);
        Self { items, refusal, is_in_force: true, last_reversal }
    }
}

impl ChangeName {
    /// Loads the change of this community, or the refusal that there is none.
    pub async fn find(self, tx: &mut dyn ReadTx, community: CommunityId) -> Result<RankChange, OpError> {
        let found = match self {
            Self::UndoId(id) => tx.rank_change_by_undo_id(community, id).await,
            Self::Number(number) => tx.rank_change(community, number).await,
        };
        if let Some(change) = found? {
            return Ok(change);
        }
        // Of a pruned change only the number is known.
        match (self, tx.pruned_history(community).await?) {
            (Self::Number(number), Some(pruned)) if (1..=pruned.number.0).contains(&number.0) => {
                Err(Problem::rank_change_pruned(number, pruned.number, pruned.at).into())
            }
            _ => Err(Problem::rank_change_not_found(&self).into()),
        }
    }
}

impl fmt::Display for ChangeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UndoId(id) => write!(f, "with undo id {id}"),
            Self::Number(number) => write!(f, "number {number}"),
        }
    }
}
