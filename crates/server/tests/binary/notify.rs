//! A server tells systemd that it is ready, that it lives, and that it stops: with a socket in the place of
//! systemd's.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;

use crate::kit::{Community, PATIENCE, Process, database_url, rankledger, succeed};

/// The socket that a server tells things to.
struct Listener(UnixDatagram);

impl Listener {
    fn at(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).expect("a socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Self(socket)
    }

    /// Waits for the next message.
    fn next(&self) -> String {
        let mut message = [0; 256];
        let length = self.0.recv(&mut message).expect("a message");
        String::from_utf8_lossy(&message[..length]).trim().to_owned()
    }

    /// Returns the messages that are there.
    fn waiting(&self) -> Vec<String> {
        self.0.set_nonblocking(true).expect("a mode");
        let mut message = [0; 256];
        let mut all = Vec::new();
        while let Ok(length) = self.0.recv(&mut message) {
            all.push(String::from_utf8_lossy(&message[..length]).trim().to_owned());
        }
        self.0.set_nonblocking(false).expect("a mode");
        all
    }
}

/// Starts a server as systemd does, that is to say three times in this period that it lives.
fn start(community: &Community, socket: &Path, period: &str) -> Process {
    let mut command = rankledger(&["serve", "--database", &database_url(&community.database)]);
    command.env("NOTIFY_SOCKET", socket).env("WATCHDOG_USEC", period);
    Process::launch(command)
}

#[test]
fn systemd_is_told_of_readiness_life_and_the_end() {
    let community = Community::of(1);
    let socket = community.folder.path().join("notify");
    let listener = Listener::at(&socket);
    let server = start(&community, &socket, "300000");
    assert_eq!(listener.next(), "READY=1");
    assert_eq!(server.readiness().0, 200, "at once, not only soon");
    assert_eq!(listener.next(), "WATCHDOG=1");
    assert_eq!(listener.next(), "WATCHDOG=1");
    server.ask_to_stop();
    while listener.next() != "STOPPING=1" {}
    let (code, _) = server.wait_for_end();
    assert_eq!(code, Some(0));
    assert_eq!(listener.waiting(), Vec::<String>::new(), "nothing comes after it");
}

#[test]
fn a_server_that_takes_no_connections_does_not_say_that_it_lives() {
    let community = Community::of(1);
    let socket = community.folder.path().join("notify");
    let listener = Listener::at(&socket);
    let server = start(&community, &socket, "300000");
    while listener.next() != "WATCHDOG=1" {}
    // From now on it cannot open anything.
    let pid = server.id();
    succeed(Command::new("prlimit").args(["--pid", &pid, "--nofile=3:1024"]));
    let complains = |line: &str| line.contains("does not answer itself");
    server.wait_for_line(complains);
    listener.waiting();
    for _ in 0..3 {
        server.wait_for_line(complains);
    }
    assert_eq!(listener.waiting(), Vec::<String>::new());
    succeed(Command::new("prlimit").args(["--pid", &pid, "--nofile=1024:1024"]));
    while listener.next() != "WATCHDOG=1" {}
}

#[test]
fn a_server_that_systemd_did_not_start_needs_none() {
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0));
    assert!(!log.iter().any(|line| line.contains("systemd")), "{log:?}");
}
