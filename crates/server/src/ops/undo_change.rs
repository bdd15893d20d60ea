//! Undo Rank Change: find the change and what later became of it, plan the undo, record it.

use std::fmt;

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, UndoId};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::refusal::UndoItem;
use rankledger_domain::undo::{OnConflict, plan_undo};
use rankledger_storage::ReadTx;
use rankledger_storage::accounts::VersionedAccount;
use rankledger_storage::foresight::Foresight;

use super::Command;
use super::OpError;
use super::Work;
use super::acting::Acting;
use super::actor::Actor;
use super::change_ranks::standing_after;
use super::lineage::lineage_of;
use super::record::Entry;
use super::row_wanted::RowBefore;
use super::row_wanted::RowWanted;

/// A rank change, as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeName {
    /// By its undo id.
    UndoId(UndoId),
    /// By its number.
    Number(ChangeNumber),
}

impl ChangeName {
    /// Finds the change in this community.
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
                Err(OpError::ChangePruned { number, up_to: pruned.number, at: pruned.at })
            }
            _ => Err(OpError::ChangeNotFound(self)),
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

/// A request to undo a rank change.
#[derive(Debug, Clone)]
pub struct UndoChange {
    /// Who acts.
    pub actor: Actor,
    /// The change.
    pub change: ChangeName,
    /// What to do where later changes stand in the way.
    pub on_conflict: OnConflict,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
    /// The versions of the account that the client accepts; any, if absent.
    pub if_version: Option<Vec<i64>>,
    /// The account that it was made on.
    pub account: AccountId,
    /// Whether the account's row is to come with the answer.
    pub row: RowWanted,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct ChangeUndone {
    /// The change that was named.
    pub named: RankChange,
    /// The account before.
    pub before: VersionedAccount,
    /// The account afterwards.
    pub after: VersionedAccount,
    /// The ledger's entry of the undo; none if everything was so already.
    pub reversal: Option<RankChange>,
    /// What was left undone, because it was told to skip.
    pub skipped: Vec<UndoItem>,
    /// The account's row before.
    pub row: RowBefore,
}

#[async_trait]
impl Command for UndoChange {
    type Answer = ChangeUndone;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    fn foresee(&self, foresight: &mut Foresight) {
        self.row.foresee(self.actor.credential.community, self.account, foresight);
    }

    async fn run(self, work: &mut Work<'_>) -> Result<ChangeUndone, OpError> {
        let community = self.actor.credential.community;
        self.refuse_nameless(work, community).await?;
        let named = self.change.find(work.tx.as_mut(), community).await?;
        let (before, revision) =
            work.standing_at(community, named.account, self.if_version.as_deref()).await?;
        let row = self.row.read(work, community, &before, revision).await?;
        let lineage = lineage_of(work.tx.as_mut(), community, &named).await?;
        let target = lineage.target(named.number)?;

        let later = work.tx.live_changes_after(community, target.account, lineage.root().number).await?;
        let acting = Acting::of(&self.actor, work).await?;
        let Acting { ranks, authority, .. } = &acting;
        let account = &before.account;
        let plan = plan_undo(account, ranks, authority, &lineage, &later, self.on_conflict, work.now)?;
        let Some(plan) = plan else {
            return Ok(ChangeUndone {
                after: before.clone(),
                before,
                named,
                reversal: None,
                skipped: Vec::new(),
                row,
            });
        };
        acting.guard_repair(work).await?;
        let entry = Entry {
            kind: target.kind.reversal(),
            reverses: Some(target.number),
            ..acting.entry(work, target.account, plan.transition, Source::Api, self.reason)
        };
        let recorded = work.record(community, entry).await?;
        let after = standing_after(before.clone(), &recorded.change.transition, recorded.version);
        Ok(ChangeUndone { named, before, after, reversal: Some(recorded.change), skipped: plan.skipped, row })
    }
}

impl UndoChange {
    /// A community may demand that an undo names the person who acts.
    async fn refuse_nameless(&self, work: &mut Work<'_>, community: CommunityId) -> Result<(), OpError> {
        if self.actor.user.is_some() {
            return Ok(());
        }
        let community = work.tx.community(community).await?;
        if community.is_some_and(|community| community.undo_needs_user) {
            return Err(OpError::UserRequired);
        }
        Ok(())
    }
}
