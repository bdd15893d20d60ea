//! Changes of the ranks themselves: retiring them, restoring them, giving them another power. Decision 6.

use super::authority::Height;
use super::{Model, Plan};
use crate::community::{ACCOUNTS, Account, Rank};
use crate::outcome::Refusal;
use crate::steps::Actor;

impl Model {
    /// Retires a rank. Either a recorded change takes it from each holder, or the holders keep it.
    pub(super) fn retire(
        &mut self,
        by: Actor,
        rank: Rank,
        remove_from_holders: bool,
    ) -> Result<Vec<(Account, usize)>, Refusal> {
        self.check_person(by)?;
        self.check_reach(by, Height::Power(self.powers[rank]))?;
        self.check_frozen(by)?;
        let mut losses = Vec::new();
        if remove_from_holders {
            for account in 0..ACCOUNTS.len() {
                let mut after = self.held(account);
                after.retain(|grant| grant.rank != rank);
                if after != self.held(account) {
                    let status = self.status_that_follows(by, account, &after);
                    let plan = Plan { after, status, active: None };
                    self.check_change(self.authority(by), account, &plan)?;
                    losses.push((account, plan));
                }
            }
        }
        self.retired[rank] = true;
        let lost = losses.into_iter().filter_map(|(account, plan)| {
            Some((account, self.record(account, plan, "retirement", Some(by), None)?))
        });
        Ok(lost.collect())
    }

    /// Brings a rank back into use.
    pub(super) fn restore(&mut self, by: Actor, rank: Rank) -> Result<Option<usize>, Refusal> {
        self.check_person(by)?;
        self.check_reach(by, Height::Power(self.powers[rank]))?;
        self.check_frozen(by)?;
        self.retired[rank] = false;
        Ok(None)
    }

    /// Gives a rank another power.
    pub(super) fn repower(&mut self, by: Actor, rank: Rank, power: u32) -> Result<Option<usize>, Refusal> {
        self.check_person(by)?;
        self.check_frozen(by)?;
        self.check_reach(by, Height::Power(self.powers[rank].max(power)))?;
        self.powers[rank] = power;
        Ok(None)
    }
}
