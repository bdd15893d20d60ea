//! Guards: limits on how many ranks somebody takes away, and freezing a community. [`check`] has the checks
//! on every rank change.

pub mod check;
pub mod freeze;
pub mod settings;
pub mod trip;
