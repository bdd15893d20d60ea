//! The machine that was measured on.

use std::fs;
use std::process::Command;

use super::scratch::kept;
use crate::shell::root;

/// Describes the machine, and says when and at which commit it was measured, in a few lines.
pub(crate) fn description() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let model = field(&cpu, "model name").unwrap_or("processor without a name");
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = field(&memory, "MemTotal").and_then(|total| total.trim_end_matches(" kB").parse::<u64>().ok());
    let gib = kib.unwrap_or_default() / (1024 * 1024);
    let kernel = first_line(Command::new("uname").args(["--kernel-name", "--kernel-release", "--machine"]));
    let disk = first_line(Command::new("stat").args(["--file-system", "--format=%T"]).arg(kept()));
    let date = first_line(Command::new("date").args(["--utc", "+%Y-%m-%d"]));
    let commit = first_line(Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(root()));
    format!(
        "- {cores} cores ({model}), {gib} GiB of memory, {kernel}, databases on {disk}\n\
         - the load generator runs on the same machine\n\
         - {date}, at commit {commit}\n"
    )
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn first_line(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or("unknown").to_owned()
}
