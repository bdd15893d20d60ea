//! How a writing transaction goes: locks, prefetched rows, savepoints, the commit.

use async_trait::async_trait;
use futures_util::join;
use rankledger_domain::ids::CommunityId;

use super::buffered::send_heads;
use super::locks::IfLocked;
use super::tx::PgTx;
use crate::prefetch::Prefetch;
use crate::{Result, StorageError, WriteTx};

impl PgTx {
    /// Sends what is buffered: what was buffered before the savepoint is sent before it, so that a rollback
    /// does not undo it.
    pub(super) async fn send_buffered(&mut self) -> Result<()> {
        self.buffered.take_before().send(&self.session).await?;
        let newest = self.buffered.take_newest();
        if newest.is_empty() {
            return Ok(());
        }
        self.session.make_savepoint().await?;
        newest.send(&self.session).await
    }
}

#[async_trait]
impl WriteTx for PgTx {
    async fn write_to(&mut self, communities: Vec<CommunityId>) -> Result<Vec<CommunityId>> {
        let if_locked = if communities.len() > 1 { IfLocked::Skip } else { IfLocked::Wait };
        self.lock_all(&communities, if_locked).await?;
        Ok(communities.into_iter().filter(|community| self.is_locked(*community)).collect())
    }

    async fn prefetch(&mut self, wanted: &Prefetch) -> Result<()> {
        self.lock_all(&wanted.communities, IfLocked::Wait).await?;
        let mut snapshots = wanted.snapshots.clone();
        snapshots.extend(self.accounts_of_changes(&wanted.changes, &wanted.undo_ids).await?);
        let accounts = self.seen.standings.unknown(wanted.standings.iter().chain(&snapshots));
        if !accounts.is_empty() {
            self.load_standings(&accounts).await?;
        }
        self.prefetch_details(&snapshots).await?;
        self.load_idempotency_keys(&wanted.idempotency_keys).await
    }

    fn isolate_savepoints(&mut self) {
        self.isolates_savepoints = true;
    }

    fn is_intact(&self) -> bool {
        !self.session.has_failed()
    }

    async fn savepoint(&mut self) -> Result<()> {
        self.buffered.savepoint();
        self.seen.savepoint();
        self.session.request_savepoint();
        if self.isolates_savepoints {
            // At once: also a question that fails would take the transaction with it.
            self.buffered.take_before().send(&self.session).await?;
            self.session.make_savepoint().await?;
        }
        Ok(())
    }

    async fn release_savepoint(&mut self) -> Result<()> {
        if self.isolates_savepoints {
            self.send_buffered().await?;
        }
        self.buffered.keep();
        self.session.release_savepoint().await
    }

    async fn rollback_to_savepoint(&mut self) -> Result<()> {
        let discarded = self.buffered.discard();
        if self.session.roll_back_to_savepoint().await? {
            self.seen.roll_back_sent();
        } else {
            self.seen.roll_back(&discarded);
        }
        Ok(())
    }

    fn rows_written(&self) -> u64 {
        self.buffered.written()
    }

    async fn commit_unflushed(self: Box<Self>) -> Result<()> {
        self.commit().await
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.session.has_failed() {
            return Err(StorageError::HalfWritten);
        }
        let writes = self.buffered.take_all();
        let heads = self.seen.heads.moved();
        if !self.session.has_begun() && writes.is_empty() {
            return Ok(());
        }
        let (writes, heads) = join!(writes.send(&self.session), send_heads(&self.session, &heads));
        writes.and(heads)?;
        self.session.commit().await
    }
}
