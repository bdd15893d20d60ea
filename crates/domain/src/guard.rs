//! Guards: how many ranks a person or a credential may take away in a minute and in an hour, and a community that is frozen.
//!
//! The window slides: whatever minute or hour one looks at, no more than its limit was taken away in it. What was taken
//! away exactly a minute before counts no longer.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::ids::{AccountId, CredentialId};
use crate::transition::Transition;

/// The least that a limit can be set to.
pub const LEAST_LIMIT: u32 = 1;

/// The most that a limit can be set to.
pub const MOST_LIMIT: u32 = 100_000;

/// What guards the ranks of a community.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guards {
    /// Whether removals are counted and limited.
    pub enabled: bool,
    /// How many there may be.
    pub limits: RemovalLimits,
    /// Since when no rank is changed; none while the community is not frozen.
    pub frozen: Option<Freeze>,
}

/// How many ranks each person, and each credential, may take away.
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

/// Who froze a community, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// When.
    pub at: Timestamp,
    /// The person, if one was named.
    pub user: Option<AccountId>,
    /// The credential that was used.
    pub credential: CredentialId,
    /// Why.
    pub reason: Option<String>,
}

/// How many ranks were taken away at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removals {
    /// The moment.
    pub at: Timestamp,
    /// How many.
    pub count: u32,
}

/// For whom removals are counted.
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

/// The stretch of time that a limit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 60 seconds.
    Minute,
    /// 3600 seconds.
    Hour,
}

impl Window {
    /// How long it is.
    #[must_use]
    pub fn length(self) -> SignedDuration {
        match self {
            Self::Minute => SignedDuration::from_mins(1),
            Self::Hour => SignedDuration::from_hours(1),
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
        }
    }
}

/// More would be taken away than the guard allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// How many are allowed.
    pub limit: u32,
    /// In which time.
    pub window: Window,
    /// How many were taken away in that time before.
    pub recent: u64,
    /// How many would be taken away now.
    pub removals: u32,
    /// How long until they may be. None if they alone are more than the limit, which no waiting helps.
    pub wait: Option<Duration>,
}

impl Excess {
    /// How long it has to be waited for; the longest time there is, if no waiting helps.
    #[must_use]
    pub fn longest_wait(&self) -> Duration {
        self.wait.unwrap_or(Duration::MAX)
    }
}

/// How many ranks a transition takes away: those held before it and not after. Another end for a rank that stays is none.
#[must_use]
pub fn removals(transition: &Transition) -> u32 {
    let stays = |held| transition.after.iter().any(|other| other.rank == held);
    let gone = transition.before.iter().filter(|held| !stays(held.rank)).count();
    u32::try_from(gone).unwrap_or(u32::MAX)
}

/// Whether somebody may take away `removals` ranks now, after what they took away lately: the last hour, oldest first.
///
/// The refusal is that of the limit which takes longer to wait for.
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
    // When all have left the window nothing is left, which is always allowed.
    let until = free.map_or(now, |of| end(of));
    Some(excess(Some(until.duration_since(now).unsigned_abs())))
}
