//! What the server does by itself. Of several nodes on one database, one does each job: the one that has its lease.

pub mod expiry;
mod lease;
