//! Where Rankledger keeps its data: the seam, and the backends behind it.
//!
//! A unit of work is an object. [`Storage::read`] hands out a [`ReadTx`], a consistent view;
//! [`Storage::begin`] hands out a [`WriteTx`], of which nothing stays unless it is committed. What can be
//! asked of them stands in one small file per noun ([`accounts`], [`rank_changes`], ...), with the rows it
//! speaks of: traits `Read...` and `Write...`.
//!
//! To add a query: add the method to the noun's trait, implement it below in the same file, for both
//! databases at once over the seam `sql/`, and call it in the conformance suite (`tests/conformance`), which
//! runs against every backend. To add a noun: a file here with its rows, its traits, its queries and its
//! tables, and a migration for each database; then name it in this file. Queries stand in `sqlite/` and
//! `postgres/` instead only where a measured reason keeps the two apart, which the file there says.
//!
//! A lookup answers `Result<Option<T>>`. Every method takes the community first, so that no query can forget
//! whose data it reads; the few that ask about all communities say so.

pub mod account_lists;
mod account_size;
pub mod accounts;
mod cache;
mod carry_over;
mod change_times;
pub mod checkup;
pub mod clock_rows;
pub mod communities;
pub mod console_sessions;
pub mod credential_uses;
pub mod credentials;
pub mod definitions;
pub mod deliveries;
pub mod departments;
pub mod error;
pub mod events;
pub mod game_servers;
pub mod grants;
mod grants_bytes;
pub mod guards;
pub mod heads;
pub mod history;
pub mod idempotency_keys;
pub mod identifier_flags;
pub mod identifiers;
pub mod json;
pub mod leases;
pub mod log;
pub mod members;
mod migrations;
pub mod postgres;
pub mod prefetch;
pub mod profiles;
pub mod promotion_flows;
pub mod pruning;
pub mod rank_changes;
pub mod rollbacks;
pub mod roster;
pub mod short_urls;
pub mod signing_keys;
mod sql;
pub mod sqlite;
pub mod standings;
pub mod subscriptions;
pub mod transfer;
pub mod unfinished_imports;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;
use rankledger_domain::ids::CommunityId;

use account_lists::ReadAccountLists;
use accounts::{ReadAccounts, WriteAccounts};
pub use checkup::HealthWarning;
use clock_rows::{ReadClockRows, WriteClockRows};
use communities::{Community, ReadCommunities, WriteCommunities};
use console_sessions::{ReadConsoleSessions, WriteConsoleSessions};
use credential_uses::{ReadCredentialUses, WriteCredentialUses};
use credentials::{ReadCredentials, WriteCredentials};
use definitions::{ReadDefinitions, WriteDefinitions};
use deliveries::{ReadDeliveries, WriteDeliveries};
use departments::{ReadDepartments, WriteDepartments};
pub use error::StorageError;
use events::ReadEvents;
use game_servers::{ReadGameServers, WriteGameServers};
use grants::ReadGrants;
use guards::{ReadGuards, WriteGuards};
use heads::ReadHeads;
use history::ReadHistory;
use idempotency_keys::{ReadIdempotencyKeys, WriteIdempotencyKeys};
use identifier_flags::{ReadIdentifierFlags, WriteIdentifierFlags};
use identifiers::{ReadIdentifiers, WriteIdentifiers};
use leases::WriteLeases;
use log::{ReadLog, WriteLog};
use members::ReadMembers;
use prefetch::Prefetch;
use profiles::{ReadProfiles, WriteProfiles};
use promotion_flows::{ReadPromotionFlows, WritePromotionFlows};
use pruning::{ReadPruning, WritePruning};
use rank_changes::{ReadRankChanges, WriteRankChanges};
use rollbacks::{ReadRollbacks, WriteRollbacks};
use roster::ReadRoster;
use short_urls::{ReadShortUrls, WriteShortUrls};
use signing_keys::{ReadSigningKeys, WriteSigningKeys};
use standings::{ReadAllStandings, ReadStandings};
use subscriptions::{ReadSubscriptions, WriteSubscriptions};
use transfer::Table;
use unfinished_imports::{ReadUnfinishedImports, WriteUnfinishedImports};

/// The result of every storage operation.
pub type Result<T> = std::result::Result<T, StorageError>;

/// The tables of all nouns. The standings come after all that belongs to an account: the triggers that draw
/// the revisions of accounts then find nothing to do while a database is filled.
const TABLES: &[&[Table]] = &[
    communities::TABLES,
    game_servers::TABLES,
    unfinished_imports::TABLES,
    heads::TABLES,
    signing_keys::TABLES,
    guards::TABLES,
    credentials::TABLES,
    credential_uses::TABLES,
    console_sessions::TABLES,
    departments::TABLES,
    promotion_flows::TABLES,
    definitions::TABLES,
    short_urls::TABLES,
    pruning::TABLES,
    rollbacks::TABLES,
    accounts::TABLES,
    identifiers::TABLES,
    identifier_flags::TABLES,
    clock_rows::TABLES,
    profiles::TABLES,
    standings::TABLES,
    rank_changes::TABLES,
    change_times::TABLES,
    log::TABLES,
    subscriptions::TABLES,
    deliveries::TABLES,
    idempotency_keys::TABLES,
];

/// A database in which communities are kept.
#[async_trait]
pub trait Storage: Send + Sync {
    /// Begins to write. With the embedded database one writer works at a time, and the next waits here; its
    /// operations block the thread they are called from. With PostgreSQL a writer waits for another only when
    /// it comes to the same community.
    async fn begin(&self) -> Result<Box<dyn WriteTx>>;

    /// Begins to read: a consistent view of what was committed before.
    async fn read(&self) -> Result<Box<dyn ReadTx>>;

