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

    /// Runs the command, perhaps once more, and keeps the outcome. Returns whether its writes are to be kept.
    /// A failure that concerns everybody is the error of the whole group.
    async fn run(&mut self, work: &mut Work<'_>) -> Result<bool, StorageError>;

    /// Whether it was run.
    fn was_run(&self) -> bool;

    /// Whether it was run and refused, or failed.
    fn has_failed(&self) -> bool;

    /// Puts the failure to write what the command has written in the place of its outcome.
    fn blame(&mut self, error: StorageError);

    /// Sends the outcome, after the commit.
    fn answer(self: Box<Self>);

    /// Sends the failure of the group, or of this command if it is to blame.
    fn fail(self: Box<Self>, error: &StorageError);
}

/// A command, and the channel to whoever waits for its output.
pub(super) struct QueuedCommand<C: Command> {
    command: C,
    outcome: Option<Result<C::Output, OpError>>,
    reply: oneshot::Sender<Result<C::Output, OpError>>,
}

impl<C: Command> QueuedCommand<C> {
    pub(super) fn new(command: C, reply: oneshot::Sender<Result<C::Output, OpError>>) -> Self {
        Self { command, outcome: None, reply }
    }
}

#[async_trait]
impl<C: Command> Queued for QueuedCommand<C> {
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        self.command.prefetch(wanted);
    }

    fn needs_savepoint(&self) -> bool {
        !C::WRITES_LAST
    }

    async fn run(&mut self, work: &mut Work<'_>) -> Result<bool, StorageError> {
        self.outcome = None;
        let outcome = AssertUnwindSafe(self.command.clone().run(work)).catch_unwind().await;
        match outcome.unwrap_or(Err(LedgerError::Panicked.into())) {
            Err(OpError::Storage(error)) if error.concerns_everybody() => Err(error),
            outcome => {
                let is_kept = outcome.is_ok();
                self.outcome = Some(outcome);
                Ok(is_kept)
            }
        }
    }

    fn was_run(&self) -> bool {
        self.outcome.is_some()
    }

    fn has_failed(&self) -> bool {
        matches!(self.outcome, Some(Err(_)))
    }

    fn blame(&mut self, error: StorageError) {
        self.outcome = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        // A caller that has stopped waiting in the meantime finds the change in the ledger.
        let _ = self.reply.send(self.outcome.unwrap_or(Err(LedgerError::NotCommitted.into())));
    }

    fn fail(self: Box<Self>, error: &StorageError) {
        let failure = match (self.outcome, error) {
            // Its own failure, or the one that has spoiled the transaction.
            (Some(Err(own @ (OpError::Storage(_) | OpError::Ledger(LedgerError::Panicked)))), _)
            | (Some(Err(own)), StorageError::HalfWritten) => own,
            // A command that was not run is known not to be carried out.
            (None, StorageError::Unsettled) => LedgerError::NotCommitted.into(),
            (_, error) => LedgerError::of_group(error).into(),
        };
        let _ = self.reply.send(Err(failure));
    }
}
