//! Processor time of processes that run, from `/proc`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Linux counts it in hundredths of a second.
const TICK: f64 = 1e6 / 100.0;

/// How the threads are called that answer requests.
const SERVING: &str = "tokio";

/// Processor time of a server so far, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OfServer {
    /// That of threads which answer requests.
    pub(super) serving: f64,
    /// That of all others but the first: of those which write.
    pub(super) writing: f64,
}

/// That of a server of Rankledger.
pub(super) fn of_server(process: u32) -> Result<OfServer> {
    let all = own(format!("/proc/{process}/stat"))?;
    let mut writing = 0.0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let thread = thread?;
        let is_first = thread.file_name().to_str() == Some(&process.to_string());
        // One that is needed for a while only may have ended meanwhile.
        let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_else(|_| SERVING.to_owned());
        if !is_first && !name.starts_with(SERVING) {
            writing += own(thread.path().join("stat"))?;
        }
    }
    Ok(OfServer { serving: all - writing, writing })
}

/// Returns the processor time of a PostgreSQL, in microseconds: of its first process, of all that it has
/// started, and of those that have ended.
pub(super) fn of_postgres(process: u32) -> Result<f64> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"))?;
    // A process that ends meanwhile is counted among the ended ones next time.
    let living = children.split_whitespace().filter_map(|child| own(format!("/proc/{child}/stat")).ok());
    let ended = figures(Path::new(&format!("/proc/{process}/stat")))?[2..].iter().sum::<f64>();
    Ok(own(format!("/proc/{process}/stat"))? + ended + living.sum::<f64>())
}

fn own(stat: impl AsRef<Path>) -> Result<f64> {
    Ok(figures(stat.as_ref())?[..2].iter().sum())
}

/// Of the process or thread, of it in the kernel, and the same of its children that have ended.
fn figures(stat: &Path) -> Result<[f64; 4]> {
    let text = fs::read_to_string(stat).with_context(|| format!("cannot read {}", stat.display()))?;
    let ticks = || {
        // The name stands in parentheses, and may have some of its own.
        let mut rest = text.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut next = || Some(rest.next()?.parse::<f64>().ok()? * TICK);
        Some([next()?, next()?, next()?, next()?])
    };
    ticks().with_context(|| format!("{} does not tell the processor time", stat.display()))
}
