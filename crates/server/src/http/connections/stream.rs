//! The stream of a connection, with a deadline on progress: a client that takes nothing of its answer is cut
//! off. The library that speaks HTTP has deadlines for reading only.
//!
//! The library reads the next request of a client that has not taken its answer, and has it answered, but
//! writes nothing of the second answer before the first is taken: there are two at most at a time.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::{Admitted, Connection, Connections};

/// The stream of a connection.
pub struct ClientStream {
    stream: TcpStream,
    connection: Arc<Connection>,
    connections: Connections,
    /// The longest time for which the client may take nothing.
    patience: Duration,
    /// The end of the patience.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Whether the deadline counts: the client has not taken what was sent last.
    is_blocked: bool,
}

impl ClientStream {
    /// Watches over the stream of a connection.
    #[must_use]
    pub fn new(stream: TcpStream, admitted: &Admitted) -> Self {
        let connections = admitted.connections().clone();
        let patience = connections.limits().write;
        let connection = Arc::clone(admitted.connection());
        Self { stream, connection, connections, patience, deadline: None, is_blocked: false }
    }

    /// Looks at the outcome of a write: progress ends the wait, and too long a wait is an error.
    fn watch(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.connection.step();
            if self.is_blocked {
                self.is_blocked = false;
                self.connection.set_awaits_reader(false);
            }
            return written;
        }
        let patience = self.patience;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(patience)));
        if !self.is_blocked {
            self.is_blocked = true;
            self.connection.set_awaits_reader(true);
            deadline.as_mut().reset(Instant::now() + patience);
        }
        ready!(deadline.as_mut().poll(cx));
        self.connections.note_stalled();
        self.connection.ask_to_end();
        let text = format!("the client took nothing of its answer for {} s", patience.as_secs());
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)))
    }
}

impl Drop for ClientStream {
    /// A client that was cut off does not keep the system busy with what it has not taken.
    fn drop(&mut self) {
        if self.connection.is_ending() {
            // The connection is closed all the same, only later.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        if into.filled().len() > before {
            self.connection.step();
        }
        read
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, from);
        self.watch(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, from);
        self.watch(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
