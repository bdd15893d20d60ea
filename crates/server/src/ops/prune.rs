//! Pruning: the beginning of a community's history goes for good. The operator's, on the database.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId, Ids};
use rankledger_domain::log::ActKind;
use rankledger_domain::pruning::last_cut;
use rankledger_storage::{ReadTx, Storage, StorageError};
use serde_json::json;

use super::acts::{NewAct, Origin, write_act};

/// Number of changes that are deleted in one transaction.
const PORTION: u32 = 5000;

/// How long a running server has the database to itself between two of these transactions.
const PAUSE: Duration = Duration::from_millis(100);

/// The part of a history that can be pruned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrunePlan {
    /// Number of the change after which the history begins now.
    pub begins_after: ChangeNumber,
    /// Number of the change after which it can begin: equal to `begins_after` if no change can be pruned.
    pub up_to: ChangeNumber,
    /// The last of the changes that were recorded before the time that was given.
    pub recorded_before: ChangeNumber,
}

impl PrunePlan {
    /// Finds the changes recorded before this time that can be pruned: as many as possible without splitting
    /// a lineage, and never the last change. Nothing is written.
    pub async fn of(
        community: CommunityId,
        before: Timestamp,
        tx: &mut dyn ReadTx,
    ) -> Result<Self, StorageError> {
        let pruned = tx.pruned_history(community).await?;
        let begins_after = pruned.map_or(ChangeNumber(0), |pruned| pruned.number);
        let recorded_before = tx.recorded_before(community, before).await?;
        let last = tx.last_change_number(community).await?;
        let wanted = recorded_before.min(last.previous()).max(begins_after);
        let up_to = last_cut(wanted, tx.reversals_up_to(community, wanted).await?);
        Ok(Self { begins_after, up_to, recorded_before })
    }

    /// Returns the number of changes that can be pruned.
    #[must_use]
    pub fn changes(&self) -> usize {
        usize::try_from(self.up_to.0 - self.begins_after.0).unwrap_or(0)
    }

    /// The changes that were recorded before that time and stay all the same.
    #[must_use]
    pub fn held_back(&self) -> Option<RangeInclusive<ChangeNumber>> {
        (self.recorded_before > self.up_to).then(|| self.up_to.next()..=self.recorded_before)
    }
}

/// Moves the beginning of the history behind the changes recorded before this time that can be pruned. Their
/// rows remain: see [`delete_pruned`].
pub async fn prune(
    storage: &dyn Storage,
    community: CommunityId,
    before: Timestamp,
    now: Timestamp,
    ids: &dyn Ids,
) -> Result<PrunePlan, StorageError> {
    let mut tx = storage.begin().await?;
    let plan = PrunePlan::of(community, before, tx.as_mut()).await?;
    if plan.up_to > plan.begins_after {
        tx.prune(community, plan.up_to, now).await?;
        let [before, after] = [plan.begins_after, plan.up_to].map(|number| json!({"beginsAfter": number}));
        let act = NewAct::of(ActKind::HistoryPruned).before(&before).after(&after);
        write_act(tx.as_mut(), ids, now, Origin::operator(community), act).await?;
        tx.commit().await?;
    }
    Ok(plan)
}

/// Deletes the rows before the beginning of the history, also those that an earlier, interrupted pruning
/// left. A running server gets its turn in between. `progress` is called with the number of changes that have
/// been deleted.
pub async fn delete_pruned(
    storage: &dyn Storage,
    community: CommunityId,
    mut progress: impl FnMut(usize) + Send,
) -> Result<(), StorageError> {
    let mut total = 0;
    loop {
        let mut tx = storage.begin().await?;
        let deleted = tx.delete_pruned(community, PORTION).await?;
        if deleted == 0 {
            return Ok(());
        }
        tx.commit().await?;
        total += deleted;
        progress(total);
        tokio::time::sleep(PAUSE).await;
    }
}
