//! Removes ranks whose grants have ended: a recorded and undoable change for each account, by the server.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::authority::Authority;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::Source;
use rankledger_storage::prefetch::Prefetch;

use super::Command;
use super::OpError;
use super::Work;
use super::record::NewRankChange;

/// Removes grants that have ended, of all communities, those first that ended first. Nobody acts in it.
#[derive(Debug, Clone, Copy)]
pub struct ExpireGrants {
    /// Largest number of grants to look at, so that no other command waits for long.
    pub limit: u32,
}

#[async_trait]
impl Command for ExpireGrants {
    /// Number of accounts that lost ranks. 0 if no grant has ended.
    type Output = usize;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<usize, OpError> {
        let due = work.tx.due_grants(work.now, self.limit).await?;
        let communities = due.iter().map(|(community, _)| *community).collect();
        work.tx.prefetch(&Prefetch { standings: due.clone(), communities, ..Prefetch::default() }).await?;
        for &(community, account) in &due {
            expire(work, community, account).await?;
        }
        Ok(due.len())
    }
}

/// Removes every rank of the account whose grant has ended, as one change.
async fn expire(work: &mut Work<'_>, community: CommunityId, id: AccountId) -> Result<(), OpError> {
    let mut view = work.view();
    let account = view.standing(community, id).await?.account;
    let ranks = view.tx.ranks(community).await?;
    let request = ChangeRequest { remove: Some(ended(&account, view.now)), ..ChangeRequest::default() };
    let plan = plan_change(&account, &ranks, &Authority::operator(), &request, view.now)?;
    if let Some(transition) = plan {
        let new = NewRankChange::by_server(id, transition, Source::Expiry, work.now);
        work.record(community, new).await?;
    }
    Ok(())
}

fn ended(account: &Account, now: Timestamp) -> Vec<RankName> {
    let ended = account.ranks.iter().filter(|held| held.has_ended(now));
    ended.map(|held| RankName::Id(held.rank)).collect()
}
