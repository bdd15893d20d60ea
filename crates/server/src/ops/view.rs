//! The view that plans are made on.

use std::collections::HashMap;

use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::transition::Transition;
use rankledger_storage::ReadTx;
use rankledger_storage::standings::{AccountSnapshot, Standing};

use super::OpError;
use crate::wire::problem::Problem;

/// A consistent view of the database at a time. Plans are made on it.
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

    /// The whole row of an account that is at one of these versions, if any are given; else the refusal
    /// that it is not.
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
