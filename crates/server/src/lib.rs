//! The server behind the `rankledger` binary.
//!
//! The modules are floors: each may use those below it, never one above. From the top: [`cli`] and [`serve`],
//! [`api`], [`http`], [`jobs`], [`ops`], [`wire`], [`config`].

pub mod api;
pub mod cli;
pub mod config;
pub mod http;
pub mod jobs;
pub mod ops;
pub mod serve;
pub mod system;
pub mod wire;
