//! Takes backups of an SQLite database and deletes old ones. Of several nodes the one that has the lease does
//! it, and it only deletes files whose names are those that it gives.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::{Clock, wire_format};
use rankledger_storage::{StorageError, sqlite};
use tokio::task::JoinHandle;

use crate::config::BackupSettings;
use crate::jobs::lease::{self, Lease};
use crate::ops::{Ledger, LedgerError, OpError};

/// Longest pause before the job looks again, and the pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How often the lease is renewed while a backup is taken.
const RENEWAL: Duration = Duration::from_secs(4);

/// Name of the lease in the database.
const LEASE: &str = "backups";

/// The form of the names that the job gives: the time of the backup. What is called otherwise is not its own.
const NAME: &str = "rankledger-auto-%Y%m%dT%H%M%SZ.db";

/// The end of the name of a copy that was cut off.
const PARTIAL: &str = ".partial";

/// The backups of this server, as those who watch over it see them.
pub struct BackupWatch {
    database: PathBuf,
    settings: BackupSettings,
    newest: Mutex<Option<Timestamp>>,
    has_failed: AtomicBool,
    failures: AtomicU64,
}

impl BackupWatch {
    /// The backups of the database in this file.
    pub fn new(database: PathBuf, settings: BackupSettings) -> Self {
        let (newest, has_failed, failures) = (Mutex::default(), AtomicBool::default(), AtomicU64::default());
        let watch = Self { database, settings, newest, has_failed, failures };
        // If the folder cannot be read, the first backup says so.
        let _ = watch.look();
        watch
    }

    /// Returns the time of the newest backup in a folder, which must be there. `None` if it has none.
    pub fn newest_in(folder: &Path) -> Result<Option<Timestamp>, StorageError> {
        let names = names_in(folder)?;
        Ok(names.iter().filter_map(|path| time_of(path.file_name()?.to_str()?)).max())
    }

    /// The time of the newest backup. `None` if there is none yet.
    pub fn newest(&self) -> Option<Timestamp> {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How old the newest backup is. `None` if there is none yet.
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        self.newest().map(|newest| Duration::try_from(now.duration_since(newest)).unwrap_or(Duration::ZERO))
    }

    /// Number of backups that could not be taken since the server started.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Returns a warning for the operator. `None` if backups are taken as they should be.
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        let newest = self.newest().map_or_else(
            || "there is none yet".to_owned(),
            |newest| format!("the newest is of {}", wire_format(newest)),
        );
        if self.has_failed.load(Ordering::Relaxed) {
            return Some(format!("the last backup could not be taken, and the log says why; {newest}"));
        }
        let is_late = self.age(now).is_some_and(|age| age > self.settings.every * 2 + LONGEST_PAUSE);
        let seconds = self.settings.every.as_secs();
        is_late.then(|| format!("a backup is due every {seconds} s, and {newest}"))
    }

    /// Looks into the folder. Returns the backups of the job there, oldest first.
    fn look(&self) -> Result<Vec<(Timestamp, PathBuf)>, StorageError> {
        let mut found = Vec::new();
        for path in self.names()? {
            found.extend(path.file_name().and_then(|name| time_of(name.to_str()?)).map(|time| (time, path)));
        }
        found.sort();
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = found.last().map(|(time, _)| *time);
        Ok(found)
    }

    fn names(&self) -> Result<Vec<PathBuf>, StorageError> {
        let folder = &self.settings.folder;
        let made = DirBuilder::new().mode(0o700).create(folder);
        match made {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(folder, &error)),
            _ => {}
        }
        names_in(folder)
    }

    /// Deletes the oldest backups, so that as many stay as are to be kept, and copies that were cut off.
    fn tidy(&self) -> Result<(), StorageError> {
        let remove = |path: &Path| std::fs::remove_file(path).map_err(|error| failed(path, &error));
        let all = self.look()?;
        let too_many = all.len().saturating_sub(self.settings.keep.get());
        for (_, path) in &all[..too_many] {
            remove(path)?;
            tracing::info!(backup = %path.display(), "an old backup was deleted");
        }
        let is_cut_off = |path: &&PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()?.strip_suffix(PARTIAL));
            name.is_some_and(|name| time_of(name).is_some())
        };
        self.names()?.iter().filter(is_cut_off).try_for_each(|path| remove(path))
    }
}

/// The paths of all that is in a folder.
fn names_in(folder: &Path) -> Result<Vec<PathBuf>, StorageError> {
    let entries = folder.read_dir().map_err(|error| failed(folder, &error))?;
    entries.map(|entry| Ok(entry.map_err(|error| failed(folder, &error))?.path())).collect()
}

