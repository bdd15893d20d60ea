//! Taking retired ranks from those who hold them: a recorded and undoable change for each account.

use std::collections::BTreeSet;

use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_storage::StorageError;

use crate::ops::acting::Acting;
use crate::ops::{OpError, Work};

/// Takes the ranks from all who hold one of them. Answers the changes. If one account stands too high, all is refused.
pub(super) async fn take_from_holders(
    work: &mut Work<'_>,
    community: CommunityId,
    acting: &Acting,
    ranks: &[RankId],
    reason: Option<&String>,
) -> Result<Vec<RankChange>, OpError> {
    let (holders, removals) = holders(work, community, ranks).await?;
    acting.guard_removals(work, removals).await?;
    let names = ranks.iter().copied().map(RankName::Id).collect();
    let request = ChangeRequest { remove: Some(names), ..ChangeRequest::default() };
    let mut changes = Vec::new();
    for holder in holders {
        let account = work.standing(community, holder).await?.account;
        let recorded = acting.change(work, &account, &request, Source::Retirement, reason.cloned()).await?;
        changes.extend(recorded.map(|recorded| recorded.change));
    }
    Ok(changes)
}

/// Who holds one of the ranks, and how many of them they hold together.
async fn holders(
    work: &mut Work<'_>,
    community: CommunityId,
    ranks: &[RankId],
) -> Result<(BTreeSet<AccountId>, u32), StorageError> {
    let (mut holders, mut held) = (BTreeSet::new(), 0_usize);
    for rank in ranks {
        let of_one = work.tx.holders(community, *rank).await?;
        held += of_one.len();
        holders.extend(of_one);
    }
    Ok((holders, u32::try_from(held).unwrap_or(u32::MAX)))
}
