//! Guards: limits on how many ranks somebody takes away, and freezing a community. [`check`] is what every rank change passes.

pub mod check;
pub mod freeze;
pub mod settings;
