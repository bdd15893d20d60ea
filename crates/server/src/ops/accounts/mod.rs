//! Writing accounts, besides their ranks.

pub mod clock_in_out;
pub mod create;
pub mod find;
pub mod flags;
pub mod identifiers;
pub mod membership;
pub mod name;
pub mod profile_fields;
pub mod sync;
