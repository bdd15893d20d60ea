//! Changing game servers: which there are, what each says of itself, and who is on them.

pub mod activity;
mod authority;
pub(in crate::ops) mod entry;
pub mod parts;
pub(in crate::ops) mod push;
pub mod put;

use rankledger_domain::game_server::GameServer;
use rankledger_storage::StorageError;

use super::acts::Origin;
use super::{Work, logged};

/// Writes the change of a server into the log, if there is one. Secrets are not told: only that there is one,
/// or that it is another one now.
async fn log_change(
    work: &mut Work<'_>,
    origin: Origin,
    before: Option<&GameServer>,
    after: Option<&GameServer>,
) -> Result<(), StorageError> {
    match logged::game_server_changed(before, after) {
        Some(act) => work.log(origin, act).await,
        None => Ok(()),
    }
}
