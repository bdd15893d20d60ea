//! A program that runs until it is told to end.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::programs::signal;

/// How long a program may take to become ready, and to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program. It is killed when this is dropped.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Ends the thread that has started the program.
    _thread: Sender<()>,
}

impl Process {
    /// Starts what is called `name`, and waits until it is ready. What it says goes into the file `log`, behind what stands
    /// there.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        log: PathBuf,
        ready: impl FnMut() -> bool,
    ) -> Result<Self> {
        let output = File::options().create(true).append(true).open(&log);
        let output = output.with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        // A program that is to end with its parent ends with the thread that started it: one that does nothing else, for
        // the caller's may be a worker that is soon let go.
        let (thread, until_dropped) = mpsc::channel();
        let (started, child) = mpsc::channel();
        thread::spawn(move || {
            // Whoever asked waits for the answer.
            let _ = started.send(command.spawn());
            let _ = until_dropped.recv();
        });
        let child = child.recv().context("the thread has ended")?;
        let child = child.with_context(|| format!("cannot start {name}"))?;
        let mut process = Self { name, child, log, _thread: thread };
        process.wait_until(ready)?;
        Ok(process)
    }

    /// Its id.
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

    /// Asks it to end by this signal, and waits until it has ended well.
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

    /// Kills it, and waits until it has ended.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.wait()?;
        Ok(())
    }

    /// Waits until it has ended.
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

/// Waits until something holds; `otherwise` says what has not come about.
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
        // It may have ended already.
        let _ = self.kill();
    }
}
