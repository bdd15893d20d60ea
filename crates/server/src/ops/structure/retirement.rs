//! Taking retired ranks from those who hold them: a recorded and undoable change for each account.

use rankledger_domain::account::Account;
use rankledger_domain::authority::Authority;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, RankId};
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::rank_change::{ChangeKind, Source};
use rankledger_storage::StorageError;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ops::actor::Actor;
use crate::ops::record::Entry;
use crate::ops::{OpError, Work};

/// Who retires ranks, and why.
pub(super) struct Retirement {
    pub(super) authority: Authority,
    ranks: Arc<CommunityRanks>,
    person: Option<AccountId>,
    credential: CredentialId,
    reason: Option<String>,
}

impl Retirement {
    pub(super) async fn of(
        actor: &Actor,
        reason: Option<String>,
        work: &mut Work<'_>,
        community: CommunityId,
    ) -> Result<Self, OpError> {
        let ranks = work.ranks(community).await?;
        let person = actor.person(work).await?;
        let authority = actor.authority(person.as_ref(), &ranks, work);
        let person = person.map(|person| person.id);
        Ok(Self { authority, ranks, person, credential: actor.credential.id, reason })
    }

    /// The change that takes these ranks from an account; none if it holds none of them.
    fn plan(&self, account: &Account, names: &[RankName], work: &Work<'_>) -> Result<Option<Entry>, OpError> {
        let request = ChangeRequest { remove: Some(names.to_vec()), ..ChangeRequest::default() };
        let transition = plan_change(account, &self.ranks, &self.authority, &request, work.now)?;
        Ok(transition.map(|transition| Entry {
            account: account.id,
            transition,
            kind: ChangeKind::Change,
            source: Source::Retirement,
            actor: self.person,
            credential: Some(self.credential),
            reason: self.reason.clone(),
            reverses: None,
            at: work.now,
            undo_id: None,
        }))
    }
}

/// Takes the ranks from all who hold one of them. Answers how many accounts that changed. If one account stands too high,
/// all is refused.
pub(super) async fn take_from_holders(
    work: &mut Work<'_>,
    community: CommunityId,
    retirement: &Retirement,
    ranks: &[RankId],
) -> Result<usize, OpError> {
    let holders = holders(work, community, ranks).await?;
    let names: Vec<_> = ranks.iter().copied().map(RankName::Id).collect();
    let mut changed = 0;
    for holder in holders {
        let account = work.standing(community, holder).await?.account;
        if let Some(entry) = retirement.plan(&account, &names, work)? {
            work.record(community, entry).await?;
            changed += 1;
        }
    }
    Ok(changed)
}

async fn holders(
    work: &mut Work<'_>,
    community: CommunityId,
    ranks: &[RankId],
) -> Result<BTreeSet<AccountId>, StorageError> {
    let mut holders = BTreeSet::new();
    for rank in ranks {
        holders.extend(work.tx.holders(community, *rank).await?);
    }
    Ok(holders)
}
