//! Ban, unban, kick, archive and restore an account. Where ranks go with it, that is a recorded and undoable change.

use async_trait::async_trait;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_storage::accounts::AccountRow;
use rankledger_storage::outbox::{ACCOUNT_BANNED, ACCOUNT_KICKED, ACCOUNT_UPDATED};

use super::clock::close_open_rows;
use crate::ops::acting::Acting;
use crate::ops::actor::Actor;
use crate::ops::{Command, OpError, Work};

/// What is done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingAction {
    /// It is given nothing any more.
    Ban,
    /// The ban is lifted.
    Unban,
    /// It is put out of the community: archived.
    Kick,
    /// It has left.
    Archive,
    /// It is back, after a kick or from the archive.
    Restore,
}

/// A request to change the standing of an account.
#[derive(Debug, Clone)]
pub struct ChangeStanding {
    /// Who acts.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// What is done to it.
    pub action: StandingAction,
    /// Whether a ban, a kick or archiving leaves the ranks and the status as they are.
    pub keep_ranks: bool,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct StandingChanged {
    /// The account afterwards.
    pub account: AccountRow,
    /// The ledger's entry; none if no rank and no status changed.
    pub change: Option<RankChange>,
}

#[async_trait]
impl Command for ChangeStanding {
    type Answer = StandingChanged;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<StandingChanged, OpError> {
        let community = self.actor.credential.community;
        let before = work.standing(community, self.account).await?.account;
        let acting = Acting::of(&self.actor, work).await?;
        acting.check_account(&before, work)?;
        if self.action.source().is_none() {
            let ranks = self.ranks_taken(work).await?;
            acting.check_account(&Account { ranks, ..before.clone() }, work)?;
        }

        let after = self.action.on(&before);
        let change = match self.action.source().filter(|_| !self.keep_ranks) {
            Some(source) => {
                let nothing =
                    ChangeRequest { set: Some(Vec::new()), active: Some(false), ..ChangeRequest::default() };
                acting.change(work, &before, &nothing, source, self.reason.clone()).await?
            }
            None => None,
        };
        let change = change.map(|recorded| recorded.change);
        if self.action == StandingAction::Ban && before.banned && self.reason.is_some() {
            self.write(work, &after).await?;
        }
        if before.banned != after.banned || before.archived != after.archived {
            if self.action.source().is_some() {
                close_open_rows(work, community, self.account).await?;
            }
            self.write(work, &after).await?;
            let number = change.as_ref().map(|change| change.number);
            let topic = self.action.topic();
            // A recorded change has told that the account was updated.
            if topic != ACCOUNT_UPDATED || number.is_none() {
                work.tell(community, topic, self.account, number).await?;
            }
        }
        Ok(StandingChanged { account: work.account(community, self.account).await?, change })
    }
}

impl ChangeStanding {
    /// The ranks that the account held when it was put out: who brings it back must reach what it was.
    async fn ranks_taken(&self, work: &mut Work<'_>) -> Result<Vec<HeldRank>, OpError> {
        let community = self.actor.credential.community;
        let changes = work.tx.live_changes_after(community, self.account, ChangeNumber(0)).await?;
        let put_out = changes
            .into_iter()
            .rev()
            .find(|change| matches!(change.source, Source::Ban | Source::Kick | Source::Archive));
        Ok(put_out.map(|change| change.transition.before).unwrap_or_default())
    }

    async fn write(&self, work: &mut Work<'_>, after: &Account) -> Result<(), OpError> {
        let community = self.actor.credential.community;
        work.tx.set_flags(community, self.account, after.banned, after.archived).await?;
        if matches!(self.action, StandingAction::Ban | StandingAction::Unban) {
            let mut profile = work.account(community, self.account).await?.profile;
            profile.ban_info = self.reason.clone().filter(|_| after.banned);
            profile.ban_expiration = None;
            work.tx.update_profile(community, &profile).await?;
        }
        Ok(())
    }
}

impl StandingAction {
    fn on(self, account: &Account) -> Account {
        let mut account = account.clone();
        match self {
            Self::Ban => account.banned = true,
            Self::Unban => account.banned = false,
            Self::Kick | Self::Archive => account.archived = true,
            Self::Restore => account.archived = false,
        }
        account
    }

    /// What the ledger calls it, if it takes ranks away.
    fn source(self) -> Option<Source> {
        match self {
            Self::Ban => Some(Source::Ban),
            Self::Kick => Some(Source::Kick),
            Self::Archive => Some(Source::Archive),
            Self::Unban | Self::Restore => None,
        }
    }

    fn topic(self) -> &'static str {
        match self {
            Self::Ban => ACCOUNT_BANNED,
            Self::Kick => ACCOUNT_KICKED,
            Self::Unban | Self::Archive | Self::Restore => ACCOUNT_UPDATED,
        }
    }
}
