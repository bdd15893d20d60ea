//! Freezing a community, so that no rank is changed in it, and lifting that.

use async_trait::async_trait;
use rankledger_domain::guard::{Freeze, Guards};
use rankledger_domain::ids::CommunityId;

use crate::ops::acting::Acting;
use crate::ops::actor::Actor;
use crate::ops::{Command, OpError, Work};

/// A request to freeze a community. One that is frozen stays as it is.
#[derive(Debug, Clone)]
pub struct FreezeCommunity {
    /// Who acts.
    pub actor: Actor,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

/// A request to lift that. A community that is not frozen stays as it is.
#[derive(Debug, Clone)]
pub struct UnfreezeCommunity {
    /// Who acts.
    pub actor: Actor,
}

#[async_trait]
impl Command for FreezeCommunity {
    /// The guards afterwards.
    type Answer = Guards;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Guards, OpError> {
        let acting = Acting::of(&self.actor, work).await?;
        acting.refuse_barred()?;
        let mut guards = work.guards(acting.community).await?.as_ref().clone();
        if guards.frozen.is_none() {
            guards.frozen = Some(Freeze {
                at: work.now,
                user: acting.person.as_ref().map(|person| person.id),
                credential: acting.credential,
                reason: self.reason,
            });
            work.put_guards(acting.community, &guards).await?;
        }
        Ok(guards)
    }
}

#[async_trait]
impl Command for UnfreezeCommunity {
    /// The guards afterwards.
    type Answer = Guards;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Guards, OpError> {
        let acting = Acting::of(&self.actor, work).await?;
        acting.refuse_barred()?;
        let mut guards = work.guards(acting.community).await?.as_ref().clone();
        if guards.frozen.take().is_some() {
            work.put_guards(acting.community, &guards).await?;
        }
        Ok(guards)
    }
}
