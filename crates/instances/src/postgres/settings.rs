//! The configuration of our PostgreSQL.

use std::path::Path;

/// Durability of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit is on the disk, as with PostgreSQL's own settings.
    Full,
    /// A commit is lost if the machine dies: quick, for suites in which nothing dies.
    None,
}

/// Rules for connecting. SCRAM, the default of the package, takes 15 ms of computing. Other users meet it;
/// the suites connect as the superuser, and do not wait for it.
pub(super) const WHO: &str = "\
local all all trust
host all rankledger 127.0.0.1/32 md5
host replication rankledger 127.0.0.1/32 md5
host all all 127.0.0.1/32 scram-sha-256
";

/// Returns the settings of a server on this port.
pub(super) fn settings(port: u16, durability: Durability, home: &Path) -> String {
    let common = format!(
        "port = {port}
listen_addresses = '127.0.0.1'
unix_socket_directories = '{home}'
hba_file = '{home}/who.conf'
max_connections = 200
max_wal_senders = 8
wal_keep_size = '256MB'
shared_buffers = '64MB'
# Else a server that was killed leaves files in /dev/shm.
dynamic_shared_memory_type = mmap
",
        home = home.display()
    );
    match durability {
        Durability::Full => common,
        Durability::None => {
            common + "fsync = off\nfull_page_writes = off\nautovacuum = off\nmax_wal_size = '256MB'\n"
        }
    }
}
