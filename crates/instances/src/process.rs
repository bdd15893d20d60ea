//! A program that runs until it is stopped.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::programs::signal;

/// Longest time for a program to become ready, and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program. Dropping the value kills it.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Ends the thread that started the program, when it is dropped.
    _thread: Sender<()>,
}

impl Process {
    /// Starts a program, called `name` in messages, and waits until it is ready. Its output is appended to
    /// the file `log`.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        log: PathBuf,
        ready: impl FnMut() -> bool,
    ) -> Result<Self> {
        let output = File::options().create(true).append(true).open(&log);
        let output = output.with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        // A program that is to end with its parent ends with the thread that started it. So it gets a thread
        // that does nothing else, because the caller's thread may be a worker that soon ends.
        let (thread, until_dropped) = mpsc::channel();
        let (started, child) = mpsc::channel();
        thread::spawn(move || {
            // The caller waits for this message.
            let _ = started.send(command.spawn());
            let _ = until_dropped.recv();
        });
        let child = child.recv().context("the thread has ended")?;
        let child = child.with_context(|| format!("cannot start {name}"))?;
        let mut process = Self { name, child, log, _thread: thread };
        process.wait_until(ready)?;
        Ok(process)
    }

    /// Returns the id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait_until(&mut self, mut ready: impl FnMut() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                return Err(self.complaint(&format!("ended with {status}")));
            }
            if begun.elapsed() > PATIENCE {
                return Err(self.complaint("does not become ready"));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Sends the program this signal, and waits until it has ended with success.
    pub(crate) fn stop(&mut self, name: &str) -> Result<()> {
        if self.child.try_wait()?.is_none() {
            signal(name, &[self.id()])?;
        }
        let status = self.wait()?;
        if !status.success() {
            return Err(self.complaint(&format!("stopped with {status}")));
        }
        Ok(())
    }

    /// Kills the program, and waits until it has ended.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.wait()?;
        Ok(())
    }

    /// Waits until the program has ended.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if begun.elapsed() > PATIENCE {
                return Err(self.complaint("does not end"));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn complaint(&self, what: &str) -> anyhow::Error {
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        anyhow!(
            "{} {what}; it says:
{said}",
            self.name
        )
    }
}

/// Waits until `holds` returns true; `otherwise` is the error if it does not in time.
pub(crate) fn until(otherwise: &'static str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !holds()? {
        if begun.elapsed() > PATIENCE {
            bail!(otherwise);
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.kill();
    }
}
