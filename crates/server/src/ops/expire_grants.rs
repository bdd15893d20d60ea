//! Taking away what was given until a time that has come: a recorded and undoable change for each account.

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::authority::Authority;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::{ChangeKind, Source};
use rankledger_storage::foresight::Foresight;

use super::Command;
use super::OpError;
use super::Work;
use super::record::Entry;

/// Removes grants that have ended, of all communities, those first that ended first. Nobody acts in it.
#[derive(Debug, Clone, Copy)]
pub struct ExpireGrants {
    /// How many grants to look at, so that no other command waits for long.
    pub limit: u32,
}

#[async_trait]
impl Command for ExpireGrants {
    /// How many accounts lost ranks. 0 if no grant has ended.
    type Answer = usize;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<usize, OpError> {
        let due = work.tx.due_grants(work.now, self.limit).await?;
        let communities = due.iter().map(|(community, _)| *community).collect();
        work.tx.foresee(&Foresight { accounts: due.clone(), communities, ..Foresight::default() }).await?;
        for &(community, account) in &due {
            expire(work, community, account).await?;
        }
        Ok(due.len())
    }
}

/// Takes every rank from the account whose time has come, as one change.
async fn expire(work: &mut Work<'_>, community: CommunityId, id: AccountId) -> Result<(), OpError> {
    let account = work.standing(community, id).await?.account;
    let ranks = work.ranks(community).await?;
    let request = ChangeRequest { remove: Some(ended(&account, work)), ..ChangeRequest::default() };
    let plan = plan_change(&account, &ranks, &Authority::operator(), &request, work.now)?;
    let Some(transition) = plan else { return Ok(()) };
    let entry = Entry {
        account: id,
        transition,
        kind: ChangeKind::Change,
        source: Source::Expiry,
        actor: None,
        credential: None,
        reason: None,
        batch: None,
        reverses: None,
        at: work.now,
        undo_id: None,
    };
    work.record(community, entry).await?;
    Ok(())
}

fn ended(account: &Account, work: &Work<'_>) -> Vec<RankName> {
    let ended = account.ranks.iter().filter(|held| held.has_ended(work.now));
    ended.map(|held| RankName::Id(held.rank)).collect()
}
