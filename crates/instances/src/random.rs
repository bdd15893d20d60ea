//! Random values: for passwords, since other users of this machine can reach the ports, and for names.

use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result};

/// Returns 32 hexadecimal digits that nobody can guess.
pub(crate) fn hexadecimals() -> Result<String> {
    let mut bytes = [0; 16];
    let random = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    random.context("cannot read /dev/urandom")?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
