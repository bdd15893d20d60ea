//! Whitelists: who may join a game server.
//!
//! The ranks decide. One blocked rank keeps an account out; else one allowed rank lets it in. A server that
//! names no allowed rank lets in every active member. Somebody who is banned, archived, disabled or inactive
//! stays out, whatever ranks they hold. A grant whose end has passed no longer counts, removed or not.

use jiff::Timestamp;

use crate::account::Account;
use crate::ids::RankId;

/// The ranks that let accounts join a game server, and those that keep them out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whitelist {
    /// Ranks of which one is needed. Empty if every active member may join.
    pub allowed: Vec<RankId>,
    /// Ranks of which none may be held.
    pub blocked: Vec<RankId>,
}

/// Why an account may not join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptOut {
    /// The account is banned.
    Banned,
    /// The account holds this blocked rank.
    Blocked(RankId),
    /// The account is archived.
    Archived,
    /// The account is disabled: `sysStatus` on the wire.
    Disabled,
    /// The account is not active in the community: `comStatus` on the wire.
    Inactive,
    /// The account holds none of the allowed ranks.
    NoAllowedRank,
}

impl KeptOut {
    /// Whether something keeps the account out, rather than that it lacks what lets it in.
    #[must_use]
    pub fn is_block(self) -> bool {
        matches!(self, Self::Banned | Self::Blocked(_))
    }
}

impl Whitelist {
    /// Decides whether an account may join at this time. `enabled` is the account's `sysStatus`.
    pub fn check(&self, account: &Account, enabled: bool, now: Timestamp) -> Result<(), KeptOut> {
        let holds = |rank: &RankId| account.holds_at(*rank, now);
        if account.banned {
            return Err(KeptOut::Banned);
        }
        if let Some(rank) = self.blocked.iter().find(|rank| holds(rank)) {
            return Err(KeptOut::Blocked(*rank));
        }
        if account.archived {
            return Err(KeptOut::Archived);
        }
        if !enabled {
            return Err(KeptOut::Disabled);
        }
        if !account.com_status {
            return Err(KeptOut::Inactive);
        }
        if self.allowed.is_empty() || self.allowed.iter().any(holds) {
            Ok(())
        } else {
            Err(KeptOut::NoAllowedRank)
        }
    }
}
