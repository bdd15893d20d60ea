//! The connections of clients: how many there are, and which one has to go when there are too many.
//!
//! A new connection is always taken. At the limit, the connection whose client has kept the server waiting
//! longest is closed for it. If the server itself works on every one of them, the new connection comes into
//! a small reserve, where only the programs that watch over the server are answered; the others hear that
//! there are too many. `stream.rs` cuts off a client that takes nothing of its answer.

mod connection;
mod limits;
mod stream;
mod table;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub use connection::{Connection, Waiting, Work};
pub use limits::{ConnectionLimits, raise_open_files};
pub use stream::ClientStream;
use table::{Place, Table};

use crate::http::App;
use crate::http::feature::Feature;

/// Number of connections that may wait for their end before another is accepted.
const MOST_ENDING: usize = 4;

/// The connections of a server. Cheap to clone.
#[derive(Clone)]
pub struct Connections(Arc<All>);

struct All {
    limits: ConnectionLimits,
    table: Mutex<Table>,
    /// The requests under way of each address behind a trusted proxy.
    requests: Mutex<HashMap<IpAddr, usize>>,
    /// A connection has ended.
    ended: Notify,
    counts: Counts,
}

/// Counts of connections that were refused or closed since the start.
#[derive(Debug, Default)]
struct Counts {
    refused: AtomicU64,
    closed_for_room: AtomicU64,
    stalled: AtomicU64,
}

impl Feature for Connections {
    fn new(_: &App) -> Self {
        Self::new(ConnectionLimits::default())
    }
}

impl Connections {
    /// Returns the connections of a server that has none yet.
    #[must_use]
    pub fn new(limits: ConnectionLimits) -> Self {
        let (table, requests, ended) = (Mutex::default(), Mutex::default(), Notify::new());
        Self(Arc::new(All { limits, table, requests, ended, counts: Counts::default() }))
    }

    /// Returns the limits.
    #[must_use]
    pub fn limits(&self) -> &ConnectionLimits {
        &self.0.limits
    }

    /// Takes a connection that was accepted. Closes another for it if there are too many. `None` if this one
    /// has to be closed: the reserve is in use, too.
    pub async fn admit(&self, peer: SocketAddr) -> Option<Admitted> {
        let address = peer.ip().to_canonical();
        let connection = self.place(address)?;
        let admitted = Admitted { connections: self.clone(), connection };
        while self.table().ending() > MOST_ENDING {
            self.0.ended.notified().await;
        }
        Some(admitted)
    }

    /// Enters a connection into the table, and asks the one to end that has to go for it.
    fn place(&self, address: IpAddr) -> Option<Arc<Connection>> {
        let mut table = self.table();
        let (place, leaving) = table.room_for(address, &self.0.limits);
        if let Some(leaving) = leaving {
            table.end(&leaving);
            count(&self.0.counts.closed_for_room);
            tracing::debug!(address = %leaving.address(), "a connection was closed to make room");
        }
        if place == Place::None {
            count(&self.0.counts.refused);
            return None;
        }
        Some(table.enter(address, place == Place::Reserve))
    }

    /// Closes the connection whose client has kept the server waiting longest, because there are no more
    /// files to open. Does nothing if there is none.
    pub fn close_longest_waiting(&self) {
        let mut table = self.table();
        if let Some(leaving) = table.longest_waiting(|_| true) {
            table.end(&leaving);
            count(&self.0.counts.closed_for_room);
        }
    }

    /// Counts a request that came through a trusted proxy from this address. `None` if too many of it are
    /// under way.
    #[must_use]
    pub fn request_from(&self, address: IpAddr) -> Option<RequestUnderWay> {
        let mut requests = self.requests();
        let under_way = requests.entry(address).or_default();
        if *under_way >= self.0.limits.per_address {
            return None;
        }
        *under_way += 1;
        drop(requests);
        Some(RequestUnderWay { connections: self.clone(), address })
    }

    /// Notes that a request was refused because there are too many connections or requests.
    pub fn note_refused(&self) {
        count(&self.0.counts.refused);
    }

    fn note_stalled(&self) {
        count(&self.0.counts.stalled);
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.table().open() as u64
    }

    /// Returns how many connections were closed at once, or their requests refused, for want of room.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.0.counts.refused.load(Ordering::Relaxed)
    }

    /// Returns how many connections were closed to make room for others.
    #[must_use]
    pub fn closed_for_room(&self) -> u64 {
        self.0.counts.closed_for_room.load(Ordering::Relaxed)
    }

    /// Returns how many clients were cut off because they took nothing of their answer.
    #[must_use]
    pub fn stalled(&self) -> u64 {
        self.0.counts.stalled.load(Ordering::Relaxed)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn requests(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A connection that was taken. Dropping this value says that it has ended.
pub struct Admitted {
    connections: Connections,
    connection: Arc<Connection>,
}

impl Admitted {
    /// Returns the connection.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Returns the connections that it is one of.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.connections
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.connections.table().leave(&self.connection);
        self.connections.0.ended.notify_one();
    }
}

/// A request under way from an address behind a trusted proxy. It counts until it is dropped.
pub struct RequestUnderWay {
    connections: Connections,
    address: IpAddr,
}

impl Drop for RequestUnderWay {
    fn drop(&mut self) {
        let mut requests = self.connections.requests();
        if let Some(under_way) = requests.get_mut(&self.address) {
            *under_way -= 1;
            if *under_way == 0 {
                requests.remove(&self.address);
            }
        }
    }
}
