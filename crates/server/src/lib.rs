//! The server behind the `rankledger` binary.
//!
//! The modules are floors: each may use those below it, never one above. From the top: [`cli`] and [`serve`],
//! [`api`] and [`console`], [`http`], [`jobs`], [`ops`], [`wire`], [`config`].

// Commands print through `cli/print.rs`, which takes out whatever could garble a terminal.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod api;
pub mod cli;
pub mod config;
pub mod console;
pub mod http;
pub mod jobs;
pub mod ops;
pub mod router;
pub mod serve;
pub mod system;
pub mod systemd;
pub mod wire;
