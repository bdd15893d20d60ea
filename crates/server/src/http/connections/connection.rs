//! One connection of a client: whether the server works for it, or waits for it, and since when.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use futures_util::StreamExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;

/// Counts the steps of all connections: which of two moved last is told by it.
static STEPS: AtomicU64 = AtomicU64::new(0);

/// A connection of a client.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    address: IpAddr,
    is_reserve: bool,
    /// The requests that the server works on. There are two at most: see [`super::ClientStream`].
    working: AtomicUsize,
    /// Whether the server waits for the body of a request.
    awaits_body: AtomicBool,
    /// Whether the client has not taken what was sent to it.
    awaits_reader: AtomicBool,
    /// The last step, see [`STEPS`]: the client has sent or taken something.
    last_step: AtomicU64,
    is_ending: AtomicBool,
    end: Notify,
}

impl Connection {
    pub(super) fn new(id: u64, address: IpAddr, is_reserve: bool) -> Self {
        let connection = Self {
            id,
            address,
            is_reserve,
            working: AtomicUsize::new(0),
            awaits_body: AtomicBool::new(false),
            awaits_reader: AtomicBool::new(false),
            last_step: AtomicU64::new(0),
            is_ending: AtomicBool::new(false),
            end: Notify::new(),
        };
        connection.step();
        connection
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Returns the address at the other end.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Returns whether it is one of the reserve, where only those who watch over the server are answered.
    #[must_use]
    pub fn is_reserve(&self) -> bool {
        self.is_reserve
    }

    /// Notes that the server works on a request of this connection, until the returned value is dropped.
    #[must_use]
    pub fn work(self: &Arc<Self>) -> Work {
        self.working.fetch_add(1, Ordering::Relaxed);
        Work(Arc::clone(self))
    }

    /// Notes that the client has sent or taken something.
    pub(super) fn step(&self) {
        self.last_step.store(STEPS.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Notes whether the client leaves what was sent to it.
    pub(super) fn set_awaits_reader(&self, awaits: bool) {
        self.awaits_reader.store(awaits, Ordering::Relaxed);
    }

    /// Returns the last step of a client that the server waits for. `None` if the server works for it.
    pub(super) fn waits_since(&self) -> Option<u64> {
        let waits = self.awaits_reader.load(Ordering::Relaxed)
            || self.awaits_body.load(Ordering::Relaxed)
            || self.working.load(Ordering::Relaxed) == 0;
        waits.then(|| self.last_step.load(Ordering::Relaxed))
    }

    /// Asks the connection to end at once.
    pub(super) fn ask_to_end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
        self.end.notify_one();
    }

    /// Whether the connection was asked to end: what it has not sent is thrown away.
    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// Waits until the connection is asked to end.
    pub async fn asked_to_end(&self) {
        self.end.notified().await;
    }
}

/// The server works on a request of a connection.
#[derive(Debug)]
pub struct Work(Arc<Connection>);

impl Work {
    /// Returns the body of an answer that is made while it is sent: the server works as long as it is.
    pub fn until_sent(self, body: Body) -> Body {
        if body.size_hint().exact().is_some() {
            return body;
        }
        // The work ends with the stream that owns it.
        Body::from_stream(body.into_data_stream().inspect(move |_| {
            let _working = &self;
        }))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The body of a request, which notes whether the server waits for it.
pub struct Waiting {
    body: Body,
    connection: Arc<Connection>,
}

impl Waiting {
    /// Returns the body of a request of this connection.
    pub fn on(connection: &Arc<Connection>, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        Body::new(Self { body, connection: Arc::clone(connection) })
    }
}

impl HttpBody for Waiting {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.connection.awaits_body.store(frame.is_pending(), Ordering::Relaxed);
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.connection.awaits_body.store(false, Ordering::Relaxed);
    }
}
