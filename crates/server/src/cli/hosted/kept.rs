//! The accounts that were read so far, in a file: a run that is cut off goes on from there. The file has no
//! key in it. Its first line says what is read, each further line is `data` of an answer to Get Account.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::answers::Account;

/// The first line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Heading {
    address: String,
    community: String,
    begun: Timestamp,
}

/// The accounts that were read so far. The file is locked: another run cannot use it.
pub(super) struct Kept {
    path: PathBuf,
    file: File,
    heading: Heading,
    accounts: HashMap<Uuid, Account>,
}

impl Kept {
    /// Opens the file, or makes it. `afresh`: whatever is in it is forgotten.
    pub(super) fn open(
        path: PathBuf,
        address: &str,
        community: &str,
        now: Timestamp,
        afresh: bool,
    ) -> Result<Self> {
        let in_file = || format!("cannot keep what is read in {}", path.display());
        let mut file = lock(&path).with_context(in_file)?;
        let mut text = String::new();
        if !afresh {
            file.read_to_string(&mut text).with_context(in_file)?;
        }
        // A line that was cut off in the middle was not read.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0))).with_context(in_file)?;
        let mut lines = text[..whole].lines();
        let heading = lines.next().map(serde_json::from_str::<Heading>).transpose();
        let accounts = lines.map(serde_json::from_str::<Account>).collect::<Result<Vec<_>, _>>();
        let (Ok(heading), Ok(accounts)) = (heading, accounts) else {
            bail!("{} cannot be read: begin again with --afresh, which forgets it", path.display());
        };
        let accounts = accounts.into_iter().map(|account| (account.id, account)).collect();
        let (address, community) = (address.to_owned(), community.to_owned());
        let Some(heading) = heading else {
            let heading = Heading { address, community, begun: now };
            let mut kept = Self { path, file, heading, accounts };
            let line = serde_json::to_value(&kept.heading)?;
            kept.append(&line)?;
            return Ok(kept);
        };
        if (&heading.address, &heading.community) != (&address, &community) {
            let Heading { address, community, .. } = heading;
            bail!(
                "{} has what was read of {community} from {address}: begin again with --afresh, which forgets it, or name \
                 another folder with --folder",
                path.display()
            );
        }
        Ok(Self { path, file, heading, accounts })
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// When the reading began.
    pub(super) fn begun(&self) -> Timestamp {
        self.heading.begun
    }

    /// Returns how many accounts were read.
    pub(super) fn count(&self) -> usize {
        self.accounts.len()
    }

    pub(super) fn has(&self, id: Uuid) -> bool {
        self.accounts.contains_key(&id)
    }

    /// Keeps an account, and the answer that it was read from.
    pub(super) fn add(&mut self, account: Account, answer: &Value) -> Result<()> {
        self.append(answer)?;
        self.accounts.insert(account.id, account);
        Ok(())
    }

    /// Takes an account out, which the file still has.
    pub(super) fn take(&mut self, id: Uuid) -> Option<Account> {
        self.accounts.remove(&id)
    }

    /// Removes the file.
    pub(super) fn forget(self) -> Result<()> {
        std::fs::remove_file(&self.path).with_context(|| format!("cannot remove {}", self.path.display()))
    }

    fn append(&mut self, line: &Value) -> Result<()> {
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written.with_context(|| format!("cannot write to {}", self.path.display()))
    }
}

/// Opens the file for this process alone. Nobody but its user may read it: it has the addresses of people.
fn lock(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another run of this command is reading into it: wait for its end")
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
