//! The folder of an instance, and the user whose it is.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::programs::{find, run};

/// A temporary folder that nobody else may read. It is removed when this is dropped.
pub(crate) struct Home {
    folder: TempDir,
    user: Option<&'static str>,
}

impl Home {
    /// Makes it. When we are root it belongs to `user`, whom the package of the program has made, and the programs run as that
    /// user: PostgreSQL refuses to run as root, and the others need not.
    pub(crate) fn make(user: &'static str) -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("rankledger-").tempdir().context("no temporary folder")?;
        let is_root = run(Command::new("id").arg("--user"))? == "0";
        let home = Self { folder, user: is_root.then_some(user) };
        home.give(home.path())?;
        Ok(home)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in it.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path().join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        self.give(&path)
    }

    /// The command that runs a program in it, as its user. The kernel sends `death` to the program when the thread that
    /// started it ends.
    pub(crate) fn command(&self, program: &str, death: &str) -> Result<Command> {
        let mut command = Command::new("setpriv");
        if let Some(user) = self.user {
            command.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        command.args(["--pdeathsig", death, "--"]).arg(find(program)?);
        // What is set for the programs of the person who runs the tests, such as PGHOST, is not for these.
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
