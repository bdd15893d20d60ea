//! Adding game servers, and replacing the whole list of them.

use async_trait::async_trait;
use rankledger_domain::game_server::{GameServer, MOST_SERVERS};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::subscription::Subscription;

use super::activity::close_rows;
use super::entry::{Faults, with_entry};
use super::{log_change, push};
use crate::config::WebhookSettings;
use crate::ops::actor::Actor;
use crate::ops::acts::Origin;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work};
use crate::wire::game_servers::ServerEntry;
use crate::wire::problem::{Problem, ProblemType, types};

/// Why activity rows are closed on a server that is removed.
const REMOVED: &str = "server-removed";

/// A request to write a list of game servers.
#[derive(Debug, Clone)]
pub struct PutServers {
    /// The actor of the request.
    pub actor: Actor,
    /// The servers.
    pub entries: Vec<ServerEntry>,
    /// Whether the list replaces the one there is. Otherwise every server of it must be new.
    pub replace: bool,
    /// The JSON pointer of the list in the request.
    pub place: &'static str,
    /// Where this server may send push events to.
    pub webhooks: WebhookSettings,
}

#[async_trait]
impl Command for PutServers {
    /// All game servers afterwards.
    type Output = Vec<GameServer>;

    const REFUSES: &'static [&'static ProblemType] = &[
        &types::ALREADY_TAKEN,
        &types::REFUSED_ENTRY,
        &types::UNKNOWN_RANK,
        &types::UNKNOWN_USER,
        &types::INSUFFICIENT_POWER,
        &types::COMMUNITY_FROZEN,
    ];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<GameServer>, OpError> {
        let community = self.actor.community();
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        authorized.refuse_barred()?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        let stored = work.tx.game_servers(community).await?;
        self.refuse_shared_ids(&stored)?;
        let mut faults = Faults::default();
        let mut servers = Vec::with_capacity(self.entries.len());
        for (index, entry) in self.entries.iter().enumerate() {
            let old = stored.iter().find(|old| old.id == entry.id);
            let place = format!("{}/{index}", self.place);
            let server = with_entry(old, entry, &place, &authorized.ranks, work.now, &mut faults);
            push::check_address(old, &server, &self.webhooks, &place, &mut faults);
            if self.actor.credential.power_ceiling.is_some() {
                push::check_secret(old, &server, entry, &place, &mut faults);
            }
            servers.push((old, server));
        }
        faults.into_result()?;
        let is_named = |old: &GameServer| servers.iter().any(|(_, new)| new.id == old.id);
        let removed: Vec<_> = stored.iter().filter(|old| self.replace && !is_named(old)).collect();
        let added = servers.iter().filter(|(old, _)| old.is_none()).count();
        if stored.len() - removed.len() + added > MOST_SERVERS {
            return Err(Problem::too_many_servers(MOST_SERVERS).into());
        }
        for (old, server) in &servers {
            authorized.check_game_server(*old, Some(server), work.now)?;
        }
        for old in &removed {
            authorized.check_game_server(Some(old), None, work.now)?;
        }
        let subscriptions = work.tx.subscriptions(community).await?;
        for old in removed {
            close_rows(work, community, old.id, None, Some(REMOVED)).await?;
            work.tx.remove_game_server(community, old.id).await?;
            log_change(work, authorized.origin(), Some(old), None).await?;
            follow(work, authorized.origin(), &subscriptions, old.id, None).await?;
        }
        for (old, server) in &servers {
            work.tx.put_game_server(community, server).await?;
            log_change(work, authorized.origin(), *old, Some(server)).await?;
            follow(work, authorized.origin(), &subscriptions, server.id, Some(server)).await?;
        }
        Ok(work.tx.game_servers(community).await?)
    }
}

impl PutServers {
    /// Returns the same command for a request that has its list at another place.
    #[must_use]
    pub fn at(self, place: &'static str) -> Self {
        Self { place, ..self }
    }

    /// Refuses a list that names a server twice, or that adds one whose id is taken.
    fn refuse_shared_ids(&self, stored: &[GameServer]) -> Result<(), Problem> {
        for (index, entry) in self.entries.iter().enumerate() {
            let pointer = format!("{}/{index}/id", self.place);
            if self.entries[..index].iter().any(|earlier| earlier.id == entry.id) {
                let what = format!("an earlier entry has the id {} as well: choose another", entry.id);
                return Err(Problem::invalid_body(&pointer, &what));
            }
            if !self.replace && stored.iter().any(|old| old.id == entry.id) {
                return Err(Problem::already_taken("game server", &pointer, &entry.id.to_string()));
            }
        }
        Ok(())
    }
}

/// Brings the subscription of a game server in line with its row, and tells of that in the log.
async fn follow(
    work: &mut Work<'_>,
    origin: Origin,
    subscriptions: &[Subscription],
    id: i64,
    server: Option<&GameServer>,
) -> Result<(), OpError> {
    if let Some(act) = push::follow(work, origin.community(), subscriptions, id, server).await? {
        work.log(origin, act).await?;
    }
    Ok(())
}
