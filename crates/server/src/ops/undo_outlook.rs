//! What the undo of a change would find now.

use jiff::Timestamp;
use rankledger_domain::authority::Authority;
use rankledger_domain::credential::Credential;
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::refusal::{Refusal, UndoItem};
use rankledger_domain::undo::{OnConflict, plan_undo, undo_items};
use rankledger_storage::ReadTx;

use super::OpError;
use super::lineage::lineage_of;

/// What the undo of a change would find now.
#[derive(Debug)]
pub struct UndoOutlook {
    /// How each rank stands that the change touched, and the status if it was asked for one; empty if it is undone.
    pub items: Vec<UndoItem>,
    /// Why the undo would be refused, if it would.
    pub refusal: Option<Refusal>,
}

impl UndoOutlook {
    /// Looks at the undo of `change` by this credential, without a person. Nothing is written.
    pub async fn of(
        change: &RankChange,
        credential: &Credential,
        tx: &mut dyn ReadTx,
        now: Timestamp,
    ) -> Result<Self, OpError> {
        let community = credential.community;
        let lineage = lineage_of(tx, community, change).await?;
        let account = match lineage.target(change.number) {
            Ok(target) => target.account,
            Err(refusal) => return Ok(Self { items: Vec::new(), refusal: Some(refusal) }),
        };
        let standing = tx.standing(community, account).await?;
        let account = standing.ok_or(OpError::AccountNotFound(account))?.account;
        let later = tx.live_changes_after(community, account.id, lineage.root().number).await?;
        let ranks = tx.ranks(community).await?;
        let authority = Authority::new(credential.power_ceiling, None, &ranks, now);
        let plan = plan_undo(&account, &ranks, &authority, &lineage, &later, OnConflict::Refuse, now);
        Ok(Self { items: undo_items(&account, &ranks, &lineage, &later, now), refusal: plan.err() })
    }
}
