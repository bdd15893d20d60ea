//! The cost of one durable write: a page written and synced, over and over, in a file whose room is there
//! already, as it is in a write-ahead log that has begun anew.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

const PAGE: [u8; 4096] = [b'x'; 4096];

const PAGES: usize = 1024;

/// The median time of a write with its sync, measured in this file for about this long.
pub fn median(path: &Path, over: Duration) -> Result<Duration> {
    let mut file = File::create(path).context("cannot make a file to measure with")?;
    for _ in 0..PAGES {
        file.write_all(&PAGE)?;
    }
    file.sync_all()?;
    let start = Instant::now();
    let mut times = Vec::new();
    loop {
        file.seek(SeekFrom::Start(0))?;
        for _ in 0..PAGES {
            let begun = Instant::now();
            file.write_all(&PAGE)?;
            file.sync_data()?;
            times.push(begun.elapsed());
            if start.elapsed() >= over {
                times.sort_unstable();
                return Ok(times[times.len() / 2]);
            }
        }
    }
}
