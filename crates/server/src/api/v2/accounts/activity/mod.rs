//! What an account has done lately.

pub mod latest;