    /// Returns the credential with this key and its community from the cache, if that is what is stored at
    /// this moment. `None` if something is not cached; a transaction then finds both.
    async fn cached_credential(&self, _key: &KeyHash) -> Option<(Credential, Community)> {
        None
    }

    /// Waits until everything is durable that was committed before this is called.
    /// [`StorageError::Unsettled`] if that is not known; nothing more is written then before it is.
    async fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// How many transactions may write at once, each to communities of its own.
    fn writers(&self) -> usize {
        1
    }

    /// Whether the database is another process, in which a writer locks only the communities that it writes
    /// to. In an embedded database writers take turns.
    fn is_remote(&self) -> bool {
        false
    }

    /// Returns how many other servers have this database open. 0 if that cannot be told.
    async fn other_nodes(&self) -> Result<u64> {
        Ok(0)
    }

    /// Whether reads go on while nothing can be written, because the operator wants it so.
    fn reads_without_primary(&self) -> bool {
        false
    }

    /// Whether nothing can be written to it: see [`sqlite::SqliteReadOnly`].
    fn is_read_only(&self) -> bool {
        false
    }

    /// Returns what an operator should know of the database, or of this machine beside it, at this time of
    /// this machine. This is little work, unlike a whole check-up (see [`sqlite::check_up`] and
    /// [`postgres::check_up`]).
    async fn health_warnings(&self, _now: Timestamp) -> Result<Vec<HealthWarning>> {
        Ok(Vec::new())
    }

    /// Returns the bytes of the write-ahead log that an embedded database keeps beside its file. `None` if
    /// the database keeps none here.
    fn log_bytes(&self) -> Option<u64> {
        None
    }
}

/// A consistent view.
pub trait ReadTx:
    ReadAccountLists
    + ReadAccounts
    + ReadAllStandings
    + ReadClockRows
    + ReadCommunities
    + ReadConsoleSessions
    + ReadCredentialUses
    + ReadCredentials
    + ReadDefinitions
    + ReadDeliveries
    + ReadDepartments
    + ReadEvents
    + ReadGameServers
    + ReadGrants
    + ReadGuards
    + ReadHeads
    + ReadHistory
    + ReadIdempotencyKeys
    + ReadIdentifierFlags
    + ReadIdentifiers
    + ReadLog
    + ReadMembers
    + ReadProfiles
    + ReadPromotionFlows
    + ReadPruning
    + ReadRankChanges
    + ReadRollbacks
    + ReadRoster
    + ReadShortUrls
    + ReadSigningKeys
    + ReadStandings
    + ReadSubscriptions
    + ReadUnfinishedImports
    + Send
{
}

/// A transaction. Dropped without [`WriteTx::commit`], it leaves nothing behind.
#[async_trait]
pub trait WriteTx:
    ReadTx
    + WriteAccounts
    + WriteClockRows
    + WriteCommunities
    + WriteConsoleSessions
    + WriteCredentialUses
    + WriteCredentials
    + WriteDefinitions
    + WriteDeliveries
    + WriteDepartments
    + WriteGameServers
    + WriteGuards
    + WriteIdempotencyKeys
    + WriteIdentifierFlags
    + WriteIdentifiers
    + WriteLeases
    + WriteLog
    + WriteProfiles
    + WritePromotionFlows
    + WritePruning
    + WriteRankChanges
    + WriteRollbacks
    + WriteShortUrls
    + WriteSigningKeys
    + WriteSubscriptions
    + WriteUnfinishedImports
{
    /// Begins to write to communities. Returns those that nobody else is writing to at this moment, so that
    /// nobody has to wait; a community that is named alone is waited for. Writing to a community that was not
    /// returned works as if this had not been called.
    async fn write_to(&mut self, communities: Vec<CommunityId>) -> Result<Vec<CommunityId>> {
        Ok(communities)
    }

    /// Loads at once all that is named, if each question is a round trip to this backend. Whoever writes to
    /// several communities names all of them before the first: of two transactions that wait for each other,
    /// one would fail.
    async fn prefetch(&mut self, _wanted: &Prefetch) -> Result<()> {
        Ok(())
    }

    /// Says that thousands of rows will be written: the embedded database then keeps more of what they touch
    /// in memory, until a transaction that does not say so.
    fn expect_many_rows(&mut self) -> Result<()> {
        Ok(())
    }

    /// Keeps operations apart from now on, each behind a savepoint, whatever that costs: all that is written
    /// since a savepoint is sent before it is released, so that whoever is to blame for a failure is known,
    /// and the rest of the transaction is not spoiled. An embedded database does so anyway.
    fn isolate_savepoints(&mut self) {}

    /// Whether the transaction can be committed. It cannot if a failure has taken all of it.
    fn is_intact(&self) -> bool;

    /// Marks a point to which [`WriteTx::rollback_to_savepoint`] goes back. One at a time.
    async fn savepoint(&mut self) -> Result<()>;

    /// Keeps what was written since the savepoint, as part of the transaction.
    async fn release_savepoint(&mut self) -> Result<()>;

    /// Undoes what was written since the savepoint, and removes it.
    async fn rollback_to_savepoint(&mut self) -> Result<()>;

    /// Returns the number of rows written so far, also of those that were rolled back since.
    fn rows_written(&self) -> u64;

    /// Commits, durably: when this answers, the data survives a crash of the process and of the machine.
    /// [`StorageError::Unsettled`] if that is not known.
    async fn commit(self: Box<Self>) -> Result<()>;

    /// Commits, but need not wait for the disk: nobody may be promised what was written before a
    /// [`Storage::flush`] that begins after it. Transactions that come next see it already. Where a commit is
    /// another process's business it is durable at once.
    async fn commit_unflushed(self: Box<Self>) -> Result<()>;
}
