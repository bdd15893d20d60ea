//! Servers under load, and what is needed to measure them: what `cargo xtask bench` and `cargo xtask capacity` have in common.

pub(crate) mod http;
pub(crate) mod load;
pub(crate) mod machine;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod programs;
pub(crate) mod scratch;
pub(crate) mod seeded;
