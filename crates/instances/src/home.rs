//! The folder of an instance, and the user who owns it.

use std::env;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::programs::{find, run};

/// Folder of the files that Linux keeps in memory.
const MEMORY: &str = "/dev/shm";

/// Free memory in MiB that [`MEMORY`] must have. The tests use less than half of that; a container often has
/// 64.
const PLENTY: u64 = 1024;

/// Prefix of the names of the folders.
const PREFIX: &str = "rankledger-instance-";

/// Name of the file in a folder that is locked as long as the folder is in use.
const LOCK: &str = "lock";

/// A temporary folder that no other user can read. Dropping the value removes it.
pub(crate) struct Home {
    folder: TempDir,
    user: Option<&'static str>,
    _lock: File,
}

impl Home {
    /// Makes the folder among the machine's temporary files. If we are root, the folder belongs to `user`,
    /// who comes with the package of the program, and the programs run as that user: PostgreSQL refuses to
    /// run as root, and the others need not.
    pub(crate) fn make(user: &'static str) -> Result<Self> {
        Self::make_in(&env::temp_dir(), user)
    }

    /// Makes the folder in memory if enough is free: a database is many small files.
    pub(crate) fn make_in_memory(user: &'static str) -> Result<Self> {
        let free = run(Command::new("df").args(["--block-size=1M", "--output=avail", MEMORY]));
        let free = free.ok().and_then(|table| table.lines().last()?.trim().parse::<u64>().ok());
        if free.is_some_and(|free| free >= PLENTY) {
            Self::make_in(Path::new(MEMORY), user)
        } else {
            Self::make(user)
        }
    }

    fn make_in(parent: &Path, user: &'static str) -> Result<Self> {
        remove_abandoned();
        let mut folder = tempfile::Builder::new();
        folder.prefix(PREFIX).permissions(Permissions::from_mode(0o700));
        let folder = folder.tempdir_in(parent).context("cannot make a temporary folder")?;
        let lock = lock(folder.path()).context("cannot lock a temporary folder")?;
        let is_root = run(Command::new("id").arg("--user"))? == "0";
        let home = Self { folder, user: is_root.then_some(user), _lock: lock };
        home.give(home.path())?;
        Ok(home)
    }

    /// Returns the path of the folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path().join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        self.give(&path)
    }

    /// Returns the command that runs a program in the folder, as its user. The kernel sends the signal
    /// `death` to the program when the thread that started it ends.
    pub(crate) fn command(&self, program: &str, death: &str) -> Result<Command> {
        let mut command = Command::new("setpriv");
        if let Some(user) = self.user {
            command.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        command.args(["--pdeathsig", death, "--"]).arg(find(program)?);
        // Variables for the programs of the person who runs the tests, such as PGHOST, must not reach these
        // programs.
        command.current_dir(self.path()).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        Ok(command)
    }

    fn give(&self, path: &Path) -> Result<()> {
        if let Some(user) = self.user {
            run(Command::new("chown").arg(format!("{user}:")).arg(path))
                .with_context(|| format!("cannot give {} to {user}", path.display()))?;
        }
        Ok(())
    }
}

/// Locks a folder. The lock file gets its name only after it is locked.
fn lock(folder: &Path) -> io::Result<File> {
    let unheld = folder.join("lock-to-be");
    let file = File::create(&unheld)?;
    file.lock()?;
    fs::rename(unheld, folder.join(LOCK))?;
    Ok(file)
}

/// Removes the folders of programs that were killed before they could remove them: their locks are free.
fn remove_abandoned() {
    let parents = [env::temp_dir(), MEMORY.into()];
    let entries = parents.iter().filter_map(|parent| fs::read_dir(parent).ok()).flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            // Another program may be removing the folder, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
