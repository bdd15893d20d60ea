//! The ceilings that the server is compared with: the storage at its best, without HTTP.

pub mod ledger;
pub mod plain;
pub mod sync;

use std::time::{Duration, Instant};

use anyhow::Result;

/// How many operations a second are done in groups of this size, over about this time. The first group is
/// not counted: it finds caches cold and statements unprepared.
pub fn rate(size: usize, over: Duration, mut run_group: impl FnMut(usize) -> Result<()>) -> Result<f64> {
    run_group(size)?;
    let start = Instant::now();
    let mut groups = 0;
    while start.elapsed() < over {
        run_group(size)?;
        groups += 1;
    }
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let operations = (groups * size) as f64;
    Ok(operations / seconds)
}
