//! PostgreSQL, for a community that has outgrown one machine.
//!
//! Any number of nodes work on one database: whoever writes to a community locks the head of its ledger
//! first, and what is cached between transactions goes by revisions that are looked up each time. `sql_tx.rs`
//! runs the SQL that both databases share (see `sql/`); a noun has a file here where a measured reason keeps
//! it apart, and the file says which.

mod account_details;
mod account_lists;
mod buffered;
mod carry_over;
mod checkup;
mod codec;
mod conditions;
mod connection;
pub mod fitness;
mod history;
mod idempotency_keys;
mod locks;
mod migrations;
mod rank_changes;
mod recorded_changes;
mod revisions;
mod seen;
mod session;
mod sql_tx;
mod standings;
mod transfer;
mod tx;
mod url;
mod write_tx;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;

pub use checkup::check_up;
pub use url::PostgresUrl;

use crate::cache::{Cache, REMOTE_ROOM};
use crate::communities::Community;
use crate::{HealthWarning, ReadTx, Result, Storage, WriteTx};
use connection::Connections;
use revisions::Revisions;
use tx::PgTx;

/// How a database is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostgresOptions {
    /// Connections that write: as many transactions write at once, each to communities of its own.
    pub writers: usize,
    /// Connections that read.
    pub readers: usize,
    /// Whether to read from a standby while there is no primary. What is read then may be older than the last
    /// write.
    pub read_from_standby: bool,
    /// A random number by which servers on one database tell each other apart. `None` for a program that is
    /// no server.
    pub node: Option<u32>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { writers: 8, readers: 16, read_from_standby: false, node: None }
    }
}

impl PostgresOptions {
    /// How many connections a node opens at the most.
    fn connections(self) -> usize {
        let readers = if self.read_from_standby { 2 * self.readers } else { self.readers };
        self.writers + readers
    }
}

/// A database.
pub struct PostgresStorage {
    connections: Arc<Connections>,
    revisions: Arc<Revisions>,
    cache: Arc<Cache>,
    writers: usize,
}

impl PostgresStorage {
    /// Connects, and brings the schema up to date.
    ///
    /// Errors name the database and what to do: it cannot be reached, it refuses the password, its version is
    /// too old, it holds another program's tables, it was written by a newer version, this user may not write
    /// to it, or it is to be filled by a copy that has not been finished.
    pub async fn open(url: &PostgresUrl, options: PostgresOptions) -> Result<Self> {
        let storage = Self::open_to_fill(url, options).await?;
        let client = storage.connections.first().await?;
        transfer::refuse_unfinished(&client, url).await?;
        drop(client);
        Ok(storage)
    }

    /// Connects to a database to be filled by a copy, or to go on with that.
    pub async fn open_to_fill(url: &PostgresUrl, options: PostgresOptions) -> Result<Self> {
        let connections = Arc::new(Connections::new(url, options)?);
        let mut client = connections.first().await?;
        fitness::refuse_old_server(&client, url).await?;
        migrations::run(&mut client, url).await?;
        fitness::refuse_read_only(&client, url).await?;
        let cache = Arc::new(Cache::new(REMOTE_ROOM));
        carry_over::run(&client, &connections, &cache).await?;
        drop(client);
        let revisions = Arc::new(Revisions::new(Arc::clone(&connections)));
        Ok(Self { connections, revisions, cache, writers: options.writers })
    }
}

#[async_trait]
impl Storage for PostgresStorage {
    async fn begin(&self) -> Result<Box<dyn WriteTx>> {
        let client = self.connections.writer().await?;
        Ok(Box::new(PgTx::write(client, Arc::clone(&self.cache))))
    }

    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        let client = self.connections.reader().await?;
        Ok(Box::new(PgTx::read(client, Arc::clone(&self.cache))))
    }

    async fn cached_credential(&self, key: &KeyHash) -> Option<(Credential, Community)> {
        let (revision, credential, community) = self.cache.credential_and_community(key)?;
        let now = self.revisions.now(credential.community).await;
        (now == Some(revision)).then_some((credential, community))
    }

    fn writers(&self) -> usize {
        self.writers
    }

    fn is_remote(&self) -> bool {
        true
    }

    async fn other_nodes(&self) -> Result<u64> {
        fitness::other_nodes(&self.connections.reader().await?).await
    }

    fn reads_without_primary(&self) -> bool {
        self.connections.have_standby()
    }

    async fn health_warnings(&self, now: Timestamp) -> Result<Vec<HealthWarning>> {
        // One that reads: where there is no primary, a node may go on reading from a standby.
        let client = self.connections.reader().await?;
        fitness::health_warnings(&client, now).await
    }
}
