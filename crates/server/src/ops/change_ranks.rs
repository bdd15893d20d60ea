//! Set Account Ranks: load the account, plan the change, record it.

use async_trait::async_trait;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::AccountId;
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::accounts::VersionedAccount;

use super::actor::Actor;
use super::record::Entry;
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
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct RanksChanged {
    /// The account afterwards.
    pub standing: VersionedAccount,
    /// The ledger's entry; none if nothing changed.
    pub change: Option<RankChange>,
}

#[async_trait]
impl Command for ChangeRanks {
    type Answer = RanksChanged;

    async fn run(self, work: &mut Work<'_>) -> Result<RanksChanged, OpError> {
        let community = self.actor.credential.community;
        let found = work.tx.standing(community, self.account).await?;
        let found = found.ok_or(OpError::AccountNotFound(self.account))?;
        if self.if_version.is_some_and(|accepted| !accepted.contains(&found.version)) {
            return Err(OpError::VersionMismatch { found: found.version });
        }
        let ranks = work.ranks(community).await?;
        let person = self.actor.person(work).await?;
        let authority = self.actor.authority(person.as_ref(), &ranks, work);
        let Some(transition) = plan_change(&found.account, &ranks, &authority, &self.request, work.now)?
        else {
            return Ok(RanksChanged { standing: found, change: None });
        };
        let entry = Entry {
            account: self.account,
            transition,
            kind: ChangeKind::Change,
            source: Source::Api,
            actor: person.map(|person| person.id),
            credential: Some(self.actor.credential.id),
            reason: self.reason,
            reverses: None,
            at: work.now,
            undo_id: None,
        };
        let recorded = work.record(community, entry).await?;
        let standing = standing_after(found, &recorded.change.transition, recorded.version);
        Ok(RanksChanged { standing, change: Some(recorded.change) })
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
