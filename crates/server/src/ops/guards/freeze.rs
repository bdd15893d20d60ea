//! Freezing a community, so that nobody changes ranks, standing, names or structure in it, and lifting that.

use async_trait::async_trait;
use rankledger_domain::guard::{Freeze, Guards};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::log::ActKind;

use super::check::refuse_power_ceiling;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work};
use crate::wire::guards::FreezeBody;
use crate::wire::problem::{ProblemType, types};

/// A request to freeze a community. One that is frozen stays as it is.
#[derive(Debug, Clone)]
pub struct FreezeCommunity {
    /// The actor of the request.
    pub actor: Actor,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

/// A request to lift that. A community that is not frozen stays as it is.
#[derive(Debug, Clone)]
pub struct UnfreezeCommunity {
    /// The actor of the request.
    pub actor: Actor,
}

#[async_trait]
impl Command for FreezeCommunity {
    /// The guards afterwards.
    type Output = Guards;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::INSUFFICIENT_POWER, &types::UNKNOWN_USER, &types::POWER_CEILING];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Guards, OpError> {
        refuse_power_ceiling(&self.actor.credential)?;
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.refuse_barred()?;
        let mut guards = work.tx.guards(authorized.community).await?;
        if guards.frozen.is_none() {
            let freeze = Freeze {
                at: work.now,
                user: authorized.person(),
                credential: authorized.credential,
                reason: self.reason,
            };
            let act = NewAct::of(ActKind::CommunityFrozen).after(&FreezeBody::from(&freeze));
            guards.frozen = Some(freeze);
            work.tx.put_guards(authorized.community, &guards).await?;
            work.log(authorized.origin(), act).await?;
        }
        Ok(guards)
    }
}

#[async_trait]
impl Command for UnfreezeCommunity {
    /// The guards afterwards.
    type Output = Guards;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::INSUFFICIENT_POWER, &types::UNKNOWN_USER, &types::POWER_CEILING];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Guards, OpError> {
        refuse_power_ceiling(&self.actor.credential)?;
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.refuse_barred()?;
        let mut guards = work.tx.guards(authorized.community).await?;
        if let Some(freeze) = guards.frozen.take() {
            work.tx.put_guards(authorized.community, &guards).await?;
            let act = NewAct::of(ActKind::CommunityThawed).before(&FreezeBody::from(&freeze));
            work.log(authorized.origin(), act).await?;
        }
        Ok(guards)
    }
}
