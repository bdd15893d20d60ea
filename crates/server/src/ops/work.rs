//! What a command works with inside the writer's transaction.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::guard::Guards;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, Ids};
use rankledger_domain::rank::CommunityRanks;
use rankledger_storage::accounts::{AccountRevision, AccountRow, VersionedAccount};
use rankledger_storage::outbox::OutboxEvent;
use rankledger_storage::{StorageError, WriteTx};
use uuid::Uuid;

use super::OpError;
use super::record::Entry;
use super::record::Recorded;
use super::record::record;

/// The transaction of one group of commands, and what they share.
pub struct Work<'a> {
    /// The transaction.
    pub tx: Box<dyn WriteTx>,
    /// The time at which the group began: the time of all that it records.
    pub now: Timestamp,
    ids: &'a dyn Ids,
    ranks: HashMap<CommunityId, Arc<CommunityRanks>>,
    guards: HashMap<CommunityId, Arc<Guards>>,
    /// The communities of which the present command has changed what is kept here.
    changed: Vec<CommunityId>,
}

impl<'a> Work<'a> {
    /// Work in a transaction that has just begun.
    pub fn new(tx: Box<dyn WriteTx>, ids: &'a dyn Ids, now: Timestamp) -> Self {
        Self { tx, now, ids, ranks: HashMap::new(), guards: HashMap::new(), changed: Vec::new() }
    }

    /// The ranks of a community, loaded once a group.
    pub async fn ranks(&mut self, community: CommunityId) -> Result<Arc<CommunityRanks>, StorageError> {
        if let Some(ranks) = self.ranks.get(&community) {
            return Ok(Arc::clone(ranks));
        }
        let ranks = self.tx.ranks(community).await?;
        self.ranks.insert(community, Arc::clone(&ranks));
        Ok(ranks)
    }

    /// Forgets the ranks of a community, because a command has changed them.
    pub fn forget_ranks(&mut self, community: CommunityId) {
        self.ranks.remove(&community);
        self.changed.push(community);
    }

    /// Marks the beginning of a command, which is then kept or taken back.
    pub async fn savepoint(&mut self) -> Result<(), StorageError> {
        self.tx.savepoint().await
    }

    /// Keeps what the command has written.
    pub async fn keep_command(&mut self) -> Result<(), StorageError> {
        self.changed.clear();
        self.tx.release_savepoint().await
    }

    /// Takes back what the command has written, and forgets what was loaded of it.
    pub async fn take_command_back(&mut self) -> Result<(), StorageError> {
        for community in self.changed.drain(..) {
            self.ranks.remove(&community);
            self.guards.remove(&community);
        }
        self.tx.rollback_to_savepoint().await
    }

    /// The guards of a community, loaded once a group.
    pub async fn guards(&mut self, community: CommunityId) -> Result<Arc<Guards>, StorageError> {
        if let Some(guards) = self.guards.get(&community) {
            return Ok(Arc::clone(guards));
        }
        let guards = Arc::new(self.tx.guards(community).await?);
        self.guards.insert(community, Arc::clone(&guards));
        Ok(guards)
    }

    /// Brings the guards of a community up to date. They are loaded anew by whoever needs them next.
    pub async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<(), StorageError> {
        self.guards.remove(&community);
        self.changed.push(community);
        self.tx.put_guards(community, guards).await
    }

    /// A new UUID.
    pub fn uuid(&self) -> Uuid {
        self.ids.uuid()
    }

    /// The part of an account that rank changes read, or the refusal that there is none.
    pub async fn standing(
        &mut self,
        community: CommunityId,
        id: AccountId,
    ) -> Result<VersionedAccount, OpError> {
        self.tx.standing(community, id).await?.ok_or(OpError::AccountNotFound(id))
    }

    /// The same of an account that is at one of these versions, if any are given, and its revision; else the refusal that it
    /// is not.
    pub async fn standing_at(
        &mut self,
        community: CommunityId,
        id: AccountId,
        versions: Option<&[i64]>,
    ) -> Result<(VersionedAccount, AccountRevision), OpError> {
        let found = self.tx.standing_and_revision(community, id).await?;
        let (found, revision) = found.ok_or(OpError::AccountNotFound(id))?;
        if versions.is_some_and(|accepted| !accepted.contains(&found.version)) {
            return Err(OpError::VersionMismatch { found: found.version });
        }
        Ok((found, revision))
    }

    /// The whole row of an account, or the refusal that there is none.
    pub async fn account(&mut self, community: CommunityId, id: AccountId) -> Result<AccountRow, OpError> {
        self.tx.account(community, id).await?.ok_or(OpError::AccountNotFound(id))
    }

    /// Puts an event about an account into the outbox.
    pub async fn tell(
        &mut self,
        community: CommunityId,
        topic: &str,
        account: AccountId,
        change: Option<ChangeNumber>,
    ) -> Result<(), StorageError> {
        let event = OutboxEvent { id: self.uuid(), topic: topic.to_owned(), account, change, at: self.now };
        self.tx.push_event(community, &event).await
    }

    /// Carries a transition out and records it.
    pub async fn record(&mut self, community: CommunityId, entry: Entry) -> Result<Recorded, StorageError> {
        record(self.tx.as_mut(), self.ids, community, entry).await
    }
}
