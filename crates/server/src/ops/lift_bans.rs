//! Lifts bans whose end has come, by the server.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;
use serde_json::json;

use super::accounts::membership::write_ban;
use super::acts::{NewAct, Origin};
use super::{Command, OpError, Work};
use crate::wire::time::Time;

/// Lifts bans that have ended, of all communities, those first that ended first. Nobody acts in it.
#[derive(Debug, Clone, Copy)]
pub struct LiftBans {
    /// Largest number of bans to lift, so that no other command waits for long.
    pub limit: u32,
}

#[async_trait]
impl Command for LiftBans {
    /// Number of bans that were lifted. 0 if none has ended.
    type Output = usize;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<usize, OpError> {
        let due = work.tx.due_bans(work.now, self.limit).await?;
        for &(community, account) in &due {
            lift(work, community, account).await?;
        }
        Ok(due.len())
    }
}

async fn lift(work: &mut Work<'_>, community: CommunityId, id: AccountId) -> Result<(), OpError> {
    let found = work.snapshot(community, id).await?;
    work.tx.set_flags(community, id, false, found.standing.account.archived).await?;
    write_ban(work, community, id, None).await?;
    let act = NewAct::of(ActKind::AccountUnbanned)
        .to(id)
        .before(&json!({"banned": true, "until": found.details.profile.ban_expiration.map(Time)}))
        .after(&json!({"banned": false}));
    work.log(Origin::operator(community), act).await?;
    Ok(())
}
