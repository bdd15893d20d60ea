//! The bench's arguments, and how two builds are compared.

mod against;
mod plan;
