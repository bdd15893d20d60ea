//! The limits on connections: from the settings, and from the number of files that this process may open.

use std::net::IpAddr;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::{ConnectionSettings, Network};

/// Number of connections beside the limit, for those who watch over the server.
pub(super) const RESERVE: usize = 4;

/// Number of open files that are left for everything else: the database, the log, the runtime, and
/// connections that are about to end.
const OTHER_FILES: u64 = 32;

/// The limits on connections.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// The highest number of connections.
    pub max: usize,
    /// The highest number of connections, or of requests behind a trusted proxy, from one address.
    pub per_address: usize,
    /// The longest time for which a client may take nothing of its answer.
    pub write: Duration,
    /// The longest time that a connection may be idle, and that the head of a request may take.
    pub idle: Duration,
    /// The longest time that the body of a request may take to arrive.
    pub body: Duration,
    proxies: Vec<Network>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self::new(&ConnectionSettings::default(), u64::MAX, 0)
    }
}

impl ConnectionLimits {
    /// Returns the limits of a process that may open so many files, of which `database` are for connections
    /// to a database server.
    #[must_use]
    pub fn new(settings: &ConnectionSettings, open_files: u64, database: usize) -> Self {
        let taken = OTHER_FILES + RESERVE as u64 + database as u64;
        let room = usize::try_from(open_files.saturating_sub(taken)).unwrap_or(usize::MAX).max(1);
        let max = settings.max.get().min(room);
        let per_address = settings.per_address.map_or((max / 2).max(1), |number| number.get().min(max));
        Self {
            max,
            per_address,
            write: settings.write(),
            idle: settings.idle(),
            body: settings.body(),
            proxies: settings.trusted_proxies.clone(),
        }
    }

    /// Returns whether this is the address of a trusted proxy.
    #[must_use]
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|proxy| proxy.contains(address))
    }
}

/// Raises the limit on open files as far as this process may. Returns the number of files that it may open.
pub fn raise_open_files() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: maximum, maximum };
    if current != maximum && setrlimit(Resource::Nofile, raised).is_err() {
        tracing::warn!(limit = current, "the limit on open files could not be raised");
    }
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
