//! Set Account Ranks: load the account, plan the change, record it.

use async_trait::async_trait;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::accounts::VersionedAccount;
use rankledger_storage::foresight::Foresight;

use super::Command;
use super::OpError;
use super::Work;
use super::acting::Acting;
use super::actor::Actor;
use super::record::Recorded;
use super::row_wanted::RowBefore;
use super::row_wanted::RowWanted;

/// A request to change the ranks of an account.
#[derive(Debug, Clone)]
pub struct ChangeRanks {
    /// Who acts.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// What is asked for.
    pub request: ChangeRequest,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
    /// The versions of the account that the client accepts; any, if absent.
    pub if_version: Option<Vec<i64>>,
    /// Whether the account's row is to come with the answer.
    pub row: RowWanted,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct RanksChanged {
    /// The version of the account before.
    pub version_before: i64,
    /// The account afterwards.
    pub standing: VersionedAccount,
    /// The ledger's entry; none if nothing changed.
    pub change: Option<RankChange>,
    /// The account's row before.
    pub row: RowBefore,
}

#[async_trait]
impl Command for ChangeRanks {
    type Answer = RanksChanged;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    fn foresee(&self, foresight: &mut Foresight) {
        self.row.foresee(self.actor.credential.community, self.account, foresight);
    }

    async fn run(self, work: &mut Work<'_>) -> Result<RanksChanged, OpError> {
        let community = self.actor.credential.community;
        let (found, revision) = work.standing_at(community, self.account, self.if_version.as_deref()).await?;
        let row = self.row.read(work, community, &found, revision).await?;
        let acting = Acting::of(&self.actor, work).await?;
        let changed = acting.change(work, &found.account, &self.request, Source::Api, self.reason).await?;
        let version_before = found.version;
        let (standing, change) = match changed {
            Some(Recorded { change, version }) => {
                (standing_after(found, &change.transition, version), Some(change))
            }
            None => (found, None),
        };
        Ok(RanksChanged { version_before, standing, change, row })
    }
}

/// The account after a transition.
pub(super) fn standing_after(
    before: VersionedAccount,
    transition: &Transition,
    version: i64,
) -> VersionedAccount {
    let mut account = before.account;
    account.ranks.clone_from(&transition.after);
    account.com_status = transition.status_after;
    VersionedAccount { account, version }
}
