//! What systemd is told: that the server is ready, that it lives, and that it stops.
//!
//! Every function does nothing in a process that systemd has not started. The unit is
//! `crates/package/files/rankledger.service`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// The question of the watchdog. `/healthz` is answered on every connection, however many there are.
const QUESTION: &[u8] =
    b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nuser-agent: rankledger-watchdog\r\nconnection: close\r\n\r\n";

/// The beginning of the answer of a server that lives.
const ANSWER: &[u8; 12] = b"HTTP/1.1 200";

/// Says that requests are answered from now on.
pub fn ready() {
    notify(&NotifyState::Ready);
}

/// Says that the server has begun to stop.
pub fn stopping() {
    notify(&NotifyState::Stopping);
}

/// Whether this machine was booted by systemd.
pub fn is_booted() -> bool {
    sd_notify::booted().unwrap_or(false)
}

/// Tells systemd now and then that the server lives. Systemd starts a server anew that is silent for too
/// long.
pub struct Watchdog {
    task: Option<JoinHandle<()>>,
}

impl Watchdog {
    /// Starts it, if systemd asks for it. It must be called within an async runtime. The server is listening
    /// on this address.
    pub fn start(listening: SocketAddr) -> Self {
        let task = sd_notify::watchdog_enabled();
        Self { task: task.map(|period| tokio::spawn(watch(reachable(listening), period / 3))) }
    }

    /// Stops it at once.
    pub fn stop(self) {
        if let Some(task) = self.task {
            task.abort();
        }
    }
}

/// Asks the server as any client does, over its own address: an answer proves that it takes connections,
/// reads requests and has threads that work on them. The database is no part of it: a new start would not
/// mend that, and `/readyz` tells of it.
async fn watch(address: SocketAddr, pause: Duration) {
    loop {
        match tokio::time::timeout(pause, ask(address)).await {
            Ok(Ok(())) => notify(&NotifyState::Watchdog),
            Ok(Err(error)) => tracing::warn!(%error, "the server does not answer itself"),
            Err(_) => tracing::warn!("the server does not answer itself in time"),
        }
        tokio::time::sleep(pause).await;
    }
}

async fn ask(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(QUESTION).await?;
    let mut beginning = [0; ANSWER.len()];
    stream.read_exact(&mut beginning).await?;
    if beginning == *ANSWER { Ok(()) } else { Err(io::Error::other("the answer of /healthz is not 200")) }
}

/// Returns the address at which a server can be asked from its own machine that listens on this one.
pub fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

fn notify(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(%error, "systemd could not be told: {state}", state = state.to_string().trim_end());
    }
}
