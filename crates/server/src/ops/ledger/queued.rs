//! A queued command, whatever its type.

use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use futures_util::FutureExt;
use rankledger_storage::StorageError;
use rankledger_storage::prefetch::Prefetch;
use tokio::sync::oneshot;

use crate::ops::{Command, LedgerError, OpError, Work};

/// A queued command, whatever its type.
#[async_trait]
pub(super) trait Queued: Send {
    fn is_awaited(&self) -> bool;

    /// See [`Command::prefetch`].
    fn prefetch(&self, wanted: &mut Prefetch);

    /// Whether it may write something that is then rolled back.
    fn needs_savepoint(&self) -> bool;

    /// Runs the command and keeps the outcome. Returns whether its writes are to be kept.
    async fn run(&mut self, work: &mut Work<'_>) -> bool;

    /// Sends the outcome, after the commit.
    fn answer(self: Box<Self>);

    /// Sends the failure of the group, or of this command if it is to blame.
    fn fail(self: Box<Self>, error: &StorageError);
}

/// A command, and the channel to whoever waits for its output.
pub(super) struct QueuedCommand<C: Command> {
    command: Option<C>,
    outcome: Option<Result<C::Output, OpError>>,
    reply: oneshot::Sender<Result<C::Output, OpError>>,
}

impl<C: Command> QueuedCommand<C> {
    pub(super) fn new(command: C, reply: oneshot::Sender<Result<C::Output, OpError>>) -> Self {
        Self { command: Some(command), outcome: None, reply }
    }
}

#[async_trait]
impl<C: Command> Queued for QueuedCommand<C> {
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        if let Some(command) = &self.command {
            command.prefetch(wanted);
        }
    }

    fn needs_savepoint(&self) -> bool {
        !C::WRITES_LAST
    }

    async fn run(&mut self, work: &mut Work<'_>) -> bool {
        let Some(command) = self.command.take() else { return false };
        let outcome = AssertUnwindSafe(command.run(work)).catch_unwind().await;
        let outcome = outcome.unwrap_or(Err(LedgerError::Panicked.into()));
        let is_kept = outcome.is_ok();
        self.outcome = Some(outcome);
        is_kept
    }

    fn answer(self: Box<Self>) {
        // A caller that has stopped waiting in the meantime finds the change in the ledger.
        let _ = self.reply.send(self.outcome.unwrap_or(Err(LedgerError::NotCommitted.into())));
    }

    fn fail(self: Box<Self>, error: &StorageError) {
        let failure = match (self.outcome, error) {
            (Some(Err(own @ (OpError::Storage(_) | OpError::Ledger(LedgerError::Panicked)))), _) => own,
            (_, StorageError::Unavailable(_)) => LedgerError::DatabaseUnavailable.into(),
            (_, StorageError::Examined(_)) => LedgerError::DatabaseExamined.into(),
            (_, StorageError::Damaged { .. }) => LedgerError::DatabaseDamaged.into(),
            (_, StorageError::Locked) => LedgerError::DatabaseLocked.into(),
            (Some(_), StorageError::Unsettled) => LedgerError::OutcomeUnknown.into(),
            _ => LedgerError::NotCommitted.into(),
        };
        let _ = self.reply.send(Err(failure));
    }
}
