//! A receiver of events on this machine: it answers each request at once, and notes when the request came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::spawn;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long events may take to arrive.
const PATIENCE: Duration = Duration::from_mins(2);

const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

/// A receiver of events.
pub(super) struct Receiver {
    address: SocketAddr,
    arrived: Arc<Arrived>,
}

#[derive(Default)]
struct Arrived {
    /// When each request came.
    times: Mutex<Vec<Instant>>,
    more: Condvar,
}

impl Receiver {
    /// Starts it.
    pub(super) fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
        let (address, arrived) = (listener.local_addr()?, Arc::new(Arrived::default()));
        let notes = Arc::clone(&arrived);
        spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let notes = Arc::clone(&notes);
                // A connection that breaks off is the end of its thread.
                spawn(move || receive(stream, &notes));
            }
        });
        Ok(Self { address, arrived })
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits until so many requests have come. Returns when the last of them came.
    pub(super) fn wait_for(&self, count: usize) -> Result<Instant> {
        let begun = Instant::now();
        let mut times = self.arrived.times.lock().unwrap_or_else(PoisonError::into_inner);
        while times.len() < count {
            let (waited, timeout) = self
                .arrived
                .more
                .wait_timeout(times, PATIENCE.saturating_sub(begun.elapsed()))
                .unwrap_or_else(PoisonError::into_inner);
            times = waited;
            if timeout.timed_out() {
                bail!("of {count} events {} arrived", times.len());
            }
        }
        Ok(times[count - 1])
    }
}

/// Answers the requests on a connection, until it ends.
fn receive(stream: TcpStream, arrived: &Arrived) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut answers = stream.try_clone()?;
    let mut requests = BufReader::new(stream);
    loop {
        let (mut line, mut length) = (String::new(), 0);
        loop {
            line.clear();
            if requests.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body)?;
        arrived.times.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        arrived.more.notify_all();
        answers.write_all(ANSWER)?;
    }
}
