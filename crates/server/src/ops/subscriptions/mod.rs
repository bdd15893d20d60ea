//! Subscriptions to the events of a community.

pub mod addresses;
pub mod forget;
pub mod record;
pub mod target;
