//! The context of a command inside the writer's transaction.

use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId, Ids};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::standings::AccountSnapshot;
use rankledger_storage::{StorageError, WriteTx};
use uuid::Uuid;

use super::acts::{NewAct, Origin, write_act};
use super::record::{NewRankChange, record};
use super::{OpError, View};
use crate::wire::problem::Problem;

/// The transaction of one group of commands.
pub struct Work<'a> {
    /// The transaction.
    pub tx: Box<dyn WriteTx>,
    /// The time at which the group began: the time of all that it records.
    pub now: Timestamp,
    ids: &'a dyn Ids,
}

impl<'a> Work<'a> {
    /// Work in a transaction that has just begun.
    pub fn new(tx: Box<dyn WriteTx>, ids: &'a dyn Ids, now: Timestamp) -> Self {
        Self { tx, now, ids }
    }

    /// The transaction as a view, to plan on.
    pub fn view(&mut self) -> View<'_> {
        View::new(self.tx.as_mut(), self.now)
    }

    /// A new UUID.
    pub fn uuid(&self) -> Uuid {
        self.ids.uuid()
    }

    /// Returns the whole row of an account, or the refusal that there is no such account.
    pub async fn snapshot(
        &mut self,
        community: CommunityId,
        id: AccountId,
    ) -> Result<AccountSnapshot, OpError> {
        self.tx.snapshot(community, id).await?.ok_or_else(|| Problem::account_not_found(id).into())
    }

    /// Writes an act that is no rank change into the log of the community.
    pub async fn log(&mut self, origin: Origin, act: NewAct) -> Result<(), StorageError> {
        write_act(self.tx.as_mut(), self.ids, self.now, origin, act).await
    }

    /// Carries a transition out and records it.
    pub async fn record(
        &mut self,
        community: CommunityId,
        new: NewRankChange,
    ) -> Result<RankChange, StorageError> {
        record(self.tx.as_mut(), self.ids, community, new).await
    }
}
