//! The folder that a run works in. It stands under `target`, on a disk: elsewhere a sync may cost nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{root, run};

/// A folder that is removed at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes it empty: a run that was killed has left its own behind.
    pub(crate) fn make() -> Result<Self> {
        let folder = kept().join("run");
        remove(&folder)?;
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A copy of a folder, by this name. One that is there already is replaced.
    pub(crate) fn copy(&self, from: &Path, name: &str) -> Result<PathBuf> {
        let to = self.0.join(name);
        remove(&to)?;
        run(Command::new("cp").args(["--recursive", "--reflink=auto"]).arg(from).arg(&to))?;
        // Writes that are still on their way to the disk would slow down the next measurement.
        run(Command::new("sync").arg("--file-system").arg(&to))?;
        Ok(to)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The next run removes what is left.
        let _ = remove(&self.0);
    }
}

/// Where what is worth keeping is kept from run to run.
pub(crate) fn kept() -> PathBuf {
    root().join("target").join("bench")
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
