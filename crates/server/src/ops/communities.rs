//! Renaming a community, and deleting one for good. Only the operator deletes: see decision 30.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::log::ActKind;
use rankledger_storage::account_lists::AccountFilter;
use rankledger_storage::communities::Community;
use rankledger_storage::{ReadTx, Storage, StorageError};

use super::actor::Actor;
use super::acts::NewAct;
use super::import::{being_deleted, delete_in_portions};
use super::{Command, Ledger, OpError, Work, logged};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to give the community of the credential another name.
#[derive(Debug, Clone)]
pub struct RenameCommunity {
    /// The actor of the request.
    pub actor: Actor,
    /// The name. It has been checked.
    pub name: String,
}

#[async_trait]
impl Command for RenameCommunity {
    /// The community afterwards.
    type Output = Community;

    const REFUSES: &'static [&'static ProblemType] = &[&types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Community, OpError> {
        self.actor.refuse_frozen(&mut work.view()).await?;
        let id = self.actor.community();
        let found = work.tx.community(id).await?;
        let before = found.ok_or_else(|| Problem::internal(&"the community of a credential is not there"))?;
        let after = Community { name: self.name, ..before.clone() };
        if after != before {
            work.tx.rename_community(id, &after.name).await?;
            let act = NewAct::of(ActKind::SettingsChanged);
            let act = act.before(&logged::settings(&before)).after(&logged::settings(&after));
            work.log(self.actor.origin(), act).await?;
        }
        Ok(after)
    }
}

/// How much goes with a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Accounts.
    pub members: u32,
    /// Recorded rank changes.
    pub changes: i64,
    /// Keys that were not revoked.
    pub keys: usize,
}

impl Extent {
    /// Counts what goes with a community.
    pub async fn of(community: CommunityId, tx: &mut dyn ReadTx) -> Result<Self, StorageError> {
        let keys = tx.credentials(community).await?;
        Ok(Self {
            members: tx.list_accounts(community, &AccountFilter::default(), 0, 1).await?.total,
            changes: tx.last_change_number(community).await?.0,
            keys: keys.iter().filter(|key| key.revoked_at.is_none()).count(),
        })
    }
}

/// Deletes a community for good: its members, its ledger and its log. At first, and at once, its keys are
/// revoked and nobody finds it any more; then its rows go, in portions. Returns the number of rows. If it was
/// cut off, it goes on where it was.
pub async fn delete_community(
    ledger: &Ledger,
    storage: &dyn Storage,
    community: CommunityId,
) -> Result<usize, OpError> {
    ledger.submit(HideCommunity { community }).await?;
    delete_in_portions(ledger, storage, community).await
}

/// Revokes all keys of a community, and hides it from everybody.
#[derive(Clone)]
struct HideCommunity {
    community: CommunityId,
}

#[async_trait]
impl Command for HideCommunity {
    type Output = ();

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        for key in work.tx.credentials(self.community).await? {
            work.tx.revoke_credential(self.community, key.id, work.now).await?;
        }
        work.tx.put_unfinished_import(&being_deleted(self.community, work.now)).await?;
        Ok(())
    }
}
