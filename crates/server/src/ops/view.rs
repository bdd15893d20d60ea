//! The view that plans are made on.

use std::collections::HashMap;

use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::lineage::Lineage;
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::transition::Transition;
use rankledger_storage::standings::{AccountSnapshot, Standing};
use rankledger_storage::{ReadTx, StorageError};

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

    /// Refuses everybody in a community that is frozen.
    pub(super) async fn refuse_frozen(&mut self, community: CommunityId) -> Result<(), OpError> {
        match self.tx.guards(community).await?.frozen {
            Some(freeze) => Err(Problem::community_frozen(&freeze).into()),
            None => Ok(()),
        }
    }

    /// Loads the lineage of a change: the change that it all began with, and every reversal since.
    pub(super) async fn lineage_of(
        &mut self,
        community: CommunityId,
        named: &RankChange,
    ) -> Result<Lineage, StorageError> {
        let mut root = named.clone();
        while let Some(number) = root.reverses {
            root = self.change(community, number).await?;
        }
        let mut reversals = Vec::new();
        let mut next = root.reversed_by;
        while let Some(number) = next {
            let reversal = self.change(community, number).await?;
            next = reversal.reversed_by;
            reversals.push(reversal);
        }
        Ok(Lineage::new(root, reversals))
    }

    /// A change to which another one refers.
    async fn change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<RankChange, StorageError> {
        let found = self.tx.rank_change(community, number).await?;
        found.ok_or_else(|| StorageError::Corrupt(format!("rank change {number} is missing")))
    }

    /// Lets later plans on this view see the account as `transition` leaves it.
    pub fn apply(&mut self, community: CommunityId, before: &Account, transition: &Transition) {
        let mut after = before.clone();
        transition.apply_to(&mut after);
        self.planned.insert((community, after.id), after);
    }
}
