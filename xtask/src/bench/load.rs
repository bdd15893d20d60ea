//! Load on a server, by wrk.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::figures::{Figures, Part, What};
use crate::need::need;
use crate::numbers::float;
use crate::shell::{root, succeeds};

/// One measurement: what is sent to whom, and how.
pub(super) struct Load<'a> {
    /// Where the server listens.
    pub(super) address: SocketAddr,
    /// The header `Authorization`.
    pub(super) authorization: &'a str,
    /// How many connections send requests, each when the one before was answered.
    pub(super) connections: u32,
    /// For how long.
    pub(super) seconds: u32,
    /// What the requests are: a kind of `load.lua`, and its arguments.
    pub(super) requests: &'a [&'a str],
}

/// Installs wrk if it is missing.
pub(super) fn prepare() -> Result<()> {
    // It has no option that succeeds and does nothing else.
    need("wrk", "wrk", || succeeds(Command::new("sh").args(["-c", "command -v wrk"])))
}

impl Load<'_> {
    /// Runs it, and puts down what came of it. Answers the number of requests. Each must have been answered with 2xx.
    pub(super) fn measure(&self, what: What, figures: &mut Figures) -> Result<u64> {
        let result = self.run(figures.count(what, Part::PerSecond))?;
        let number = |name: &str| result[name].as_u64().with_context(|| format!("wrk told no {name}"));
        let (refused, broken) = (number("refused")?, number("broken")?);
        let requests = number("requests")?;
        if refused + broken > 0 || requests == 0 {
            bail!(
                "{}: of {requests} requests {refused} were refused and {broken} broke off, which says nothing of the speed: \
                 look at what the server answers to such a request",
                what.label(),
            );
        }
        figures.add(what, Part::PerSecond, float(requests) * 1e6 / float(number("microseconds")?));
        figures.add(what, Part::Median, float(number("p50")?));
        figures.add(what, Part::Slowest, float(number("p99")?));
        Ok(requests)
    }

    /// Runs it for the effect.
    pub(super) fn run(&self, seed: usize) -> Result<Value> {
        let mut wrk = Command::new("wrk");
        wrk.arg("--threads=1").arg("--latency").arg("--timeout=30s");
        wrk.arg(format!("--connections={}", self.connections)).arg(format!("--duration={}s", self.seconds));
        wrk.arg("--script").arg(script()).arg(format!("http://{}", self.address)).arg("--");
        let (kind, rest) = self.requests.split_first().context("a load needs requests")?;
        wrk.args([*kind, self.authorization, &seed.to_string()]).args(rest);
        let output = wrk.stderr(Stdio::inherit()).output().context("cannot run wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.trim_end().lines().last().unwrap_or_default();
        serde_json::from_str(last).with_context(|| format!("wrk ended without a result: {text}"))
    }
}

fn script() -> PathBuf {
    root().join("xtask/src/bench/load.lua")
}
