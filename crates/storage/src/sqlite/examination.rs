//! Whether the database is known to be sound. After an unclean end it is examined beside the reads of the
//! server, and takes writes once it is known to be sound, or after a bounded time. A page that turns out to
//! be damaged later stops the writes as well. Commands that write examine a file before they do.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use super::backup::quick_check;
use super::connection;
use super::files::{FileState, WAL, beside, lock_alone};
use super::read_only::SqliteReadOnly;
use crate::checkup::HealthWarning;
use crate::{Result, StorageError};

/// How long a start waits for the examination: a small database is sound at once.
const AT_ONCE: Duration = Duration::from_millis(500);

/// How long an examination may keep writes away. It goes on after that.
const LONGEST: Duration = Duration::from_mins(1);

/// What is known of a database.
pub(super) struct Soundness {
    path: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Nothing speaks against it.
    Sound,
    /// It was not closed, and is being examined.
    Examined,
    /// The first fault that was found.
    Damaged(String),
}

impl Soundness {
    /// Nothing speaks against this database.
    pub(super) fn of(path: &Path) -> Arc<Self> {
        Arc::new(Self { path: path.to_owned(), state: Mutex::new(State::Sound), changed: Condvar::new() })
    }

    /// [`StorageError::Examined`] or [`StorageError::Damaged`] if nothing may be written.
    pub(super) fn check(&self) -> Result<()> {
        match &*self.state() {
            State::Sound => Ok(()),
            State::Examined => Err(StorageError::Examined(self.path.clone())),
            State::Damaged(fault) => Err(damaged(&self.path, fault.clone())),
        }
    }

    /// Whether a fault was found.
    pub(super) fn is_damaged(&self) -> bool {
        matches!(*self.state(), State::Damaged(_))
    }

    /// What an operator should know.
    pub(super) fn warning(&self) -> Option<HealthWarning> {
        let text = match &*self.state() {
            State::Sound => return None,
            State::Examined => {
                "the database was not closed when the server ended, and is being examined: writes are taken once it is known to \
                 be sound, reads are answered meanwhile"
            }
            State::Damaged(_) => {
                "the database is damaged, and nothing is written to it any more: stop the server, look at the disk, and bring a \
                 backup back with `rankledger restore`; the log says what was found"
            }
        };
        Some(HealthWarning { is_grave: true, text: text.to_owned() })
    }

    /// Notes a fault. Returns the error for whoever met it.
    pub(super) fn note(&self, fault: String) -> StorageError {
        let mut state = self.state();
        if !matches!(*state, State::Damaged(_)) {
            tracing::error!(database = %self.path.display(), fault, "the database is damaged");
            *state = State::Damaged(fault.clone());
            self.changed.notify_all();
        }
        damaged(&self.path, fault)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the examination without a fault, if it is not over yet.
    fn settle(&self) {
        let mut state = self.state();
        if *state == State::Examined {
            *state = State::Sound;
            self.changed.notify_all();
        }
    }
}

fn damaged(path: &Path, fault: String) -> StorageError {
    StorageError::Damaged { database: path.display().to_string(), fault }
}

/// Whether nothing is left in the log beside a database: the program that had it open last has closed it.
pub(super) fn was_closed(path: &Path) -> bool {
    FileState::of(&beside(path, WAL)).is_none_or(|log| log.bytes() == 0)
}

/// Examines a database that was not closed, if no program has it open. Nothing is changed in it, so that its
/// log still shows later that it was not closed.
pub(super) fn refuse_damaged_unless_closed(path: &Path) -> Result<()> {
    if was_closed(path) || lock_alone(path).is_err() {
        return Ok(());
    }
    let conn = SqliteReadOnly::open_any(path)?.reader()?;
    match quick_check(&conn).map_err(|error| connection::cannot_open(path, &error))? {
        None => Ok(()),
        Some(fault) => Err(damaged(path, fault)),
    }
}

/// Examines a database on threads of its own. Returns when it is over, or soon.
pub(super) fn start(soundness: &Arc<Soundness>) -> Result<()> {
    *soundness.state() = State::Examined;
    let conn = connection::open_reader(&soundness.path)?;
    let (result, found) = mpsc::channel();
    std::thread::spawn(move || {
        // The other thread goes on waiting for as long as this one works.
        let _ = result.send(quick_check(&conn));
    });
    let examined = Arc::clone(soundness);
    std::thread::spawn(move || wait_for(&examined, &found, LONGEST));
    let state = soundness.state();
    let is_examined = |state: &mut State| *state == State::Examined;
    drop(soundness.changed.wait_timeout_while(state, AT_ONCE, is_examined));
    Ok(())
}

/// Notes what an examination finds.
fn wait_for(
    soundness: &Soundness,
    found: &mpsc::Receiver<rusqlite::Result<Option<String>>>,
    longest: Duration,
) {
    let ended = match found.recv_timeout(longest) {
        Err(mpsc::RecvTimeoutError::Timeout) => {
            tracing::warn!("the examination of the database takes long: writes are taken, and it goes on");
            soundness.settle();
            found.recv().ok()
        }
        ended => ended.ok(),
    };
    match ended {
        Some(Ok(None)) => tracing::info!("the database was not closed, and is sound"),
        Some(Ok(Some(fault))) => drop(soundness.note(fault)),
        Some(Err(error)) if connection::is_damage(&error) => drop(soundness.note(error.to_string())),
        Some(Err(error)) => tracing::warn!(%error, "the database could not be examined"),
        None => tracing::error!("the examination of the database has ended by a panic"),
    }
    soundness.settle();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examined() -> Arc<Soundness> {
        let soundness = Soundness::of(Path::new("/nowhere/ranks.db"));
        *soundness.state() = State::Examined;
        soundness
    }

    #[test]
    fn nothing_is_written_until_it_is_known_to_be_sound() {
        let soundness = examined();
        assert!(matches!(soundness.check(), Err(StorageError::Examined(_))));
        assert!(soundness.warning().is_some_and(|warning| warning.is_grave));
        let (result, found) = mpsc::channel();
        result.send(Ok(None)).expect("it is awaited");
        wait_for(&soundness, &found, LONGEST);
        assert!(soundness.check().is_ok() && soundness.warning().is_none());
    }

    #[test]
    fn writes_wait_for_a_bounded_time_and_a_fault_that_is_found_later_stops_them() {
        let soundness = examined();
        let (result, found) = mpsc::channel();
        let examined = Arc::clone(&soundness);
        let thread = std::thread::spawn(move || wait_for(&examined, &found, Duration::from_millis(1)));
        let waited = soundness.changed.wait_while(soundness.state(), |state| *state == State::Examined);
        assert_eq!(*waited.expect("nobody panics"), State::Sound);
        result.send(Ok(Some("row 3 missing".to_owned()))).expect("it is awaited");
        thread.join().expect("it ends");
        assert!(matches!(soundness.check(), Err(StorageError::Damaged { .. })));
        assert!(soundness.warning().is_some_and(|warning| warning.text.contains("rankledger restore")));
    }
}
