//! A clock under a program that breaks for one of its threads: a library between the program and
//! `clock_gettime`, which the C compiler makes from `clock.c`. A thread that is told a year beyond all
//! calendars panics.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::preload;

/// The library.
const SOURCE: &str = include_str!("clock.c");

/// A clock that can be put under programs.
pub struct Clock {
    library: PathBuf,
    fails: PathBuf,
}

impl Clock {
    /// Makes one, with its files in this folder. It is right.
    pub fn make(folder: &Path) -> Result<Self> {
        let library = preload::compile(folder, "clock", SOURCE)?;
        Ok(Self { library, fails: folder.join("the-clock-fails") })
    }

    /// Puts the clock under a program that is about to be started.
    pub fn put_under(&self, program: &mut Command) {
        program.env("LD_PRELOAD", &self.library).env("TEST_CLOCK_FAILS", &self.fails);
    }

    /// Breaks it for the thread of this name from now on.
    pub fn fail_for(&self, thread: &str) -> Result<()> {
        // Moved into its place as a whole: it is read at any moment.
        let draft = self.fails.with_extension("draft");
        fs::write(&draft, thread).context("the clock cannot be told")?;
        fs::rename(&draft, &self.fails).context("the clock cannot be told")
    }
}
