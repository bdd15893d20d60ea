//! Setting the guards of a community.

use async_trait::async_trait;
use rankledger_domain::guard::{Guards, RemovalLimits};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::log::ActKind;

use super::check::refuse_power_ceiling;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work, logged};
use crate::wire::problem::{ProblemType, types};

/// A request to set the guards. What is absent stays as it is.
#[derive(Debug, Clone)]
pub struct SetGuards {
    /// The actor of the request.
    pub actor: Actor,
    /// See [`Guards::enabled`].
    pub enabled: Option<bool>,
    /// See [`rankledger_domain::guard::RemovalLimits::per_minute`]. It has been checked.
    pub per_minute: Option<u32>,
    /// See [`rankledger_domain::guard::RemovalLimits::per_hour`]. It has been checked.
    pub per_hour: Option<u32>,
    /// The limit per minute of all together. It has been checked. See [`Guards::together`].
    pub together_per_minute: Option<u32>,
    /// The limit per hour of all together. It has been checked.
    pub together_per_hour: Option<u32>,
}

#[async_trait]
impl Command for SetGuards {
    /// The guards afterwards.
    type Output = Guards;

    const REFUSES: &'static [&'static ProblemType] = &[&types::POWER_CEILING];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Guards, OpError> {
        refuse_power_ceiling(&self.actor.credential)?;
        let community = self.actor.community();
        let mut guards = work.tx.guards(community).await?;
        let before = logged::guards(&guards);
        guards.enabled = self.enabled.unwrap_or(guards.enabled);
        guards.limits.per_minute = self.per_minute.unwrap_or(guards.limits.per_minute);
        guards.limits.per_hour = self.per_hour.unwrap_or(guards.limits.per_hour);
        if self.together_per_minute.is_some() || self.together_per_hour.is_some() {
            let RemovalLimits { per_minute, per_hour } = guards.together();
            guards.together = Some(RemovalLimits {
                per_minute: self.together_per_minute.unwrap_or(per_minute),
                per_hour: self.together_per_hour.unwrap_or(per_hour),
            });
        }
        work.tx.put_guards(community, &guards).await?;
        let after = logged::guards(&guards);
        if after != before {
            let act = NewAct::of(ActKind::GuardChanged).before(&before).after(&after);
            work.log(self.actor.origin(), act).await?;
        }
        Ok(guards)
    }
}
