//! Servers under load, and the tools to measure them: shared by
//! `cargo xtask bench` and `cargo xtask capacity`.

pub(crate) mod http;
pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod programs;
pub(crate) mod scratch;
pub(crate) mod seeded;
