//! A connection and the transaction on it: when it begins, what fails, where its savepoint is.
//!
//! The transaction begins with its first statement. A savepoint is made in the database only when something
//! is sent that it must separate from what was sent before.

use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;
use futures_util::join;
use tokio::runtime::Handle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::codec::engine_error;
use crate::{Result, StorageError};

/// The parameters of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection and the transaction on it.
pub(super) struct Session {
    client: Option<Object>,
    is_writer: bool,
    has_begun: AtomicBool,
    /// A statement has failed, and the transaction with it: nothing of it can be kept.
    has_failed: AtomicBool,
    savepoint: Savepoint,
}

/// How far a savepoint has been made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    /// There is none.
    None,
    /// The database knows nothing of it, for nothing has been sent since.
    Requested,
    /// The database has made it.
    Made,
}

impl Session {
    pub(super) fn new(client: Object, is_writer: bool) -> Self {
        Self {
            client: Some(client),
            is_writer,
            has_begun: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            savepoint: Savepoint::None,
        }
    }

    /// Whether the transaction may write.
    pub(super) fn is_writer(&self) -> bool {
        self.is_writer
    }

    /// Whether anything has been sent.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    /// Whether a statement has failed, so that nothing can be kept.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// Runs a statement, and returns the number of rows that it wrote.
    pub(super) async fn execute(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let statement = self.prepare(sql).await?;
        self.ask(self.client().execute(&statement, params)).await
    }

    /// Runs a statement, and returns its rows.
    pub(super) async fn query(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        let statement = self.prepare(sql).await?;
        self.ask(self.client().query(&statement, params)).await
    }

    /// Runs a command without parameters and rows.
    pub(super) async fn command(&self, sql: &str) -> Result<()> {
        if !self.has_begun.swap(true, Ordering::Relaxed) {
            self.batch(self.begin()).await?;
        }
        self.batch(sql).await
    }

    /// Asks for a savepoint here. It replaces the one before.
    pub(super) fn request_savepoint(&mut self) {
        self.savepoint = Savepoint::Requested;
    }

    /// Makes the savepoint in the database, if one was asked for: something is about to be sent.
    pub(super) async fn make_savepoint(&mut self) -> Result<()> {
        if self.savepoint == Savepoint::Requested {
            self.command("SAVEPOINT command").await?;
            self.savepoint = Savepoint::Made;
        }
        Ok(())
    }

    /// Removes the savepoint, and keeps what was sent since.
    pub(super) async fn release_savepoint(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.savepoint, Savepoint::None) {
            Savepoint::Made => self.command("RELEASE SAVEPOINT command").await,
            Savepoint::None | Savepoint::Requested => Ok(()),
        }
    }

    /// Undoes what was sent since the savepoint, and removes it. Returns whether there was anything to undo.
    pub(super) async fn roll_back_to_savepoint(&mut self) -> Result<bool> {
        match std::mem::replace(&mut self.savepoint, Savepoint::None) {
            Savepoint::Made => {
                self.command("ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command").await?;
                self.has_failed.store(false, Ordering::Relaxed);
                Ok(true)
            }
            Savepoint::None | Savepoint::Requested => Ok(false),
        }
    }

    /// Commits what was sent. [`StorageError::Unsettled`] if the connection is lost meanwhile.
    pub(super) async fn commit(&mut self) -> Result<()> {
        match self.client().batch_execute("COMMIT").await.map_err(engine_error) {
            Ok(()) => {
                self.has_begun.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(StorageError::Unavailable(cause)) => {
                tracing::warn!(cause, "the connection was lost during a commit");
                Err(StorageError::Unsettled)
            }
            Err(error) => Err(error),
        }
    }

    fn client(&self) -> &Object {
        self.client.as_ref().expect("the connection is there until the transaction is dropped")
    }

    fn begin(&self) -> &'static str {
        if self.is_writer { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }
    }

    async fn prepare(&self, sql: &str) -> Result<Statement> {
        self.client().prepare_cached(sql).await.map_err(|error| self.fail(error))
    }

    /// Sends a statement; before the first one, and without waiting in between, the beginning of the
    /// transaction.
    async fn ask<T>(
        &self,
        statement: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let asked = async {
            if self.has_begun.swap(true, Ordering::Relaxed) {
                return statement.await;
            }
            let (begun, outcome) = join!(self.client().batch_execute(self.begin()), statement);
            begun.and(outcome)
        };
        asked.await.map_err(|error| self.fail(error))
    }

    async fn batch(&self, sql: &str) -> Result<()> {
        self.client().batch_execute(sql).await.map_err(|error| self.fail(error))
    }

    /// Notes a failure: PostgreSQL takes no more statements after it, except to roll back to a savepoint.
    fn fail(&self, error: tokio_postgres::Error) -> StorageError {
        self.has_failed.store(true, Ordering::Relaxed);
        engine_error(error)
    }
}

impl Drop for Session {
    /// Ends what was not committed. That takes a round trip, for which nobody waits; the connection goes back
    /// to the pool after it. After a failure it does not: the next one may lead to another host, where this
    /// one is no primary any more.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !self.has_begun() {
            return;
        }
        let runtime = Handle::try_current().ok().filter(|_| !self.has_failed());
        let Some(runtime) = runtime else {
            drop(Object::take(client));
            return;
        };
        let ending = Ending(Some(client));
        runtime.spawn(ending.roll_back());
    }
}

/// A connection whose transaction is being ended. If that is broken off, because its runtime ends, the
/// connection is closed: whoever got it from the pool would go on with the transaction and its locks.
struct Ending(Option<Object>);

impl Ending {
    async fn roll_back(mut self) {
        let Some(client) = &self.0 else { return };
        match client.batch_execute("ROLLBACK").await {
            Ok(()) => drop(self.0.take()),
            Err(error) => tracing::debug!(%error, "a transaction ended with its connection"),
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}
