//! Setting a single part of a game server: its permissions, its type.

use async_trait::async_trait;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::CommunityId;

use super::entry::{Faults, mappings_of};
use super::{find, log_change};
use crate::ops::actor::Actor;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work};
use crate::wire::game_servers::MappingEntry;
use crate::wire::problem::{ProblemType, types};

/// A request to set the permissions that ranks have on a game server.
#[derive(Debug, Clone)]
pub struct SetAceConfig {
    /// The actor of the request.
    pub actor: Actor,
    /// The server.
    pub server: i64,
    /// The mappings, which replace those there are; none to leave them as they are.
    pub mappings: Option<Vec<MappingEntry>>,
}

/// A request of a game server to note its type.
#[derive(Debug, Clone)]
pub struct SetServerType {
    /// The actor of the request.
    pub actor: Actor,
    /// The server.
    pub server: i64,
    /// The type, which has been checked; none if the server knows none.
    pub kind: Option<String>,
}

#[async_trait]
impl Command for SetAceConfig {
    /// The server afterwards.
    type Output = GameServer;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::UNKNOWN_RANK, &types::UNKNOWN_USER, &types::INSUFFICIENT_POWER, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<GameServer, OpError> {
        let community = self.actor.community();
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.refuse_barred()?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        let before = find(work, community, self.server).await?;
        let Some(mappings) = self.mappings else { return Ok(before) };
        let mut faults = Faults::default();
        let aces = mappings_of(&mappings, "/mappings", &authorized.ranks, &mut faults);
        faults.into_result()?;
        let after = GameServer { aces, ..before.clone() };
        authorized.check_game_server(Some(&before), Some(&after), work.now)?;
        work.tx.put_game_server(community, &after).await?;
        log_change(work, authorized.origin(), Some(&before), Some(&after)).await?;
        Ok(after)
    }
}

#[async_trait]
impl Command for SetServerType {
    /// The server afterwards.
    type Output = GameServer;

    const REFUSES: &'static [&'static ProblemType] = &[&types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<GameServer, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let before = find(work, community, self.server).await?;
        let Some(kind) = self.kind else { return Ok(before) };
        let after = GameServer { kind: Some(kind), kind_updated_at: Some(work.now), ..before.clone() };
        work.tx.put_game_server(community, &after).await?;
        log_change(work, self.actor.origin(), Some(&before), Some(&after)).await?;
        Ok(after)
    }
}