/// The time in a name that the job has given. `None` for any other name.
fn time_of(name: &str) -> Option<Timestamp> {
    let time = DateTime::strptime(NAME, name).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    (time.strftime(NAME).to_string() == name).then_some(time)
}

fn failed(path: &Path, error: &io::Error) -> StorageError {
    StorageError::File { path: path.to_owned(), cause: error.to_string() }
}

/// The job at work.
pub struct BackupJob {
    task: JoinHandle<()>,
    lease: Arc<Lease>,
}

impl BackupJob {
    /// Starts it. It must be called within an async runtime.
    pub fn start(watch: Arc<BackupWatch>, ledger: Ledger, clock: Arc<dyn Clock>, ids: &dyn Ids) -> Self {
        let lease = Arc::new(Lease::new(LEASE, ids.uuid(), lease::USUAL, ledger, Arc::clone(&clock)));
        let work = Work { watch, clock, lease: Arc::clone(&lease) };
        Self { task: tokio::spawn(work.run()), lease }
    }

    /// Stops it. A backup that is being taken is finished or leaves nothing behind under its name.
    pub async fn stop(self) {
        self.task.abort();
        // The task ends because it was aborted: its result says nothing more.
        let _ = self.task.await;
        self.lease.give_back().await;
    }
}

struct Work {
    watch: Arc<BackupWatch>,
    clock: Arc<dyn Clock>,
    lease: Arc<Lease>,
}

impl Work {
    async fn run(self) {
        loop {
            let taken = AssertUnwindSafe(self.back_up_if_due()).catch_unwind().await;
            let pause = taken.unwrap_or(Err(LedgerError::Panicked.into())).unwrap_or_else(|error| {
                tracing::error!(%error, "no backup was taken; trying again");
                self.watch.has_failed.store(true, Ordering::Relaxed);
                self.watch.failures.fetch_add(1, Ordering::Relaxed);
                LONGEST_PAUSE.min(self.watch.settings.every)
            });
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes a backup, if it is time and no other node does. Returns how long to wait before looking again.
    async fn back_up_if_due(&self) -> Result<Duration, OpError> {
        if let Some(pause) = self.pause()? {
            return Ok(pause);
        }
        if !self.lease.take().await? {
            return Ok(LONGEST_PAUSE.min(self.watch.settings.every));
        }
        // Another node may have taken one before this one got the lease.
        if let Some(pause) = self.pause()? {
            return Ok(pause);
        }
        let to = self.watch.settings.folder.join(self.clock.now().strftime(NAME).to_string());
        let (database, backup) = (self.watch.database.clone(), to.clone());
        let mut copying = tokio::task::spawn_blocking(move || sqlite::back_up(&database, &backup));
        let copied = loop {
            tokio::select! {
                copied = &mut copying => break copied,
                () = tokio::time::sleep(RENEWAL) => drop(self.lease.take().await),
            }
        };
        let copied = copied.map_err(|_| LedgerError::Panicked)??;
        tracing::info!(backup = %to.display(), bytes = copied.bytes, "a backup was taken, and is whole");
        self.watch.has_failed.store(false, Ordering::Relaxed);
        self.watch.tidy()?;
        Ok(LONGEST_PAUSE.min(self.watch.settings.every))
    }

    /// Returns how long to wait before the next backup is due, a minute at the most. `None` if it is due.
    fn pause(&self) -> Result<Option<Duration>, OpError> {
        self.watch.look()?;
        let left =
            self.watch.age(self.clock.now()).and_then(|age| self.watch.settings.every.checked_sub(age));
        Ok(left.filter(|left| !left.is_zero()).map(|left| left.min(LONGEST_PAUSE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_the_job_gives_are_its_own() {
        let time: Timestamp = "2026-04-15T01:02:03Z".parse().expect("a time");
        let name = time.strftime(NAME).to_string();
        assert_eq!((name.as_str(), time_of(&name)), ("rankledger-auto-20260415T010203Z.db", Some(time)));
        for other in [
            "rankledger-20260415T010203Z.db",
            "rankledger-auto-20260415T010203Z.db-wal",
            "rankledger-auto-20260415T010203Z.db.partial",
            "rankledger-auto-2026415T010203Z.db",
            "rankledger-auto-.db",
            "my-rankledger-auto-20260415T010203Z.db",
        ] {
            assert_eq!(time_of(other), None, "{other}");
        }
    }
}
