//! Servers that are measured: started, asked for their memory, stopped.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::http;
use crate::shell::run;

/// How long a server may take to become ready, and to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. It is killed when this is dropped.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How long it took to answer that it is ready.
    pub(crate) start_up: Duration,
}

impl Server {
    /// Starts the server that `command` makes for a free address, and waits until it answers `GET {ready}`
    /// with 200.
    pub(crate) fn start(
        name: &'static str,
        folder: &Path,
        ready: &str,
        command: impl FnOnce(SocketAddr) -> Command,
    ) -> Result<Self> {
        let address = free_address()?;
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = command(address);
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let begun = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let mut server = Self { name, child, log, address, start_up: Duration::ZERO };
        while http::status(address, ready) != Some(200) {
            if server.child.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                bail!("{name} does not become ready; it says: {}", server.said());
            }
            sleep(Duration::from_millis(1));
        }
        server.start_up = begun.elapsed();
        Ok(server)
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it has had so far, in MB (of 1,000,000 bytes).
    pub(crate) fn peak_memory(&self) -> Result<f64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).with_context(|| format!("{} has ended", self.name))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        Ok(kib.with_context(|| format!("{path} does not tell VmHWM"))? * 1024.0 / 1e6)
    }

    /// Stops it with SIGTERM. Answers what it has logged.
    pub(crate) fn stop(mut self) -> Result<String> {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let status = self.wait()?;
        if !status.success() {
            bail!("{} stopped with {status}; it says: {}", self.name, self.said());
        }
        Ok(self.said())
    }

    fn wait(&mut self) -> Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} does not stop; it says: {}", self.name, self.said());
            }
            sleep(Duration::from_millis(5));
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
    Ok(listener.local_addr()?)
}
