//! Departments and ranks: making, editing, ordering, retiring and restoring them.

pub mod departments;
pub mod order;
pub mod ranks;
mod retirement;
