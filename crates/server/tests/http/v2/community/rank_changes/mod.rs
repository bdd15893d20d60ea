//! `/v2/community/rank-changes`.

mod checkpoint;
mod export;
mod history;
mod pruned;
mod rollback;
mod rollback_batches;
mod rollback_conflicts;
mod rollback_refused;
mod rollback_status;
mod show;
mod standings;
mod undo;
mod undo_conflicts;
mod undo_if_match;
mod undo_refused;
mod undo_unavailable;
