//! What is written of accounts besides their ranks.

pub mod clock;
pub mod create;
pub mod identifiers;
pub mod name;
pub mod profile_fields;
pub mod standing;
pub mod sync;
