//! What runs the server: systemd with the unit of the package, or nobody yet.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::block_in_place;

use crate::cli::database::INSTALLED_CONFIG;
use crate::cli::print;
use crate::config::{DatabaseUrl, Settings};
use crate::systemd;

/// The unit of the package.
const UNIT: &str = "rankledger.service";

/// Longest time that a server may take to answer once systemd calls it started.
const PATIENCE: Duration = Duration::from_mins(1);

/// What runs the server.
pub(super) enum Service {
    Systemd,
    Nobody,
}

impl Service {
    /// Finds out what runs a server with this configuration file. The unit knows one such file.
    pub(super) fn of(config: &Path) -> Self {
        let is_systemd = config == Path::new(INSTALLED_CONFIG)
            && systemd::is_booted()
            && systemctl(&["cat", UNIT]).is_ok();
        if is_systemd { Self::Systemd } else { Self::Nobody }
    }

    /// Starts the server, also with the machine from now on. Where nothing runs it, makes the folder that its
    /// database is to be in.
    pub(super) fn start(&self, settings: &Settings) -> Result<()> {
        match self {
            Self::Systemd => block_in_place(|| start_by_systemd(settings)),
            Self::Nobody => make_folder(settings),
        }
    }
}

fn start_by_systemd(settings: &Settings) -> Result<()> {
    let is_running = systemctl(&["is-active", UNIT]).is_ok();
    let hint =
        format!("see `journalctl --unit {UNIT}`, and run `rankledger setup` again once that is mended");
    systemctl(&["enable", "--now", UNIT]).with_context(|| {
        format!("the settings are written, but systemd could not start the server: {hint}")
    })?;
    let url = format!("http://{}/readyz", systemd::reachable(settings.listen));
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
    let client = config.build().new_agent();
    let begun = Instant::now();
    while !client.get(&url).call().is_ok_and(|answer| answer.status().is_success()) {
        if begun.elapsed() > PATIENCE {
            bail!("the server was started, but {url} does not say that it is ready: {hint}");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let state = if is_running { "runs already" } else { "started, and starts with the machine from now on" };
    print::say!("Server     {state} ({UNIT})");
    Ok(())
}

/// Runs systemctl. An error has what it said.
fn systemctl(arguments: &[&str]) -> Result<()> {
    let output = Command::new("systemctl").args(arguments).stdin(Stdio::null()).output();
    let output = output.context("cannot run systemctl")?;
    if !output.status.success() {
        bail!("systemctl {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn make_folder(settings: &Settings) -> Result<()> {
    if let DatabaseUrl::Sqlite(path) = &settings.database
        && let Some(folder) = path.parent()
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    Ok(())
}
