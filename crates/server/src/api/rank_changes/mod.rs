//! `/v2/community/rank-changes`.

pub mod items;
pub mod undo;
