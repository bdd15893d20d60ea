//! Load on a server, by wrk.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::need::need;
use crate::shell::{root, succeeds};

/// One measurement: what is sent to whom, and how.
pub(crate) struct Load<'a> {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// The header `Authorization`; where there are several communities, that of each, with commas between
    /// them.
    pub(crate) authorization: &'a str,
    /// How many connections send requests, each when the one before was answered.
    pub(crate) connections: u32,
    /// For how long.
    pub(crate) seconds: u32,
    /// The requests: a kind of `load.lua`, and its arguments.
    pub(crate) requests: &'a [&'a str],
}

/// The result of a load.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Answered {
    /// Requests that were answered.
    pub(crate) requests: u64,
    /// For how long.
    pub(crate) microseconds: u64,
    /// Half of the requests took at most this long, in microseconds.
    pub(crate) p50: u64,
    /// 99 of 100 requests took at most this long, in microseconds.
    pub(crate) p99: u64,
    refused: u64,
    broken: u64,
}

/// Installs wrk if it is missing.
pub(crate) fn prepare() -> Result<()> {
    // wrk has no option that succeeds and does nothing else.
    need("wrk", "wrk", || succeeds(Command::new("sh").args(["-c", "command -v wrk"])))
}

impl Load<'_> {
    /// Runs it. Each request must be answered with 2xx. `seed` is that of the random accounts.
    pub(crate) fn run(&self, seed: usize) -> Result<Answered> {
        let told = self.told(seed)?;
        let answered: Answered = serde_json::from_str(told.trim_end().lines().last().unwrap_or_default())
            .with_context(|| format!("wrk ended without a result: {told}"))?;
        let Answered { requests, refused, broken, .. } = answered;
        ensure!(
            refused + broken == 0 && requests > 0,
            "of {requests} requests {refused} were refused and {broken} broke off, which says nothing of the speed: \
             look at what the server answers to such a request",
        );
        Ok(answered)
    }

    fn told(&self, seed: usize) -> Result<String> {
        let mut wrk = Command::new("wrk");
        wrk.arg("--threads=1").arg("--latency").arg("--timeout=30s");
        wrk.arg(format!("--connections={}", self.connections)).arg(format!("--duration={}s", self.seconds));
        wrk.arg("--script").arg(script()).arg(format!("http://{}", self.address)).arg("--");
        let (kind, rest) = self.requests.split_first().context("a load needs requests")?;
        wrk.args([*kind, self.authorization, &seed.to_string()]).args(rest);
        let output = wrk.stderr(Stdio::inherit()).output().context("cannot run wrk")?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn script() -> PathBuf {
    root().join("xtask/src/measuring/load.lua")
}
