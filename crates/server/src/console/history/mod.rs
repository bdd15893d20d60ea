//! The history: the list of all changes with its filters, and each change in full.

pub(super) mod list;
pub(super) mod one;
