//! Programs that the chores need: installed with apt-get when run as root, else named.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
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
        let _quiet = Meanwhile::put_all()?;
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

/// A file that stands only while packages are installed.
struct Meanwhile(&'static str);

impl Meanwhile {
    /// Puts the files that keep packages from doing more to the machine than bringing programs.
    fn put_all() -> Result<[Option<Self>; 2]> {
        // No service is started, see
        // https://www.debian.org/doc/debian-policy/ch-opersys.html#interfacing-with-init-systems.
        let services = Self::put("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")?;
        // PostgreSQL's package makes no cluster of databases.
        let file = "/etc/postgresql-common/createcluster.d/rankledger-tests.conf";
        Ok([services, Self::put(file, "create_main_cluster = false\n")?])
    }

    /// Writes a file that may be executed. One that is there already is the machine's own, and stays as it
    /// is.
    fn put(path: &'static str, text: &str) -> Result<Option<Self>> {
        let cannot = || format!("cannot write {path}");
        if let Some(folder) = Path::new(path).parent() {
            fs::create_dir_all(folder).with_context(cannot)?;
        }
        match OpenOptions::new().write(true).create_new(true).mode(0o755).open(path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).with_context(cannot)?;
                Ok(Some(Self(path)))
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error).with_context(cannot),
        }
    }
}

impl Drop for Meanwhile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(self.0) {
            eprintln!("xtask: cannot remove {}: {error}", self.0);
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("--user").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
