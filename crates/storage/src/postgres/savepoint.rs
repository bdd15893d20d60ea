//! What is written, from the savepoint to the commit: put off where it can be, and then sent in one go.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use futures_util::join;
use rankledger_domain::ids::CommunityId;

use super::codec::engine_error;
use super::pending::{Pending, send_heads};
use super::tx::{IfLocked, PgTx};
use crate::foresight::Foresight;
use crate::{Result, StorageError, WriteTx};

/// Where a savepoint is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Savepoint {
    /// Nowhere.
    None,
    /// Here: the database knows nothing of it, for it knows nothing of what was put off since either.
    Here,
    /// In the database.
    InDatabase,
}

impl PgTx {
    /// Sends what was put off.
    pub(super) async fn send_pending(&mut self) -> Result<()> {
        if self.savepoint == Savepoint::Here {
            let kept = std::mem::take(&mut self.kept);
            self.send(kept).await?;
            if self.pending.is_empty() {
                return Ok(());
            }
            self.mark_savepoint().await?;
        }
        let pending = self.all_pending();
        self.send(pending).await
    }

    /// Mostly there is nothing, and what sends it is large.
    async fn send(&self, pending: Pending) -> Result<()> {
        if pending.is_empty() {
            return Ok(());
        }
        Box::pin(pending.send(self)).await
    }

    /// Everything that was put off, in order.
    fn all_pending(&mut self) -> Pending {
        let mut all = std::mem::take(&mut self.kept);
        all.append(std::mem::take(&mut self.pending));
        all
    }

    /// Makes the savepoint in the database, if one was asked for.
    pub(super) async fn mark_savepoint(&mut self) -> Result<()> {
        if self.savepoint == Savepoint::Here {
            if !self.begun.swap(true, Ordering::Relaxed) {
                self.command(self.begin()).await?;
            }
            self.command("SAVEPOINT command").await?;
            self.savepoint = Savepoint::InDatabase;
        }
        Ok(())
    }

    /// Sends everything that was put off, and the end of the transaction behind it, without waiting in between.
    async fn send_all_and_commit(&mut self) -> Result<()> {
        let pending = self.all_pending();
        let heads = self.heads.moved();
        let (pending, heads) = join!(self.send(pending), send_heads(self, &heads));
        pending.and(heads)?;
        match self.client().batch_execute("COMMIT").await {
            Ok(()) => Ok(()),
            Err(error) => Err(match engine_error(error) {
                StorageError::Unavailable(cause) => {
                    tracing::warn!(cause, "the connection was lost during a commit");
                    StorageError::Unsettled
                }
                error => error,
            }),
        }
    }
}

#[async_trait]
impl WriteTx for PgTx {
    async fn write_to(&mut self, communities: Vec<CommunityId>) -> Result<Vec<CommunityId>> {
        let if_locked = if communities.len() > 1 { IfLocked::Skip } else { IfLocked::Wait };
        self.hold_all(&communities, if_locked).await?;
        Ok(communities.into_iter().filter(|community| self.holds(*community)).collect())
    }

    async fn foresee(&mut self, foresight: &Foresight) -> Result<()> {
        self.hold_all(&foresight.communities, IfLocked::Wait).await?;
        let accounts = self.unknown_standings(&foresight.accounts);
        if !accounts.is_empty() {
            self.load_standings(&accounts).await?;
        }
        self.foresee_rows(&foresight.rows).await?;
        self.load_idempotency_keys(&foresight.idempotency_keys).await
    }

    async fn savepoint(&mut self) -> Result<()> {
        self.kept.append(std::mem::take(&mut self.pending));
        self.heads.savepoint();
        self.savepoint = Savepoint::Here;
        Ok(())
    }

    async fn release_savepoint(&mut self) -> Result<()> {
        let savepoint = std::mem::replace(&mut self.savepoint, Savepoint::None);
        if savepoint == Savepoint::InDatabase {
            self.command("RELEASE SAVEPOINT command").await?;
        }
        Ok(())
    }

    async fn rollback_to_savepoint(&mut self) -> Result<()> {
        let savepoint = std::mem::replace(&mut self.savepoint, Savepoint::None);
        let taken_back = std::mem::take(&mut self.pending);
        self.heads.rollback();
        self.live.forget();
        if savepoint != Savepoint::InDatabase {
            // What others of the group were foreseen to ask for stays known.
            self.standings.forget_some(taken_back.standings.keys());
            self.keys.forget_some(taken_back.keys.keys());
            return Ok(());
        }
        self.standings.forget();
        self.foreseen_rows.clear();
        self.keys.forget();
        self.revisions.clear();
        self.command("ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command").await?;
        self.failed.store(false, Ordering::Relaxed);
        Ok(())
    }

    fn rows_written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(StorageError::HalfWritten);
        }
        let has_work =
            self.begun.load(Ordering::Relaxed) || !self.kept.is_empty() || !self.pending.is_empty();
        if has_work {
            self.send_all_and_commit().await?;
            self.begun.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}
