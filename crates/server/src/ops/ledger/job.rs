//! A queued command, whatever its type.

use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use futures_util::FutureExt;
use rankledger_storage::StorageError;
use rankledger_storage::foresight::Foresight;
use tokio::sync::oneshot;

use super::Command;
use crate::ops::{OpError, Work};

/// A queued command, whatever its type.
#[async_trait]
pub(super) trait Job: Send {
    fn is_awaited(&self) -> bool;

    /// See [`Command::foresee`].
    fn foresee(&self, foresight: &mut Foresight);

    /// Whether it may write something that is then taken back.
    fn needs_savepoint(&self) -> bool;

    /// Runs it and remembers the outcome. Answers whether what it has written is to be kept.
    async fn run(&mut self, work: &mut Work<'_>) -> bool;

    /// Sends the outcome, after the commit.
    fn answer(self: Box<Self>);

    /// Tells that the group was not committed; why, if it is this command's own fault.
    fn fail(self: Box<Self>, error: &StorageError);
}

/// A command, and who waits for its answer.
pub(super) struct Pending<C: Command> {
    command: Option<C>,
    /// Whether it is written if it succeeds; else it is only tried.
    is_kept: bool,
    outcome: Option<Result<C::Answer, OpError>>,
    reply: oneshot::Sender<Result<C::Answer, OpError>>,
}

impl<C: Command> Pending<C> {
    pub(super) fn new(command: C, is_kept: bool, reply: oneshot::Sender<Result<C::Answer, OpError>>) -> Self {
        Self { command: Some(command), is_kept, outcome: None, reply }
    }
}

#[async_trait]
impl<C: Command> Job for Pending<C> {
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn foresee(&self, foresight: &mut Foresight) {
        if let Some(command) = &self.command {
            command.foresee(foresight);
        }
    }

    fn needs_savepoint(&self) -> bool {
        !(C::WRITES_LAST && self.is_kept)
    }

    async fn run(&mut self, work: &mut Work<'_>) -> bool {
        let Some(command) = self.command.take() else { return false };
        let outcome = AssertUnwindSafe(command.run(work)).catch_unwind().await;
        let outcome = outcome.unwrap_or(Err(OpError::Panicked));
        let is_kept = self.is_kept && outcome.is_ok();
        self.outcome = Some(outcome);
        is_kept
    }

    fn answer(self: Box<Self>) {
        // Whoever stopped waiting meanwhile finds the change in the ledger.
        let _ = self.reply.send(self.outcome.unwrap_or(Err(OpError::NotCommitted)));
    }

    fn fail(self: Box<Self>, error: &StorageError) {
        let failure = match (self.outcome, error) {
            (Some(Err(own @ (OpError::Storage(_) | OpError::Panicked))), _) => own,
            (_, StorageError::Unavailable(_)) => OpError::DatabaseUnavailable,
            (Some(_), StorageError::Unsettled) => OpError::Unsettled,
            _ => OpError::NotCommitted,
        };
        let _ = self.reply.send(Err(failure));
    }
}
