//! Signing in to the console: who a session acts as, and the commands that begin, keep and end sessions.

pub mod acting;
pub mod begin;
pub mod sessions;
