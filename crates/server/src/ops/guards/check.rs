//! Freeze and guard: the checks on every act that changes ranks or takes something away, while it is planned.
//!
//! In a frozen community only a credential of scope `admin` without a power ceiling changes or repairs
//! anything. The guard limits how much a person, a credential and all together take away within a minute and
//! an hour, by whatever road. Such a credential is exempt from it: whoever repairs is never kept from
//! repairing.

use std::collections::BTreeMap;

use rankledger_domain::credential::Credential;
use rankledger_domain::guard::{self, CountedFor, CountedSpan, Excess, Guards, Removals};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::transition::Transition;
use rankledger_storage::StorageError;

use crate::ops::authorized::Authorized;
use crate::ops::{OpError, View, Work};
use crate::wire::problem::Problem;

/// The removals of a plan that passed the guard: they are counted when the plan is committed.
#[derive(Debug, Default)]
pub(in crate::ops) struct PlannedRemovals(BTreeMap<CountedFor, u32>);

impl PlannedRemovals {
    /// Counts the removals, and deletes counts that do not matter any more.
    pub(in crate::ops) async fn count(
        self,
        work: &mut Work<'_>,
        community: CommunityId,
    ) -> Result<(), StorageError> {
        for (who, count) in self.0 {
            let counted = Removals { at: work.now, count };
            work.tx.forget_rank_removals(community, who.uuid(), CountedSpan::at(work.now)).await?;
            work.tx.count_rank_removals(community, who.uuid(), counted).await?;
        }
        Ok(())
    }
}

/// Refuses a credential of scope `admin` that has a power ceiling: it must not lift what limits it.
pub(super) fn refuse_power_ceiling(credential: &Credential) -> Result<(), OpError> {
    match credential.power_ceiling {
        Some(ceiling) => Err(Problem::power_ceiling(ceiling).into()),
        None => Ok(()),
    }
}

impl Authorized {
    /// Checks a planned change of ranks, be it a change of its own, an undo or a redo. See
    /// [`Authorized::guard`].
    pub(in crate::ops) async fn guard_change(
        &self,
        view: &mut View<'_>,
        planned: &mut PlannedRemovals,
        transition: &Transition,
    ) -> Result<(), OpError> {
        self.guard(view, planned, guard::removals(transition)).await
    }

    /// Checks a planned act: refuses it in a frozen community, or if it takes away more than the guard
    /// allows, what is in `planned` included. Adds its `removals` to `planned`.
    pub(in crate::ops) async fn guard(
        &self,
        view: &mut View<'_>,
        planned: &mut PlannedRemovals,
        removals: u32,
    ) -> Result<(), OpError> {
        if self.is_unlimited_admin {
            return Ok(());
        }
        view.refuse_frozen(self.community).await?;
        self.guard_removals(view, planned, removals).await?;
        if removals > 0 && view.tx.guards(self.community).await?.enabled {
            for who in self.counted_for() {
                *planned.0.entry(who).or_default() += removals;
            }
        }
        Ok(())
    }

    /// Refuses so many removals in a frozen community, or if that is more than the guard allows after those
    /// in `planned`. Used by operations that remove ranks in several changes, which are made either all or
    /// not at all.
    pub(in crate::ops) async fn guard_removals(
        &self,
        view: &mut View<'_>,
        planned: &PlannedRemovals,
        removals: u32,
    ) -> Result<(), OpError> {
        if removals == 0 || self.is_unlimited_admin {
            return Ok(());
        }
        view.refuse_frozen(self.community).await?;
        let guards = view.tx.guards(self.community).await?;
        if !guards.enabled {
            return Ok(());
        }
        let mut excesses = Vec::new();
        for who in self.counted_for() {
            let excess = self.excess(view, &guards, planned, who, removals).await?;
            excesses.extend(excess.map(|excess| (who, excess)));
        }
        let worst = excesses.into_iter().max_by_key(|(_, excess)| excess.longest_wait());
        worst.map_or(Ok(()), |(who, excess)| Err(Problem::abnormal_usage(who, &excess).into()))
    }

    /// The community, the credential if it is not the console, and the person if one is named.
    fn counted_for(&self) -> impl Iterator<Item = CountedFor> + use<> {
        let person = self.person().map(CountedFor::Person);
        // The console is no credential of anybody: its people are counted one by one.
        let credential = Some(self.credential).filter(|id| *id != CredentialId::CONSOLE);
        let credential = credential.map(CountedFor::Credential);
        [CountedFor::Community].into_iter().chain(credential).chain(person)
    }

    async fn excess(
        &self,
        view: &mut View<'_>,
        guards: &Guards,
        planned: &PlannedRemovals,
        who: CountedFor,
        removals: u32,
    ) -> Result<Option<Excess>, OpError> {
        let span = CountedSpan::at(view.now);
        let mut lately = view.tx.rank_removals(self.community, who.uuid(), span).await?;
        lately.extend(planned.0.get(&who).map(|count| Removals { at: view.now, count: *count }));
        Ok(guard::check_removals(guards.limits_of(who), &lately, removals, view.now).err())
    }
}
