//! Changing game servers: which there are, what each says of itself, and who is on them.

pub mod activity;
mod authority;
pub(in crate::ops) mod entry;
pub mod parts;
pub(in crate::ops) mod push;
pub mod put;

use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::StorageError;

use super::acts::Origin;
use super::{OpError, Work, logged};
use crate::wire::problem::Problem;

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

/// Returns the game server with this id, or the refusal that there is none.
async fn find(work: &mut Work<'_>, community: CommunityId, id: i64) -> Result<GameServer, OpError> {
    let found = work.tx.game_server(community, id).await?;
    found.ok_or_else(|| Problem::server_not_found(id).into())
}
