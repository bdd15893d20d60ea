//! The small seam over which a noun's queries are written once for both databases: [`SqlTx`].
//!
//! A statement is written with `$1`, `$2`, ... for its parameters, and reads and writes [`Value`]s: which
//! bytes a database keeps a UUID or a flag in is known to its [`SqlTx`] alone (`sqlite/sql_tx.rs`,
//! `postgres/sql_tx.rs`).

mod account_conditions;
mod row;
pub(crate) mod value;

use rankledger_domain::ids::CommunityId;

pub(crate) use account_conditions::{ACCOUNTS, AccountConditions};
pub(crate) use row::{Column, Columns, Row};
pub(crate) use value::Value;

use crate::cache::{Cache, Revision};
use crate::{Result, StorageError};

/// The condition that a change is in the history of the community `$1`: a pruned change may still have a row.
pub(crate) const IS_KEPT: &str = "number > (SELECT pruned_number FROM ledger_heads WHERE community = $1)";

/// The condition that a change of the community `$1` has the undo id `$2`. If the id holds a number, that is
/// `$3` (see [`rankledger_domain::ids::UndoId::number`]).
pub(crate) const HAS_UNDO_ID: &str = "community = $1 AND undo_id = $2
     AND number IN ($3, (SELECT number FROM undo_ids WHERE community = $1 AND undo_id = $2))";

/// The values of the parameters `$1`, `$2`, ...
pub(crate) type Params<'a> = &'a [Value<'a>];

/// A transaction on either database, for reading or for writing.
///
/// A query says first what it is about, then what it asks: `self.on(community).await?.all(...)`. The embedded
/// database needs that for writes only. PostgreSQL locks the community of a transaction that writes, and
/// sends buffered writes before it is asked.
pub(crate) trait SqlTx: Send {
    /// The time by the database's clock, as SQL: milliseconds since 1970.
    const NOW: &'static str;

    /// A flag that is set, as SQL: SQLite uses an index on set flags only where it is compared with 1.
    const TRUE: &'static str;

    /// Whether a statement that fails takes the whole transaction with it. Then whatever may be refused for
    /// good reason is looked up before it is written.
    const FAILS_WHOLE: bool;

    /// Returns what is cached of the database.
    fn cache(&self) -> &Cache;

    /// Returns the revision of what is cached of a community, `None` if there is no such community. It is
    /// looked up once, until something is written that may change it.
    fn revision(&mut self, community: CommunityId) -> impl Future<Output = Result<Option<Revision>>> + Send;

    /// Prepares to read from one community.
    fn on(&mut self, community: CommunityId) -> impl Future<Output = Result<&mut Self>> + Send;

    /// Prepares to read across communities.
    fn anywhere(&mut self) -> impl Future<Output = Result<&mut Self>> + Send;

    /// Prepares to write to one community. Everything that the transaction knows of the database is looked up
    /// anew after it.
    fn writing(&mut self, community: CommunityId) -> impl Future<Output = Result<&mut Self>> + Send;

    /// Prepares to write to no community that exists yet. Everything that the transaction knows of the
    /// database is looked up anew after it.
    fn writing_anywhere(&mut self) -> impl Future<Output = Result<&mut Self>> + Send;

    /// Prepares to write to a table of which nothing is cached, neither here nor in the transaction. A table
    /// that belongs to communities takes [`SqlTx::on`] before.
    fn writing_beside(&mut self) -> impl Future<Output = Result<&mut Self>> + Send;

    /// Runs a statement and returns the number of rows it wrote.
    fn run(&mut self, sql: &str, params: Params<'_>) -> impl Future<Output = Result<u64>> + Send;

    /// Runs a statement once for each of these parameters, without waiting in between.
    fn run_each(&mut self, sql: &str, params: &[Vec<Value<'_>>]) -> impl Future<Output = Result<()>> + Send;

    /// Runs a statement that writes one row or none, and reads what it returns of that row.
    fn run_returning<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<R> + Send,
    ) -> impl Future<Output = Result<Option<R>>> + Send;

    /// Reads the first row, `None` if there is no row.
    fn one<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<R> + Send,
    ) -> impl Future<Output = Result<Option<R>>> + Send;

    /// Reads all rows.
    fn all<R: Send>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        read: impl FnMut(&Row<'_>) -> Result<R> + Send,
    ) -> impl Future<Output = Result<Vec<R>>> + Send;

    /// Notes that this transaction has made a community: nobody else sees it yet.
    fn community_made(&mut self, _community: CommunityId) {}

    /// Notes that the beginning of a history has been pruned.
    fn history_pruned(&mut self) {}
}

/// Turns a statement that wrote nothing, because something unique is there already, into
/// [`StorageError::Conflict`]. A statement that fails instead would take the whole transaction with it in
/// PostgreSQL.
pub(crate) fn refuse_unwritten(written: u64, taken: impl FnOnce() -> String) -> Result<()> {
    if written == 0 { Err(StorageError::Conflict(taken())) } else { Ok(()) }
}
