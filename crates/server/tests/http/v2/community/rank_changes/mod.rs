//! `/v2/community/rank-changes`.

mod pruned;
mod undo;
mod undo_conflicts;
mod undo_if_match;
mod undo_refused;
mod undo_unavailable;
