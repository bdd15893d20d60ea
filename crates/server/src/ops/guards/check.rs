//! What every rank change by request passes before it is recorded: the community is not frozen, and neither the person nor
//! the credential takes away more than the guard allows. Undos are not counted, and go on while a community is frozen, by
//! those who clean up in it.

use rankledger_domain::credential::Scope;
use rankledger_domain::guard::{self, Excess, Guards, Removals, Window};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};
use rankledger_domain::transition::Transition;
use uuid::Uuid;

use crate::ops::acting::Acting;
use crate::ops::{OpError, Work};

/// For whom removals are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedFor {
    /// The person who acts.
    Person(AccountId),
    /// The credential that is used.
    Credential(CredentialId),
}

impl CountedFor {
    fn uuid(self) -> Uuid {
        match self {
            Self::Person(account) => account.0,
            Self::Credential(credential) => credential.0,
        }
    }
}

impl Work<'_> {
    /// Refuses to change ranks in a community that is frozen.
    pub async fn refuse_frozen(&mut self, community: CommunityId) -> Result<(), OpError> {
        match &self.guards(community).await?.frozen {
            Some(freeze) => Err(OpError::CommunityFrozen(freeze.clone())),
            None => Ok(()),
        }
    }
}

impl Acting {
    /// Lets a change pass that is about to be recorded, and counts what it takes away.
    pub(in crate::ops) async fn guard_change(
        &self,
        work: &mut Work<'_>,
        transition: &Transition,
    ) -> Result<(), OpError> {
        work.refuse_frozen(self.community).await?;
        let removals = guard::removals(transition);
        self.guard_removals(work, removals).await?;
        if removals > 0 && work.guards(self.community).await?.enabled {
            self.count(work, removals).await?;
        }
        Ok(())
    }

    /// Refuses to take away so many ranks in a community that is frozen, or if that is more than the guard allows. Counts
    /// nothing: for whoever takes them away in several changes, of which either all are made or none.
    pub(in crate::ops) async fn guard_removals(
        &self,
        work: &mut Work<'_>,
        removals: u32,
    ) -> Result<(), OpError> {
        if removals == 0 {
            return Ok(());
        }
        work.refuse_frozen(self.community).await?;
        let guards = work.guards(self.community).await?;
        if !guards.enabled {
            return Ok(());
        }
        let mut excesses = Vec::new();
        for who in self.counted_for() {
            let excess = self.excess(work, &guards, who, removals).await?;
            excesses.extend(excess.map(|excess| (who, excess)));
        }
        let worst = excesses.into_iter().max_by_key(|(_, excess)| excess.longest_wait());
        worst.map_or(Ok(()), |(who, excess)| Err(OpError::AbnormalUsage { who, excess }))
    }

    /// Refuses to clean up in a community that is frozen, but to its owner and to a credential of scope `admin`.
    pub(in crate::ops) async fn guard_repair(&self, work: &mut Work<'_>) -> Result<(), OpError> {
        let owner = self.person.as_ref().is_some_and(|person| person.owner);
        if owner || self.scopes.allow(Scope::Admin) {
            Ok(())
        } else {
            work.refuse_frozen(self.community).await
        }
    }

    /// The credential, and the person if one is named.
    fn counted_for(&self) -> impl Iterator<Item = CountedFor> + use<> {
        let person = self.person.as_ref().map(|person| CountedFor::Person(person.id));
        [CountedFor::Credential(self.credential)].into_iter().chain(person)
    }

    async fn excess(
        &self,
        work: &mut Work<'_>,
        guards: &Guards,
        who: CountedFor,
        removals: u32,
    ) -> Result<Option<Excess>, OpError> {
        let hour_ago = work.now - Window::Hour.length();
        let lately = work.tx.rank_removals(self.community, who.uuid(), hour_ago).await?;
        Ok(guard::check_removals(guards.limits, &lately, removals, work.now).err())
    }

    async fn count(&self, work: &mut Work<'_>, removals: u32) -> Result<(), OpError> {
        let counted = Removals { at: work.now, count: removals };
        let hour_ago = work.now - Window::Hour.length();
        for who in self.counted_for() {
            work.tx.forget_rank_removals(self.community, who.uuid(), hour_ago).await?;
            work.tx.count_rank_removals(self.community, who.uuid(), counted).await?;
        }
        Ok(())
    }
}
