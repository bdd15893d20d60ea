//! The latest activity of an account.

pub mod latest;
