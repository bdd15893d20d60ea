//! Jobs that the server runs by itself. Of several nodes on one database, the node that has the lease of a
//! job does it.

pub mod credential_uses;
pub mod expiry;
mod lease;
