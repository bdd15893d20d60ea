//! Counts the round trips between nodes and PostgreSQL: a way to it that looks at what passes.
//!
//! A round trip is waited for where a node says something after all was answered that it had said before.
//! What it says before then goes along with that.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result};

use super::messages::Messages;

/// The statement that begins a transaction that reads.
const READS: &[u8] = b"READ ONLY";

/// The statement that ends a transaction that reads. The node does not wait for it.
const ENDS: &[u8] = b"ROLLBACK";

/// The messages of a node to which there is one answer: a statement by itself, and the end of a prepared one.
const ASKS: [u8; 2] = [b'Q', b'S'];

/// The end of each answer: PostgreSQL is ready for the next.
const ANSWERED: u8 = b'Z';

/// The way to a PostgreSQL of this machine. Its threads end with their connections; the one that waits for
/// more ends with the program.
pub(super) struct Wire {
    /// The port that leads there.
    pub(super) port: u16,
    counted: Arc<Counted>,
}

#[derive(Default)]
struct Counted {
    reading: AtomicU64,
    writing: AtomicU64,
}

/// Round trips so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trips {
    /// On connections that read.
    pub(super) reading: u64,
    /// On the others.
    pub(super) writing: u64,
}

impl Wire {
    /// Opens a way to this port.
    pub(super) fn open(to: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
        let port = listener.local_addr()?.port();
        let counted = Arc::new(Counted::default());
        let count = Arc::clone(&counted);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client whose connection is closed at once sees that.
                let _ = connect(client, to, &count);
            }
        });
        Ok(Self { port, counted })
    }

    /// Returns the counts so far.
    pub(super) fn trips(&self) -> Trips {
        let Counted { reading, writing } = &*self.counted;
        Trips { reading: reading.load(Ordering::Relaxed), writing: writing.load(Ordering::Relaxed) }
    }
}

/// Passes on what either says, on two threads.
fn connect(mut client: TcpStream, to: u16, counted: &Arc<Counted>) -> Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, to))?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    // How many answers are due. The connection begins with one that nothing of the kind asked for.
    let due = Arc::new(AtomicI64::new(1));
    let (answers, counted) = (Arc::clone(&due), Arc::clone(counted));
    thread::spawn(move || {
        let mut messages = Messages::of_server();
        pass(&mut from_server, &mut to_client, |said| {
            answers.fetch_sub(messages.count(said, &[ANSWERED]), Ordering::Relaxed);
        });
    });
    thread::spawn(move || {
        let (mut messages, mut reads) = (Messages::of_client(), false);
        pass(&mut client, &mut server, |said| {
            reads |= has(said, READS);
            let asked = due.fetch_add(messages.count(said, &ASKS), Ordering::Relaxed);
            let is_waited_for = !(reads && has(said, ENDS));
            if asked == 0 && is_waited_for {
                let count = if reads { &counted.reading } else { &counted.writing };
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    });
    Ok(())
}

/// Passes on what one says until it has ended, and then ends the other.
fn pass(from: &mut TcpStream, to: &mut TcpStream, mut look: impl FnMut(&[u8])) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length) = from.read(&mut buffer)
        && length > 0
    {
        look(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The process may have ended already.
    let _ = to.shutdown(Shutdown::Both);
}

fn has(said: &[u8], words: &[u8]) -> bool {
    said.windows(words.len()).any(|window| window == words)
}
