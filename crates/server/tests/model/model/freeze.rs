//! The freeze of a community: the section "Authority" of the design.

use super::Model;
use crate::community::Credential;
use crate::outcome::Refusal;
use crate::steps::Actor;

impl Model {
    /// Freezes the community, or lifts that. Only a credential without a ceiling does.
    pub(super) fn freeze(&mut self, by: Actor, frozen: bool) -> Result<Option<usize>, Refusal> {
        if by.credential != Credential::Open {
            return Err(Refusal::new(403, "power-ceiling"));
        }
        self.check_person(by)?;
        self.frozen = frozen;
        Ok(None)
    }

    /// Whether the community is frozen for an actor: not for a credential without a ceiling.
    pub(super) fn is_frozen_for(&self, by: Actor) -> bool {
        self.frozen && by.credential != Credential::Open
    }

    /// Refuses whatever changes something in a frozen community.
    pub(super) fn check_frozen(&self, by: Actor) -> Result<(), Refusal> {
        if self.is_frozen_for(by) { Err(Self::frozen()) } else { Ok(()) }
    }

    pub(super) fn frozen() -> Refusal {
        Refusal::new(423, "community-frozen")
    }
}
