//! A disk under a program that is slow, or that fails: a library between the program and `fdatasync`, which
//! the C compiler makes from `disk.c`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// The library.
const SOURCE: &str = include_str!("disk.c");

/// A disk that can be put under programs.
pub struct Disk {
    library: PathBuf,
    fails: PathBuf,
    delay: Duration,
}

impl Disk {
    /// Makes one, with its files in this folder. It is as fast as the machine's own, and does not fail.
    pub fn make(folder: &Path) -> Result<Self> {
        let (source, library) = (folder.join("disk.c"), folder.join("disk.so"));
        fs::write(&source, SOURCE).with_context(|| format!("cannot write {}", source.display()))?;
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
        let status = compile.status().context("cannot run cc: install gcc")?;
        ensure!(status.success(), "cc cannot compile {}: {status}", source.display());
        Ok(Self { library, fails: folder.join("the-disk-fails"), delay: Duration::ZERO })
    }

    /// Lets every flush take this much longer.
    #[must_use]
    pub fn slowed_by(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Puts the disk under a program that is about to be started.
    pub fn put_under(&self, program: &mut Command) {
        program.env("LD_PRELOAD", &self.library).env("TEST_DISK_FAILS", &self.fails);
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
}
