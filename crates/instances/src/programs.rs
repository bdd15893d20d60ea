//! The paths of programs, and running those that end by themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Folder where Debian keeps the programs of each version of PostgreSQL, none of which is on the `PATH`.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Finds the program of this name: among those of the newest PostgreSQL, on the `PATH`, or in `/usr/sbin`,
/// which not every user has on the `PATH`.
pub(crate) fn find(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        newest_postgres().into_iter().chain(std::env::split_paths(&path)).chain(["/usr/sbin".into()]);
    let mut programs = folders.map(|folder| folder.join(name));
    programs.find(|program| program.is_file()).with_context(|| format!("{name} is not installed"))
}

fn newest_postgres() -> Option<PathBuf> {
    let version = |folder: &Path| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let folders = fs::read_dir(POSTGRES).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let folders = folders.filter(|folder| folder.join("bin/initdb").is_file());
    Some(folders.max_by_key(|folder| version(folder))?.join("bin"))
}

/// Runs a program that ends by itself. Returns its output; the error holds its error output.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().context("cannot run it")?;
    if !output.status.success() {
        bail!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Sends a signal, such as `INT`, to these processes, in this order.
pub(crate) fn signal(name: &str, processes: &[u32]) -> Result<()> {
    // This is the shell's own `kill`: the program of that name is in a package that not every machine has.
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s \"$@\"", "sh", name]).args(processes.iter().map(u32::to_string));
    run(&mut kill).context("cannot send a signal")?;
    Ok(())
}
