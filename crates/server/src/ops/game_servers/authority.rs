//! Who may change which part of a game server. Ranks that are put into a list or taken out of it must stand
//! below the power of whoever acts; and a person who is named gives nothing to themselves.

use std::collections::HashSet;

use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::RankId;

use crate::ops::OpError;
use crate::ops::authorized::Authorized;
use crate::wire::problem::Problem;

/// What a rank means on a server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Use<'a> {
    Allowed,
    Blocked,
    Principal(&'a str),
}

fn uses(server: Option<&GameServer>) -> HashSet<(RankId, Use<'_>)> {
    let Some(server) = server else { return HashSet::new() };
    let allowed = server.whitelist.allowed.iter().map(|rank| (*rank, Use::Allowed));
    let blocked = server.whitelist.blocked.iter().map(|rank| (*rank, Use::Blocked));
    let mapped = server.aces.iter().flat_map(|mapping| {
        mapping.ranks.iter().map(|rank| (*rank, Use::Principal(mapping.principal.as_str())))
    });
    allowed.chain(blocked).chain(mapped).collect()
}

impl Authorized {
    /// Refuses a change of a game server for which the power of whoever acts is too low, or by which the
    /// person who is named would get in, or get permissions. `None` stands for a server that is not there.
    pub(super) fn check_game_server(
        &self,
        before: Option<&GameServer>,
        after: Option<&GameServer>,
        now: Timestamp,
    ) -> Result<(), OpError> {
        let (old, new) = (uses(before), uses(after));
        for (rank, _) in old.symmetric_difference(&new) {
            if let Some(rank) = self.ranks.get(*rank) {
                self.check_rank(rank)?;
            }
        }
        let Some(account) = &self.person else { return Ok(()) };
        let is_in = |server: &GameServer| server.whitelist.check(account, true, now).is_ok();
        let gains = match (before, after) {
            (Some(before), Some(after)) => {
                (is_in(after) && !is_in(before))
                    || !principals(after, account, now).is_subset(&principals(before, account, now))
            }
            (None, Some(after)) => !principals(after, account, now).is_empty(),
            // Removed, it could be added again in another way.
            (Some(before), None) => !is_in(before),
            (None, None) => false,
        };
        if gains && !account.owner { Err(Problem::opens_to_oneself().into()) } else { Ok(()) }
    }
}

/// Returns the principals whose permissions an account has on a server.
fn principals<'a>(server: &'a GameServer, account: &Account, now: Timestamp) -> HashSet<&'a str> {
    let holds = |rank: &RankId| account.holds_at(*rank, now);
    let theirs = server.aces.iter().filter(|mapping| mapping.ranks.iter().any(holds));
    theirs.map(|mapping| mapping.principal.as_str()).collect()
}
