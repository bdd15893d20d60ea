//! Ban, unban, kick, archive and restore an account. If that removes ranks or gives them back, it is recorded
//! as a change that can be undone.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::guard::ranks_removed;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::log::ActKind;
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::transition::Transition;
use rankledger_storage::standings::AccountSnapshot;
use serde_json::json;

use super::clock_in_out::close_open_rows;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::guards::check::PlannedRemovals;
use crate::ops::{OpError, Planned, View, Work};
use crate::wire::time::Time;

/// An action on the membership of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipAction {
    /// Bans the account: it can be given no ranks.
    Ban,
    /// Lifts the ban.
    Unban,
    /// Puts the account out of the community: it is archived.
    Kick,
    /// Archives an account that has left.
    Archive,
    /// Restores an account after a kick or from the archive.
    Restore,
}

/// A request to change the membership of an account.
#[derive(Debug, Clone)]
pub struct ChangeMembership {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
    /// The action.
    pub action: MembershipAction,
    /// Whether a ban, a kick or archiving leaves the ranks and the status as they are.
    pub keep_ranks: bool,
    /// The end of a ban. `None` if it has none.
    pub until: Option<Timestamp>,
    /// The reason, in the words of whoever acts.
    pub reason: Option<String>,
}

/// A planned change of membership.
pub struct MembershipPlan {
    authorized: Authorized,
    before: Account,
    /// The removal of all ranks, if there is one.
    transition: Option<(Transition, Source)>,
    removals: PlannedRemovals,
}

/// The outcome of a change of membership.
#[derive(Debug, Clone)]
pub struct MembershipChanged {
    /// The account after.
    pub account: AccountSnapshot,
    /// The recorded rank change. `None` if no rank and no status changed.
    pub change: Option<RankChange>,
}

#[async_trait]
impl Planned for ChangeMembership {
    type Plan = MembershipPlan;
    type Output = MembershipChanged;

    fn community(&self) -> CommunityId {
        self.actor.community()
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<MembershipPlan, OpError> {
        // The whole row, though only the standing is needed: a row that cannot be read is found before
        // anything is written.
        let before = view.snapshot_at(self.actor.community(), self.account, None).await?.standing.account;
        self.actor.refuse_nameless(view).await?;
        let authorized = Authorized::of(&self.actor, view).await?;
        authorized.check_account(&before, view.now)?;
        // Whoever bans anew decides over the ban that is there, as whoever lifts it.
        let is_again = self.action == MembershipAction::Ban && before.banned;
        if self.action.source().is_none() || is_again {
            check_as_before(&authorized, &before, view).await?;
        }
        let mut plan =
            MembershipPlan { authorized, before, transition: None, removals: PlannedRemovals::default() };
        if let Some(source) = self.action.source().filter(|_| !self.keep_ranks) {
            plan.remove_all_ranks(view, source)?;
        }
        let removals = plan.removals_by(self.action);
        plan.authorized.guard(view, &mut plan.removals, removals).await?;
        Ok(plan)
    }

    async fn commit(self, plan: MembershipPlan, work: &mut Work<'_>) -> Result<MembershipChanged, OpError> {
        let MembershipPlan { authorized, before, transition, removals } = plan;
        let community = authorized.community;
        removals.count(work, community).await?;
        let mut change = None;
        if let Some((transition, source)) = transition {
            let new = authorized.new_change(self.account, transition, source, work.now);
            change = Some(work.record(community, new.because(self.reason.clone())).await?);
        }
        let after = self.action.on(&before);
        if self.action == MembershipAction::Ban && before.banned && self.write_ban(work, &after).await? {
            work.log(authorized.origin(), self.act(&before, &after, change.as_ref())).await?;
        }
        if before.banned != after.banned || before.archived != after.archived {
            if self.action.source().is_some() {
                close_open_rows(work, community, authorized.origin(), self.account).await?;
            }
            self.write(work, &after).await?;
            work.log(authorized.origin(), self.act(&before, &after, change.as_ref())).await?;
        }
        Ok(MembershipChanged { account: work.snapshot(community, self.account).await?, change })
    }
}

impl MembershipPlan {
    /// Returns how much the action takes away: the ranks, and the standing of somebody who is put out.
    fn removals_by(&self, action: MembershipAction) -> u32 {
        let ranks = self.transition.as_ref().map_or(0, |(transition, _)| ranks_removed(transition));
        let after = action.on(&self.before);
        let is_put_out = (after.banned && !self.before.banned)
            || (after.archived && !self.before.archived)
            || self.transition.as_ref().is_some_and(|(transition, _)| transition.touches_status());
        ranks.saturating_add(u32::from(is_put_out))
    }

