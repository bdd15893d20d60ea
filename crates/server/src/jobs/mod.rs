//! Jobs that the server runs by itself. Of several nodes on one database, the node that has the lease of a
//! job does it; a job that is about the node itself has no lease.

pub mod backups;
pub mod credential_uses;
pub mod deliveries;
pub mod expiry;
pub mod health;
mod lease;
