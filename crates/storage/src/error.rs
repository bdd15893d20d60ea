//! Errors of storage.
//!
//! The text is for the operator's terminal and log. The HTTP edge decides what a client sees: nothing of this
//! text.

use std::path::PathBuf;

use rankledger_domain::ids::CommunityId;

/// An error of storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database could not be opened, created or brought up to date.
    #[error("cannot open the database {database}: {cause}. {advice}")]
    Open {
        /// The database: its file, or its hosts and name.
        database: String,
        /// The error as the database engine words it.
        cause: String,
        /// Advice: how the operator can mend it.
        advice: &'static str,
    },
    /// The database was written by a newer version of this program.
    #[error(
        "the database {database} is at schema version {found}, but this version of Rankledger knows versions up to {known}. \
         Install the Rankledger that last ran on it, or a newer one"
    )]
    Newer {
        /// The database: its file, or its hosts and name.
        database: String,
        /// Its schema version.
        found: i32,
        /// The newest schema version that this program knows.
        known: i32,
    },
    /// The database was written by an older version of this program, and was to be only read.
    #[error(
        "the database {database} is at schema version {found}, and this version of Rankledger reads version {known}: \
         `rankledger serve` brings it up to date, or `rankledger community list` without starting a server. Of a file that must stay \
         as it is, bring a copy up to date"
    )]
    Older {
        /// The database: its file.
        database: String,
        /// Its schema version.
        found: i32,
        /// The schema version that this program reads.
        known: i32,
    },
    /// A copy of another database into this one was not finished.
    #[error(
        "the database {0} is incomplete: `rankledger migrate` is copying another into it, or was interrupted. Run that again until \
         it says that all was copied, or begin anew with an empty database"
    )]
    Unfinished(String),
    /// The database file was deleted or replaced while it was open.
    #[error("the database {path} was deleted or replaced while it was in use: put it back, and start again", path = .0.display())]
    Gone(PathBuf),
    /// The disk of the database has no room.
    #[error("the disk of the database is full: {0}")]
    DiskFull(String),
    /// A program has the database file open.
    #[error(
        "a program has the database {path} open, such as a server or a copy of a command: stop it, and run this again",
        path = .0.display()
    )]
    InUse(PathBuf),
    /// The database was opened to be read only.
    #[error("the database {path} was opened to be read only", path = .0.display())]
    ReadOnly(PathBuf),
    /// The database was read without locks, because nobody had it open, and was written to meanwhile.
    #[error(
        "a program has begun to write to the database {path} while it was read, so that this may be wrong: run it again",
        path = .0.display()
    )]
    Changed(PathBuf),
    /// An operation on a file failed.
    #[error("{path}: {cause}", path = .path.display())]
    File {
        /// The file, or the folder.
        path: PathBuf,
        /// The error as the operating system words it, or why the file is not touched.
        cause: String,
    },
    /// The write-ahead log beside a database file is not its own.
    #[error(
        "the log {log} is not that of the database {database}: the database was replaced by another file, such as a copy, and the \
         log of the one before is still there. Taken together they would be a blend of two states, so nothing was changed. To keep \
         this database, move the log away; to have a backup back, use `rankledger restore` instead of copying it",
        log = .log.display(), database = .database.display()
    )]
    ForeignLog {
        /// The database file.
        database: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// The database was not closed, and is being examined before anything is written to it.
    #[error("the database {path} was not closed, and is being examined before anything is written to it", path = .0.display())]
    Examined(PathBuf),
    /// The database is damaged, or its history is not whole.
    #[error(
        "the database {database} is damaged: {fault}. Keep it as it is, look at its disk, and bring a backup back with \
         `rankledger restore`"
    )]
    Damaged {
        /// The database: its file.
        database: String,
        /// The first fault that was found.
        fault: String,
    },
    /// Other transactions stood in the way for too long.
    #[error("the database was busy with other transactions for too long")]
    Busy,
    /// Another process has locked the database for too long.
    #[error("the database was locked by another process for too long")]
    Locked,
    /// The database cannot be reached, or takes no writes just now; why, for the log.
    #[error("the database cannot be reached just now: {0}")]
    Unavailable(String),
    /// The connection was lost while a transaction was being committed.
    #[error("the database was lost during a commit: whether it was kept is not known")]
    Unsettled,
    /// An operation failed after it had begun to write, and nothing marks where it began.
    #[error("an operation failed while it wrote: nothing of its transaction was kept")]
    HalfWritten,
    /// Something unique is there already.
    #[error("already there: {0}")]
    Conflict(String),
    /// The end of a community's ledger has no hash that a change could be linked to.
    #[error(
        "the ledger of the community with the internal key {key} has no hash at its end, so that nothing can be linked to it: \
         somebody has written to the database past Rankledger. Restore it from a backup; `rankledger verify` says more",
        key = .0.0
    )]
    BrokenLedger(CommunityId),
    /// The database holds something that this program cannot have written.
    #[error("the database holds something that Rankledger did not write there: {0}")]
    Corrupt(String),
    /// The database engine failed.
    #[error("the database failed: {0}")]
    Engine(Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// Whether it concerns everybody who uses the database at this moment, and not a single operation: the
    /// database is gone, locked or full.
    #[must_use]
    pub fn concerns_everybody(&self) -> bool {
        match self {
            Self::Open { .. }
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::Unfinished(_)
            | Self::Gone(_)
            | Self::DiskFull(_)
            | Self::InUse(_)
            | Self::ReadOnly(_)
            | Self::Changed(_)
            | Self::File { .. }
            | Self::ForeignLog { .. }
            | Self::Examined(_)
            | Self::Damaged { .. }
            | Self::Locked
            | Self::Unavailable(_)
            | Self::Unsettled => true,
            Self::Busy
            | Self::HalfWritten
            | Self::Conflict(_)
            | Self::BrokenLedger(_)
            | Self::Corrupt(_)
            | Self::Engine(_) => false,
        }
    }
}
