//! Programs that the chores need: installed with apt-get when run as root, else named.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{run, succeeds};

/// Makes sure that `check` succeeds, by installing the Debian package if it does not.
pub(crate) fn need(what: &str, package: &str, check: impl Fn() -> bool) -> Result<()> {
    if check() {
        return Ok(());
    }
    if !is_root() {
        bail!("{what} is needed: install it with `sudo apt-get install {package}`, then run this again");
    }
    println!("xtask: installing {package}, for {what} is needed");
    let install = || {
        run(Command::new("apt-get").args(["update", "--quiet"]))?;
        let install = ["install", "--yes", "--quiet", "--no-install-recommends", package];
        run(Command::new("apt-get").args(install).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    install().with_context(|| format!("cannot install {package}"))?;
    if !check() {
        bail!("{what} is needed, and the package {package} did not bring it");
    }
    Ok(())
}

/// Whether a program of this name answers to `--version`.
pub(crate) fn has_program(name: &str) -> bool {
    succeeds(Command::new(name).arg("--version"))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("--user").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
