//! Loading what became of a change: its undo, the redo of that, and so on.

use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::{ReadTx, StorageError};

/// The change that it all began with, and every reversal since.
pub(super) async fn lineage_of(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    named: &RankChange,
) -> Result<Lineage, StorageError> {
    let mut root = named.clone();
    while let Some(number) = root.reverses {
        root = load(tx, community, number).await?;
    }
    let mut reversals = Vec::new();
    let mut next = root.reversed_by;
    while let Some(number) = next {
        let reversal = load(tx, community, number).await?;
        next = reversal.reversed_by;
        reversals.push(reversal);
    }
    Ok(Lineage::new(root, reversals))
}

async fn load(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    number: ChangeNumber,
) -> Result<RankChange, StorageError> {
    let found = tx.rank_change(community, number).await?;
    found.ok_or_else(|| StorageError::Corrupt(format!("rank change {number} is missing")))
}
