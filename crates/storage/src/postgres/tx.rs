//! A transaction on a connection, for reading or for writing.
//!
//! Every question costs a round trip, so there are few of them. One that writes locks the head of a
//! community's ledger before it looks at anything of that community: one transaction at a time writes to a
//! community, whichever node it is of, and what it has read stays true. What rank changes write is buffered
//! and sent with the commit; everything else is sent at once.
//!
//! A transaction has three parts: the [`Session`], what was [`Seen`], and the [`BufferedWrites`].

use std::sync::Arc;

use deadpool_postgres::Object;
use rankledger_domain::ids::CommunityId;
use tokio_postgres::Row;

use super::buffered::{BufferedWrites, Writes};
use super::codec::get;
use super::seen::Seen;
use super::session::{Params, Session};
use crate::cache::{Cache, Revision};
use crate::{ReadTx, Result};

/// A transaction. The file of each noun adds its queries.
pub(super) struct PgTx {
    pub(super) session: Session,
    pub(super) seen: Seen,
    pub(super) buffered: BufferedWrites,
    /// See [`crate::WriteTx::isolate_savepoints`].
    pub(super) isolates_savepoints: bool,
}

impl PgTx {
    pub(super) fn read(client: Object, cache: Arc<Cache>) -> Self {
        Self::new(Session::new(client, false), cache)
    }

    pub(super) fn write(client: Object, cache: Arc<Cache>) -> Self {
        Self::new(Session::new(client, true), cache)
    }

    fn new(session: Session, cache: Arc<Cache>) -> Self {
        let (seen, buffered) = (Seen::new(cache), BufferedWrites::default());
        Self { session, seen, buffered, isolates_savepoints: false }
    }

    /// Returns what is cached of the database.
    pub(super) fn cache(&self) -> &Cache {
        &self.seen.cache
    }

    /// Prepares to ask about a community: everything that was written to it is there, and nobody else writes
    /// to it meanwhile if this transaction writes.
    pub(super) async fn on(&mut self, community: CommunityId) -> Result<&Self> {
        self.lock(community).await?;
        self.anywhere().await
    }

    /// Prepares to ask about no community in particular.
    pub(super) async fn anywhere(&mut self) -> Result<&Self> {
        self.send_buffered().await?;
        Ok(self)
    }

    /// Prepares to write to a community at once.
    pub(super) async fn writing(&mut self, community: CommunityId) -> Result<&Self> {
        self.lock(community).await?;
        self.writing_anywhere().await
    }

    /// Prepares to write at once, to what belongs to no community yet.
    pub(super) async fn writing_anywhere(&mut self) -> Result<&Self> {
        self.seen.forget_rows();
        self.writing_beside().await
    }

    /// Prepares to write at once, to what the transaction does not keep in memory.
    pub(super) async fn writing_beside(&mut self) -> Result<&Self> {
        self.send_buffered().await?;
        self.session.make_savepoint().await?;
        self.analyze_grown_tables().await?;
        Ok(self)
    }

    /// Counts a row that is written, and returns where it is to be added: it is sent later.
    pub(super) fn buffer(&mut self) -> &mut Writes {
        self.count_written(1);
        self.buffered.newest()
    }

    /// Returns the revision of what is cached of a community. `None` if there is no such community.
    pub(super) async fn revision(&mut self, community: CommunityId) -> Result<Option<Revision>> {
        self.lock(community).await?;
        if let Some(revision) = self.seen.revisions.get(&community) {
            return Ok(Some(*revision));
        }
        let sql = "SELECT revision FROM communities WHERE id = $1";
        let revision = self.one(sql, &[&community.0], |row| get(row, 0)).await?;
        if let Some(revision) = revision {
            self.seen.revisions.insert(community, revision);
        }
        Ok(revision)
    }

    /// Counts rows that are written by a statement that returns rows.
    pub(super) fn count_written(&self, rows: u64) {
        self.buffered.count_written(rows);
    }

    /// Runs a statement, and returns the number of rows that it wrote.
    pub(super) async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let rows = self.session.execute(sql, params).await?;
        self.count_written(rows);
        Ok(rows)
    }

    /// Runs a statement, and returns the first row, read by `read`. `None` if there are no rows.
    pub(super) async fn one<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        self.session.query(sql, params).await?.first().map(read).transpose()
    }

    /// Runs a statement, and returns all rows, read by `read`.
    pub(super) async fn all<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.session.query(sql, params).await?.iter().map(read).collect()
    }

    /// Has the tables counted in which a transaction has written more than there was, as an import does. Else
    /// PostgreSQL goes on as it was best when the tables were empty: by reading them from end to end.
    async fn analyze_grown_tables(&self) -> Result<()> {
        let Some(written) = self.buffered.written_since_analysis() else { return Ok(()) };
        let known = "SELECT reltuples::float8 FROM pg_class WHERE oid = 'account_standings'::regclass";
        let known: Option<f64> = self.one(known, &[], |row| get(row, 0)).await?;
        #[expect(clippy::cast_precision_loss, reason = "about as many will do")]
        if known.is_none_or(|known| known * 50.0 < written as f64) {
            let tables = "accounts, account_standings, identifiers, rank_changes";
            // A table that somebody else is tidying up is not waited for.
            self.session.command(&format!("ANALYZE (SKIP_LOCKED) {tables}")).await?;
        }
        Ok(())
    }
}

impl ReadTx for PgTx {}
