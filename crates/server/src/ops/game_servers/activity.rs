//! Time in game: activity rows that a game server opens and closes. They are facts and no rights, so that
//! neither a freeze nor a ban stands in their way; and they are their own record, without entries in the log.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::clock_rows::{ClockRow, OpenActivityRow};

use super::find;
use crate::ops::actor::Actor;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{ProblemType, types};

/// The type of the rows that game servers open.
const IN_GAME: &str = "activity";

/// Why rows are closed that were open when their server started.
const STARTED: &str = "server-start";

/// Why a row is closed when its player joins again.
const JOINED_AGAIN: &str = "joined-again";

/// Why a row is closed that the server clears.
const CLEARED: &str = "cleared";

/// The action on the activity of an account on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityAction {
    /// Stop if in game, else start.
    Toggle,
    /// Start. A row that is open is closed first: its end was missed.
    Start,
    /// Stop.
    Stop,
    /// Stop, because the server lost track of the player.
    Clear,
}

/// A request of a game server that has started: nobody is on it.
#[derive(Debug, Clone)]
pub struct StartServer {
    /// The actor of the request.
    pub actor: Actor,
    /// The server.
    pub server: i64,
}

/// A request of a game server whose player comes or goes.
#[derive(Debug, Clone)]
pub struct TrackActivity {
    /// The actor of the request.
    pub actor: Actor,
    /// The server.
    pub server: i64,
    /// The player.
    pub account: AccountId,
    /// The action.
    pub action: ActivityAction,
}

/// An activity row that was opened or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedRow {
    /// The player.
    pub account: AccountId,
    /// The server.
    pub server: i64,
    /// The row.
    pub row: ClockRow,
    /// Why the row was closed by something else than its player.
    pub clear_reason: Option<&'static str>,
}

#[async_trait]
impl Command for StartServer {
    /// The rows that were open, closed now.
    type Output = Vec<TrackedRow>;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<TrackedRow>, OpError> {
        let community = self.actor.community();
        find(work, community, self.server).await?;
        close_rows(work, community, self.server, None, Some(STARTED)).await
    }
}

#[async_trait]
impl Command for TrackActivity {
    /// The row that was opened, or the last that was closed. `None` if there was none to close.
    type Output = Option<TrackedRow>;

    const REFUSES: &'static [&'static ProblemType] = &[&types::ACCOUNT_NOT_FOUND];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Option<TrackedRow>, OpError> {
        let (community, account, server) = (self.actor.community(), self.account, self.server);
        find(work, community, server).await?;
        work.view().standing(community, account).await?;
        let reason = match self.action {
            ActivityAction::Start => Some(JOINED_AGAIN),
            ActivityAction::Clear => Some(CLEARED),
            ActivityAction::Toggle | ActivityAction::Stop => None,
        };
        let closed = close_rows(work, community, server, Some(account), reason).await?;
        let starts = match self.action {
            ActivityAction::Start => true,
            ActivityAction::Toggle => closed.is_empty(),
            ActivityAction::Stop | ActivityAction::Clear => false,
        };
        if !starts {
            return Ok(closed.into_iter().next_back());
        }
        let row = ClockRow::open(work.uuid(), work.now, IN_GAME);
        work.tx.put_activity_row(community, account, Some(server), &row).await?;
        Ok(Some(TrackedRow { account, server, row, clear_reason: None }))
    }
}

/// Closes the open rows on a server: all, or those of one account.
pub(super) async fn close_rows(
    work: &mut Work<'_>,
    community: CommunityId,
    server: i64,
    account: Option<AccountId>,
    clear_reason: Option<&'static str>,
) -> Result<Vec<TrackedRow>, OpError> {
    let open = work.tx.open_activity_rows(community, server, account).await?;
    let mut closed = Vec::with_capacity(open.len());
    for OpenActivityRow { account, row } in open {
        let row = row.closed_at(work.now);
        work.tx.close_activity_row(community, &row, clear_reason).await?;
        closed.push(TrackedRow { account, server, row, clear_reason });
    }
    Ok(closed)
}
