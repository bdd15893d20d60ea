//! Authority: the section "Authority" of the design, and decision 3.

use super::{Grant, Model, Plan, gains, grant_of};
use crate::community::{Account, RANKS};
use crate::outcome::Refusal;
use crate::steps::Actor;

/// A power, or above all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Height {
    Power(u32),
    AboveAll,
}

impl Height {
    /// Returns whether something of power `self` can be changed with authority up to `limit`.
    pub(super) fn below(self, limit: Self) -> bool {
        limit == Self::AboveAll || self < limit
    }
}

/// An actor, with the authority it had when it was authorized.
#[derive(Debug, Clone, Copy)]
pub(super) struct Authority {
    pub(super) by: Actor,
    reach: Height,
}

impl Authority {
    /// Returns whether it reaches an account of this height.
    pub(super) fn reaches(self, height: Height) -> bool {
        height.below(self.reach)
    }
}

impl Model {
    /// Returns the power of an account: that of its highest rank whose end has not passed.
    pub(super) fn height(&self, account: Account) -> Height {
        if Self::owns(account) {
            return Height::AboveAll;
        }
        self.height_of(&self.held(account))
    }

    /// Returns the power of an account that holds these ranks.
    pub(super) fn height_of(&self, ranks: &[Grant]) -> Height {
        let lasting = ranks.iter().filter(|grant| grant.end.is_none_or(|end| end > self.now));
        Height::Power(lasting.map(|grant| self.powers[grant.rank]).max().unwrap_or(0))
    }

    /// Returns the power ceiling of the credential.
    fn ceiling(by: Actor) -> Height {
        by.credential.ceiling().map_or(Height::AboveAll, Height::Power)
    }

    /// Returns how far an actor reaches: the lower of the credential and the person.
    fn reach(&self, by: Actor) -> Height {
        let person = by.person.map_or(Height::AboveAll, |person| self.height(person));
        person.min(Self::ceiling(by))
    }

    /// Returns the authority of an actor, as it is now.
    pub(super) fn authority(&self, by: Actor) -> Authority {
        Authority { by, reach: self.reach(by) }
    }

    /// Refuses a person who is banned or archived.
    pub(super) fn check_person(&self, by: Actor) -> Result<(), Refusal> {
        match by.person.and_then(|person| self.barred(person)) {
            Some(_) => Err(powerless()),
            None => Ok(()),
        }
    }

    /// Refuses a height that is not below the reach of the actor.
    pub(super) fn check_reach(&self, by: Actor, height: Height) -> Result<(), Refusal> {
        if height.below(self.reach(by)) { Ok(()) } else { Err(powerless()) }
    }

    /// Refuses a change of ranks and status that the actor may not make.
    pub(super) fn check_change(
        &self,
        authority: Authority,
        account: Account,
        plan: &Plan,
    ) -> Result<(), Refusal> {
        let Authority { by, reach } = authority;
        self.check_person(by)?;
        let before = self.held(account);
        let own = by.person == Some(account);
        let gains_status = plan.status && !self.active(account);
        if own && !Self::owns(account) && (gains(&before, &plan.after) || gains_status) {
            return Err(powerless());
        }
        let limit = if own { Self::ceiling(by) } else { reach };
        let changed =
            (0..RANKS.len()).filter(|rank| grant_of(&before, *rank) != grant_of(&plan.after, *rank));
        let mut heights = vec![self.height(account)];
        heights.extend(changed.map(|rank| Height::Power(self.powers[rank])));
        if heights.into_iter().all(|height| height.below(limit)) { Ok(()) } else { Err(powerless()) }
    }
}

fn powerless() -> Refusal {
    Refusal::new(403, "insufficient-power")
}
