//! The server behind the `rankledger` binary.
//!
//! A rank change is read in four files, downward only: [`api`] (the table of URLs), its handler (who may, what shape),
//! [`ops`] (load, plan, record), and the storage crate (SQL).

pub mod api;
pub mod cli;
pub mod config;
pub mod ops;
pub mod serve;
pub mod system;
