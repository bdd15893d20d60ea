//! Freeze and guard: the checks on every requested rank change while it is planned.
//!
//! In a frozen community no rank is changed. The guard limits how many ranks a person and a credential remove
//! within a minute and an hour. Undos are not counted; who may undo changes in a frozen community is checked
//! in `authorized.rs`.

use std::collections::BTreeMap;

use rankledger_domain::credential::Credential;
use rankledger_domain::guard::{self, CountedFor, Excess, Guards, Removals, Window};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::transition::Transition;
use rankledger_storage::StorageError;

use crate::ops::authorized::Authorized;
use crate::ops::{OpError, View, Work};
use crate::wire::problem::Problem;

/// The removals of a plan that passed the guard: they are counted when the plan is committed.
#[derive(Debug, Default)]
pub(in crate::ops) struct PlannedRemovals(BTreeMap<CountedFor, u32>);

impl PlannedRemovals {
    /// Counts the removals, and deletes counts that are too old to matter.
    pub(in crate::ops) async fn count(
        self,
        work: &mut Work<'_>,
        community: CommunityId,
    ) -> Result<(), StorageError> {
        let hour_ago = work.now - Window::Hour.length();
        for (who, count) in self.0 {
            let counted = Removals { at: work.now, count };
            work.tx.forget_rank_removals(community, who.uuid(), hour_ago).await?;
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
    /// Checks a planned change: refuses it in a frozen community, or if it removes more ranks than the guard
    /// allows, those in `planned` included. Adds the ranks that it removes to `planned`.
    pub(in crate::ops) async fn guard_change(
        &self,
        view: &mut View<'_>,
        planned: &mut PlannedRemovals,
        transition: &Transition,
    ) -> Result<(), OpError> {
        view.refuse_frozen(self.community).await?;
        let removals = guard::removals(transition);
        self.guard_removals(view, planned, removals).await?;
        if removals > 0 && view.tx.guards(self.community).await?.enabled {
            for who in self.counted_for() {
                *planned.0.entry(who).or_default() += removals;
            }
        }
        Ok(())
    }

    /// Refuses to remove so many ranks in a frozen community, or if that is more than the guard allows after
    /// those in `planned`. Used by operations that remove ranks in several changes, which are made either all
    /// or not at all.
    pub(in crate::ops) async fn guard_removals(
        &self,
        view: &mut View<'_>,
        planned: &PlannedRemovals,
        removals: u32,
    ) -> Result<(), OpError> {
        if removals == 0 {
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

    /// The credential, and the person if one is named.
    fn counted_for(&self) -> impl Iterator<Item = CountedFor> + use<> {
        let person = self.person().map(CountedFor::Person);
        [CountedFor::Credential(self.credential)].into_iter().chain(person)
    }

    async fn excess(
        &self,
        view: &mut View<'_>,
        guards: &Guards,
        planned: &PlannedRemovals,
        who: CountedFor,
        removals: u32,
    ) -> Result<Option<Excess>, OpError> {
        let hour_ago = view.now - Window::Hour.length();
        let mut lately = view.tx.rank_removals(self.community, who.uuid(), hour_ago).await?;
        lately.extend(planned.0.get(&who).map(|count| Removals { at: view.now, count: *count }));
        Ok(guard::check_removals(guards.limits, &lately, removals, view.now).err())
    }
}
