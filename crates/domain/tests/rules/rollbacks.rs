//! Rollbacks of the ledger in memory: the changes of one person are undone as planned.

use std::cmp::Reverse;

use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::rollback::{AccountHistory, Outcome, Returned, Step, is_to_be_undone, plan_rollback};
use rankledger_domain::undo::OnConflict;
use uuid::Uuid;

use crate::kit::Ledger;

/// The person whose changes are rolled back.
pub(crate) const ROGUE: AccountId = AccountId(Uuid::from_u128(0xbad));

/// The other person who acts.
pub(crate) const OTHER: AccountId = AccountId(Uuid::from_u128(0x90d));

pub(crate) fn batch(number: u128) -> BatchId {
    BatchId(Uuid::from_u128(number))
}

/// Returns whether the rogue made the change.
pub(crate) fn by_rogue(change: &RankChange) -> bool {
    change.actor == Some(ROGUE)
}

impl Ledger {
    /// Calls `act` with this person as the actor.
    pub(crate) fn as_actor<T>(&mut self, actor: AccountId, act: impl FnOnce(&mut Self) -> T) -> T {
        self.actor = Some(actor);
        let done = act(self);
        self.actor = None;
        done
    }

    /// Plans the undo of the matching changes. Returns the account after it, too.
    pub(crate) fn plan_rollback(
        &self,
        matches: impl Fn(&RankChange) -> bool,
        on_conflict: OnConflict,
    ) -> (Vec<Step>, Account) {
        let found = self.entries.iter().filter(|change| matches(change));
        let lineages = found.map(|change| (change.number, self.lineage(change)));
        let to_be_undone = lineages.filter(|(found, lineage)| is_to_be_undone(lineage, *found, &matches));
        let mut lineages: Vec<_> = to_be_undone.map(|(_, lineage)| lineage).collect();
        lineages.sort_by_key(|lineage| Reverse(lineage.last().number));
        let first = lineages.iter().map(|lineage| lineage.root().number).min().unwrap_or(ChangeNumber(0));
        let is_live = |change: &&RankChange| change.number > first && change.is_live();
        let live = self.entries.iter().filter(is_live).cloned().collect();
        let returned = Returned::default();
        let history = AccountHistory { account: self.account.clone(), lineages, live, returned };
        plan_rollback(history, &self.ranks, &self.authority, on_conflict, self.now)
    }

    /// Undoes the matching changes, under this batch id.
    pub(crate) fn roll_back(
        &mut self,
        matches: impl Fn(&RankChange) -> bool,
        on_conflict: OnConflict,
        batch: BatchId,
    ) -> Vec<Step> {
        let (steps, account) = self.plan_rollback(matches, on_conflict);
        self.batch = Some(batch);
        for step in &steps {
            if let Outcome::Undone(plan) = &step.outcome {
                let transition = plan.transition.clone();
                assert_eq!(
                    (&transition.before, transition.status_before),
                    (&self.account.ranks, self.status())
                );
                self.record(transition, step.target.kind.reversal(), Some(step.target.number));
            }
        }
        self.batch = None;
        assert_eq!(self.account, account, "the account is as it was foretold");
        steps
    }
}
