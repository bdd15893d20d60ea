//! Plan on a read view, commit in the writer: how every operation works that changes ranks.
//!
//! A plan decides everything and writes nothing. The writer makes it and carries it out in one transaction; a
//! dry run and a preview make the same plan on a view of their own and stop there.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::transition::Transition;
use rankledger_storage::ReadTx;
use rankledger_storage::accounts::{AccountSnapshot, Standing};
use rankledger_storage::prefetch::Prefetch;

use super::{Command, OpError, Work};
use crate::wire::problem::Problem;

/// An operation that decides everything before it writes.
#[async_trait]
pub trait Planned: Send + Sync + 'static {
    /// The planned writes.
    type Plan: Send + 'static;

    /// The result that the caller gets.
    type Output: Send + 'static;

    /// The community that it writes to.
    fn community(&self) -> CommunityId;

    /// See [`Command::prefetch`].
    fn prefetch(&self, _wanted: &mut Prefetch) {}

    /// Plans the operation, or refuses it. Writes nothing.
    async fn plan(&self, view: &mut View<'_>) -> Result<Self::Plan, OpError>;

    /// Writes what was planned in the same transaction. Fails only if the storage does.
    async fn commit(self, plan: Self::Plan, work: &mut Work<'_>) -> Result<Self::Output, OpError>;
}

/// A planned operation that can be tried out: a dry run makes the plan and commits nothing.
pub trait Previewed: Planned {
    /// Returns what the plan would bring about.
    fn preview(&self, plan: Self::Plan) -> Self::Output;
}

#[async_trait]
impl<P: Planned> Command for P {
    type Output = P::Output;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(Planned::community(self))
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        Planned::prefetch(self, wanted);
    }

    async fn run(self, work: &mut Work<'_>) -> Result<P::Output, OpError> {
        let plan = self.plan(&mut work.view()).await?;
        self.commit(plan, work).await
    }
}

/// A consistent view of the database at one time, on which plans are made.
pub struct View<'a> {
    /// The view: a read transaction, or the writer's own.
    pub tx: &'a mut dyn ReadTx,
    /// The time of the plan, and of all that is recorded by it.
    pub now: Timestamp,
    /// Accounts as the changes leave them that were planned on this view before.
    planned: HashMap<(CommunityId, AccountId), Account>,
}

impl<'a> View<'a> {
    /// A view on which nothing was planned yet.
    #[must_use]
    pub fn new(tx: &'a mut dyn ReadTx, now: Timestamp) -> Self {
        Self { tx, now, planned: HashMap::new() }
    }

    /// The standing of an account, or the refusal that there is none.
    pub async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Standing, OpError> {
        self.find_standing(community, id).await?.ok_or_else(|| Problem::account_not_found(id).into())
    }

    /// The standing of an account as the changes planned before leave it. `None` if there is no such account.
    pub async fn find_standing(
        &mut self,
        community: CommunityId,
        id: AccountId,
    ) -> Result<Option<Standing>, OpError> {
        let found = self.tx.standing(community, id).await?;
        Ok(found.map(|standing| match self.planned.get(&(community, id)) {
            Some(account) => Standing { account: account.clone(), ..standing },
            None => standing,
        }))
    }

    /// Loads the whole row of an account that is at one of these versions, if any are given; else returns the
    /// refusal that says that it is not.
    pub async fn snapshot_at(
        &mut self,
        community: CommunityId,
        id: AccountId,
        versions: Option<&[i64]>,
    ) -> Result<AccountSnapshot, OpError> {
        let found = self.tx.snapshot(community, id).await?;
        let found = found.ok_or_else(|| Problem::account_not_found(id))?;
        let version = found.standing.version;
        if versions.is_some_and(|accepted| !accepted.contains(&version)) {
            return Err(Problem::version_mismatch(version).into());
        }
        Ok(found)
    }

    /// Lets later plans on this view see the account as `transition` leaves it.
    pub fn apply(&mut self, community: CommunityId, before: &Account, transition: &Transition) {
        let mut after = before.clone();
        transition.apply_to(&mut after);
        self.planned.insert((community, after.id), after);
    }
}