    fn remove_all_ranks(&mut self, view: &View<'_>, source: Source) -> Result<(), OpError> {
        let request =
            ChangeRequest { set: Some(Vec::new()), active: Some(false), ..ChangeRequest::default() };
        let Authorized { ranks, authority, .. } = &self.authorized;
        let Some(transition) = plan_change(&self.before, ranks, authority, &request, view.now)? else {
            return Ok(());
        };
        self.transition = Some((transition, source));
        Ok(())
    }
}

/// Refuses to bring an account back to somebody who has no power over the ranks that the last ban, kick or
/// archiving took from it.
pub(in crate::ops) async fn check_as_before(
    authorized: &Authorized,
    account: &Account,
    view: &mut View<'_>,
) -> Result<(), OpError> {
    let ranks = ranks_taken(view, authorized.community, account.id).await?;
    authorized.check_account(&Account { ranks, ..account.clone() }, view.now)
}

/// Loads the ranks that the last ban, kick or archiving of an account took.
async fn ranks_taken(
    view: &mut View<'_>,
    community: CommunityId,
    account: AccountId,
) -> Result<Vec<HeldRank>, OpError> {
    let mut taken = Vec::new();
    let look = &mut |change: RankChange| {
        let puts_out = matches!(change.source, Source::Ban | Source::Kick | Source::Archive);
        if puts_out {
            taken = change.transition.before;
        }
        !puts_out
    };
    view.tx.look_back(community, account, ChangeNumber(0), look).await?;
    Ok(taken)
}

impl ChangeMembership {
    /// Returns what the log says of it. The ranks that it took are in the rank change that it names.
    fn act(&self, before: &Account, after: &Account, change: Option<&RankChange>) -> NewAct {
        let before = json!({"banned": before.banned, "archived": before.archived});
        let after = json!({
            "banned": after.banned, "archived": after.archived, "reason": self.reason, "until": self.until.map(Time),
            "changeNumber": change.map(|change| change.number),
        });
        NewAct::of(self.action.kind()).to(self.account).before(&before).after(&after)
    }

    async fn write(&self, work: &mut Work<'_>, after: &Account) -> Result<(), OpError> {
        let community = self.actor.community();
        work.tx.set_flags(community, self.account, after.banned, after.archived).await?;
        if matches!(self.action, MembershipAction::Ban | MembershipAction::Unban) {
            self.write_ban(work, after).await?;
        }
        Ok(())
    }

    async fn write_ban(&self, work: &mut Work<'_>, after: &Account) -> Result<bool, OpError> {
        let ban = after.banned.then(|| Ban { reason: self.reason.clone(), until: self.until });
        write_ban(work, self.actor.community(), self.account, ban).await
    }
}

/// The reason and the end of a ban.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Ban {
    reason: Option<String>,
    until: Option<Timestamp>,
}

/// Writes the reason and the end of a ban, or that there is none. Returns whether they are others than
/// before. A ban without a reason keeps that of an earlier one, but not its end.
pub(in crate::ops) async fn write_ban(
    work: &mut Work<'_>,
    community: CommunityId,
    account: AccountId,
    ban: Option<Ban>,
) -> Result<bool, OpError> {
    let found = work.snapshot(community, account).await?;
    let mut profile = found.details.profile.clone();
    let earlier = profile.ban_info.take();
    profile.ban_expiration = ban.as_ref().and_then(|ban| ban.until);
    profile.ban_info = ban.and_then(|ban| ban.reason.or(earlier));
    if profile == found.details.profile {
        return Ok(false);
    }
    work.tx.update_profile(community, &profile).await?;
    Ok(true)
}

impl MembershipAction {
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

    /// The source of the rank change that removes ranks. `None` for an action that removes none.
    fn source(self) -> Option<Source> {
        match self {
            Self::Ban => Some(Source::Ban),
            Self::Kick => Some(Source::Kick),
            Self::Archive => Some(Source::Archive),
            Self::Unban | Self::Restore => None,
        }
    }

    /// The kind of its entry in the log.
    fn kind(self) -> ActKind {
        match self {
            Self::Ban => ActKind::AccountBanned,
            Self::Unban => ActKind::AccountUnbanned,
            Self::Kick => ActKind::AccountKicked,
            Self::Archive => ActKind::AccountArchived,
            Self::Restore => ActKind::AccountRestored,
        }
    }
}
