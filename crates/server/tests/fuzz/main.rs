//! Fuzzing: whatever is sent, the server answers it, and never by a fault of its own. Inputs are random
//! variants of requests that succeed, so that they get past the first check.
//!
//! `cargo xtask fuzz` plays a million inputs; the tests play a few thousand, the same in each run.

mod documents;
mod inputs;
#[path = "../http/kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the kit of the HTTP tests can do more than is needed here")]
mod kit;
mod legacy;
mod plan_tokens;
mod play;
mod requests;
