//! Storage that fails on demand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_storage::{HealthWarning, ReadTx, Result, Storage, StorageError, WriteTx};

/// Kinds of failure.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// Reads fail because another process has locked the database.
    BusyReads,
    /// Reads fail with an error text of the database engine.
    BrokenReads,
    /// Reads never end.
    SilentReads,
    /// Reads panic.
    PanickingReads,
    /// Writes fail with an error text of the database engine.
    BrokenWrites,
    /// Writes fail because another process has locked the database.
    LockedWrites,
    /// Writes fail because the disk is full.
    FullDisk,
    /// Writes do not begin before there is another fault, or none.
    SilentWrites,
    /// Writes panic, outside of any command.
    PanickingWrites,
}

/// Error text of a database engine, which no client may see.
pub(crate) const ENGINE_WORDS: &str = "no such column: s3cret";

/// Storage with a switch to make it fail.
pub(super) struct FaultyStorage {
    inner: Arc<dyn Storage>,
    fault: Mutex<Option<Fault>>,
    failures: AtomicUsize,
    /// What ails the database: made up, for the clock of the tests is not that of PostgreSQL.
    health_warnings: Mutex<Vec<HealthWarning>>,
    looks: AtomicUsize,
}

impl FaultyStorage {
    pub(super) fn new(inner: Arc<dyn Storage>) -> Self {
        Self {
            inner,
            fault: Mutex::default(),
            failures: AtomicUsize::default(),
            health_warnings: Mutex::default(),
            looks: AtomicUsize::default(),
        }
    }

    pub(super) fn set(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(super) fn set_health_warnings(&self, warnings: Vec<HealthWarning>) {
        *self.health_warnings.lock().unwrap_or_else(PoisonError::into_inner) = warnings;
    }

    /// Returns how often the health warnings were asked for.
    pub(super) fn looks(&self) -> usize {
        self.looks.load(Ordering::Relaxed)
    }

    /// Returns how often a call met the fault, whether it failed or not.
    pub(super) fn failures(&self) -> usize {
        self.failures.load(Ordering::Relaxed)
    }

    fn fault(&self) -> Option<Fault> {
        let fault = *self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        self.failures.fetch_add(usize::from(fault.is_some()), Ordering::Relaxed);
        fault
    }
}

#[async_trait]
impl Storage for FaultyStorage {
    async fn begin(&self) -> Result<Box<dyn WriteTx>> {
        match self.fault() {
            Some(Fault::BrokenWrites) => Err(StorageError::Engine(ENGINE_WORDS.into())),
            Some(Fault::LockedWrites) => Err(StorageError::Locked),
            Some(Fault::FullDisk) => Err(StorageError::DiskFull(ENGINE_WORDS.to_owned())),
            Some(Fault::SilentWrites) => {
                while matches!(self.fault(), Some(Fault::SilentWrites)) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                self.inner.begin().await
            }
            Some(Fault::PanickingWrites) => panic!("{ENGINE_WORDS}"),
            _ => self.inner.begin().await,
        }
    }

    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        match self.fault() {
            Some(Fault::BusyReads) => Err(StorageError::Busy),
            Some(Fault::BrokenReads) => Err(StorageError::Engine(ENGINE_WORDS.into())),
            Some(Fault::PanickingReads) => panic!("{ENGINE_WORDS}"),
            Some(Fault::SilentReads) => std::future::pending().await,
            _ => self.inner.read().await,
        }
    }

    fn writers(&self) -> usize {
        self.inner.writers()
    }

    fn is_remote(&self) -> bool {
        self.inner.is_remote()
    }

    async fn health_warnings(&self, _now: Timestamp) -> Result<Vec<HealthWarning>> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        Ok(self.health_warnings.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
