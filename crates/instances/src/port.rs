//! Free ports.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result};

/// First port. The range is below the ports that Linux gives to outgoing connections (from 32768): no client
/// takes one of these while its server is down, and no client that calls a server that is down can reach
/// itself.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// Returns a port of 127.0.0.1 that nobody listens on and that was not returned before. Test processes that
/// run at the same time begin their search at different ports.
pub fn free() -> Result<u16> {
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(u64::from(process::id()) * 61 % u64::from(COUNT))?;
    let mut ports =
        (0..COUNT).map(|_| FIRST + (begin + ASKED.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT);
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    ports.find(is_free).context("there is no free port")
}

/// Whether somebody listens on a port of 127.0.0.1.
pub(crate) fn is_listened_on(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}
