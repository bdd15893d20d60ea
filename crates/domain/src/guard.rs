//! Guards: limits on how many ranks a person or a credential may take away in a minute and in an hour, and
//! the freeze of a community.
//!
//! The window slides: in any minute and in any hour, no more ranks are taken away than its limit. A removal
//! that was made exactly one minute ago no longer counts for the minute.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::ids::{AccountId, CredentialId};
use crate::transition::Transition;

/// Lowest value of a limit.
pub const LEAST_LIMIT: u32 = 1;

/// Highest value of a limit.
pub const MOST_LIMIT: u32 = 100_000;

/// The guards of a community's ranks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guards {
    /// Whether removals are counted and limited.
    pub enabled: bool,
    /// Limits of the removals.
    pub limits: RemovalLimits,
    /// The freeze, during which no rank is changed. `None` if the community is not frozen.
    pub frozen: Option<Freeze>,
}

/// Numbers of ranks that each person, and each credential, may take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovalLimits {
    /// Within any 60 seconds.
    pub per_minute: u32,
    /// Within any 3600 seconds.
    pub per_hour: u32,
}

impl Default for RemovalLimits {
    fn default() -> Self {
        Self { per_minute: 20, per_hour: 100 }
    }
}

/// The freeze of a community: when, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Time of the freeze.
    pub at: Timestamp,
    /// The person, if one was named.
    pub user: Option<AccountId>,
    /// The credential that was used.
    pub credential: CredentialId,
    /// Reason for the freeze.
    pub reason: Option<String>,
}

/// Number of ranks that were taken away at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removals {
    /// The moment.
    pub at: Timestamp,
    /// Number of ranks.
    pub count: u32,
}

/// The person or the credential whose removals are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedFor {
    /// The person who acts.
    Person(AccountId),
    /// The credential that is used.
    Credential(CredentialId),
}

impl CountedFor {
    /// Returns the id under which the counts are kept.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Person(account) => account.0,
            Self::Credential(credential) => credential.0,
        }
    }
}

/// The span of time that a limit applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 60 seconds.
    Minute,
    /// 3600 seconds.
    Hour,
}

impl Window {
    /// Returns the length of the window.
    #[must_use]
    pub fn length(self) -> SignedDuration {
        match self {
            Self::Minute => SignedDuration::from_mins(1),
            Self::Hour => SignedDuration::from_hours(1),
        }
    }

    /// Returns the name of the window.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
        }
    }
}

/// Removals that exceed a limit of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// Number of removals that the limit allows.
    pub limit: u32,
    /// Window of the limit.
    pub window: Window,
    /// Number of ranks that were taken away in that window before.
    pub recent: u64,
    /// Number of ranks that would be taken away now.
    pub removals: u32,
    /// Time until the removals are allowed. `None` if they alone exceed the limit, so that waiting does not
    /// help.
    pub wait: Option<Duration>,
}

impl Excess {
    /// Returns the time to wait; the longest possible time if waiting does not help.
    #[must_use]
    pub fn longest_wait(&self) -> Duration {
        self.wait.unwrap_or(Duration::MAX)
    }
}

/// Returns how many ranks a transition takes away: those held before it and not after. A different end for a
/// rank that stays does not count.
#[must_use]
pub fn removals(transition: &Transition) -> u32 {
    let stays = |held| transition.after.iter().any(|other| other.rank == held);
    let gone = transition.before.iter().filter(|held| !stays(held.rank)).count();
    u32::try_from(gone).unwrap_or(u32::MAX)
}

/// Checks that `removals` ranks may be taken away now, after the removals of the last hour (`lately`, oldest
/// first).
///
/// If both limits are exceeded, the error is the one with the longer wait.
pub fn check_removals(
    limits: RemovalLimits,
    lately: &[Removals],
    removals: u32,
    now: Timestamp,
) -> Result<(), Excess> {
    let minute = excess(limits.per_minute, Window::Minute, lately, removals, now);
    let hour = excess(limits.per_hour, Window::Hour, lately, removals, now);
    minute.into_iter().chain(hour).max_by_key(Excess::longest_wait).map_or(Ok(()), Err)
}

fn excess(limit: u32, window: Window, lately: &[Removals], removals: u32, now: Timestamp) -> Option<Excess> {
    let end = |of: &Removals| of.at.saturating_add(window.length()).unwrap_or(Timestamp::MAX);
    let counted: Vec<_> = lately.iter().filter(|of| end(of) > now).collect();
    let recent: u64 = counted.iter().map(|of| u64::from(of.count)).sum();
    let limit_left = u64::from(limit).checked_sub(u64::from(removals));
    let excess = |wait| Excess { limit, window, recent, removals, wait };
    let Some(allowed) = limit_left else { return Some(excess(None)) };
    if removals == 0 || recent <= allowed {
        return None;
    }
    let mut left = recent;
    let free = counted.iter().find(|of| {
        left -= u64::from(of.count);
        left <= allowed
    });
    // Once all removals have left the window none is counted, which is always within the limit.
    let until = free.map_or(now, |of| end(of));
    Some(excess(Some(until.duration_since(now).unsigned_abs())))
}
