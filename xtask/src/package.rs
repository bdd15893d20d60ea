//! `cargo xtask package`: the Debian package, and the archive for other systems.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use rankledger_package::{Release, archive, debian};

use crate::need::{has_program, need};
use crate::shell::{self, root};

/// The version of the workspace, which all its crates have.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds the release, and packages it in `target/package`. With `--binary FILE` it packages a binary that is
/// there.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let binary = match args {
        [] => None,
        [flag, file] if flag == "--binary" => Some(PathBuf::from(file)),
        _ => bail!("`cargo xtask package` takes no argument but `--binary FILE`"),
    };
    need_programs()?;
    let binary = binary.map_or_else(build, Ok)?;
    let release =
        Release { binary: &binary, version: VERSION, time: time_of_last_commit()?, is_packed: true };
    let folder = root().join("target/package");
    for made in [debian(release, &folder)?, archive(release, &folder)?] {
        println!("{}", made.display());
    }
    Ok(())
}

/// Makes sure that the programs are there with which packages are made.
pub(crate) fn need_programs() -> Result<()> {
    need("dpkg-shlibdeps", "dpkg-dev", || has_program("dpkg-shlibdeps"))?;
    need("strip", "binutils", || has_program("strip"))
}

fn build() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked", "--profile", "dist", "--package", "rankledger"]).current_dir(root());
    shell::run(&mut cargo)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("dist/rankledger"))
}

/// Returns the time of the last commit, so that the same sources make the same package.
fn time_of_last_commit() -> Result<u64> {
    let git = Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root()).output();
    let output = git.context("cannot run git")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().context("git does not tell the time of the last commit")
}
