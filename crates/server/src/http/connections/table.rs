//! The table of open connections: where a new one goes, and which one goes for it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use super::connection::Connection;
use super::limits::{ConnectionLimits, RESERVE};

/// Where a new connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the others.
    Usual,
    /// Into the reserve.
    Reserve,
    /// Nowhere: it is closed.
    None,
}

/// The open connections.
#[derive(Debug, Default)]
pub(super) struct Table {
    connections: BTreeMap<u64, Arc<Connection>>,
    /// The number of connections of each address, without the reserve.
    of_address: HashMap<IpAddr, usize>,
    reserve: usize,
    /// Connections that were asked to end and have not ended yet.
    ending: usize,
    next_id: u64,
}

impl Table {
    /// Decides where a new connection goes, and returns the connection that has to end for it, if one has to.
    pub(super) fn room_for(
        &self,
        address: IpAddr,
        limits: &ConnectionLimits,
    ) -> (Place, Option<Arc<Connection>>) {
        let of_address = self.of_address.get(&address).copied().unwrap_or_default();
        let leaving = if !limits.is_proxy(address) && of_address >= limits.per_address {
            self.longest_waiting(|other| !other.is_reserve() && other.address() == address)
        } else if self.connections.len() - self.reserve >= limits.max {
            self.longest_waiting(|other| !other.is_reserve())
        } else {
            return (Place::Usual, None);
        };
        if leaving.is_some() {
            return (Place::Usual, leaving);
        }
        if self.reserve < RESERVE {
            return (Place::Reserve, None);
        }
        match self.longest_waiting(Connection::is_reserve) {
            Some(leaving) => (Place::Reserve, Some(leaving)),
            None => (Place::None, None),
        }
    }

    /// Returns the connection among these for whose client the server has waited longest. Those of the
    /// address with the most connections come first: one address does not push out the others.
    pub(super) fn longest_waiting(&self, among: impl Fn(&Connection) -> bool) -> Option<Arc<Connection>> {
        let waiting = self.connections.values().filter(|connection| among(connection));
        let rank = |connection: &&Arc<Connection>| {
            let since = connection.waits_since()?;
            let of_address = self.of_address.get(&connection.address()).copied().unwrap_or_default();
            Some((Reverse(of_address), since))
        };
        let ranked = waiting.filter_map(|connection| Some((rank(&connection)?, connection)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, connection)| Arc::clone(connection))
    }

    /// Enters a connection from this address.
    pub(super) fn enter(&mut self, address: IpAddr, is_reserve: bool) -> Arc<Connection> {
        let connection = Arc::new(Connection::new(self.next_id, address, is_reserve));
        self.next_id += 1;
        if is_reserve {
            self.reserve += 1;
        } else {
            *self.of_address.entry(address).or_default() += 1;
        }
        self.connections.insert(connection.id(), Arc::clone(&connection));
        connection
    }

    /// Asks a connection to end. From now on it does not count among the others.
    pub(super) fn end(&mut self, connection: &Connection) {
        if self.remove(connection) {
            self.ending += 1;
            connection.ask_to_end();
        }
    }

    /// Notes that a connection has ended.
    pub(super) fn leave(&mut self, connection: &Connection) {
        if !self.remove(connection) {
            self.ending -= 1;
        }
    }

    /// Number of connections that were asked to end and have not ended yet.
    pub(super) fn ending(&self) -> usize {
        self.ending
    }

    /// Number of connections that are open.
    pub(super) fn open(&self) -> usize {
        self.connections.len() + self.ending
    }

    fn remove(&mut self, connection: &Connection) -> bool {
        if self.connections.remove(&connection.id()).is_none() {
            return false;
        }
        if connection.is_reserve() {
            self.reserve -= 1;
        } else if let Some(count) = self.of_address.get_mut(&connection.address()) {
            *count -= 1;
            if *count == 0 {
                self.of_address.remove(&connection.address());
            }
        }
        true
    }
}
