//! Subscriptions to the events of a community.

pub mod addresses;
pub mod target;
