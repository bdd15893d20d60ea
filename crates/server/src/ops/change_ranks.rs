//! Set Account Ranks: load the account, plan the change, record it.

use async_trait::async_trait;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::accounts::{AccountRow, VersionedAccount};
use rankledger_storage::foresight::Foresight;

use super::acting::Acting;
use super::actor::Actor;
use super::record::Recorded;
use super::{Command, OpError, Work};

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
    /// The revision of the account's row that whoever asks knows already: if it is another by now, the row comes with the
    /// answer. Not wanted, if absent.
    pub known_row: Option<i64>,
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
    /// The account's row before, unless it was known or is not wanted.
    pub row: Option<AccountRow>,
    /// The revision of the row: changing ranks does not change it.
    pub row_revision: i64,
}

#[async_trait]
impl Command for ChangeRanks {
    type Answer = RanksChanged;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    fn foresee(&self, foresight: &mut Foresight) {
        foresight.accounts.push((self.actor.credential.community, self.account));
    }

    async fn run(self, work: &mut Work<'_>) -> Result<RanksChanged, OpError> {
        let community = self.actor.credential.community;
        let (found, revision) = work.standing_at(community, self.account, self.if_version.as_deref()).await?;
        // Read before anything is written: nothing may fail between a commit and its answer.
        let row = match self.known_row {
            Some(known) if known != revision.row => Some(work.account(community, self.account).await?),
            _ => None,
        };
        let acting = Acting::of(&self.actor, work).await?;
        let changed = acting.change(work, &found.account, &self.request, Source::Api, self.reason).await?;
        let version_before = found.version;
        let (standing, change) = match changed {
            Some(Recorded { change, version }) => {
                (standing_after(found, &change.transition, version), Some(change))
            }
            None => (found, None),
        };
        Ok(RanksChanged { version_before, standing, change, row, row_revision: revision.row })
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
