//! A disk under a program that is slow, that fails, or that is full: a library between the program and
//! `fdatasync` and `write`, which the C compiler makes from `disk.c`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::preload;

/// The library.
const SOURCE: &str = include_str!("disk.c");

/// A disk that can be put under programs.
pub struct Disk {
    library: PathBuf,
    fails: PathBuf,
    full: PathBuf,
    delay: Duration,
}

impl Disk {
    /// Makes one, with its files in this folder. It is as fast as the machine's own, and does not fail.
    pub fn make(folder: &Path) -> Result<Self> {
        let library = preload::compile(folder, "disk", SOURCE)?;
        let (fails, full) = (folder.join("the-disk-fails"), folder.join("the-disk-is-full"));
        Ok(Self { library, fails, full, delay: Duration::ZERO })
    }

    /// Lets every flush take this much longer.
    #[must_use]
    pub fn slowed_by(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Puts the disk under a program that is about to be started.
    pub fn put_under(&self, program: &mut Command) {
        program.env("LD_PRELOAD", &self.library);
        program.env("TEST_DISK_FAILS", &self.fails).env("TEST_DISK_FULL", &self.full);
        program.env("TEST_DISK_DELAY", self.delay.as_micros().to_string());
    }

    /// Lets every flush fail from now on.
    pub fn fail(&self) -> Result<()> {
        fs::write(&self.fails, "").context("the disk cannot be told")
    }

    /// Lets flushes succeed again.
    pub fn recover(&self) -> Result<()> {
        fs::remove_file(&self.fails).context("the disk cannot be told")
    }

    /// Leaves no room for the files of this folder from now on.
    pub fn fill(&self, folder: &Path) -> Result<()> {
        let folder = folder.canonicalize().context("there is no such folder")?;
        // Moved into its place as a whole: it is read at any moment.
        let draft = self.full.with_extension("draft");
        fs::write(&draft, folder.as_os_str().as_encoded_bytes()).context("the disk cannot be told")?;
        fs::rename(&draft, &self.full).context("the disk cannot be told")
    }

    /// Makes room again.
    pub fn make_room(&self) -> Result<()> {
        fs::remove_file(&self.full).context("the disk cannot be told")
    }
}
