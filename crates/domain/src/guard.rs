//! Guards: limits on how much a person, a credential and all of a community together may take away in a
//! minute and in an hour, and the freeze of a community.
//!
//! A removal is a rank or a standing that is taken away, by whatever road: see the glossary. The window
//! slides: in any minute and in any hour, there are no more removals than its limit. A removal that was made
//! exactly one minute ago no longer counts for the minute; one that a clock that was ahead has put into the
//! future never counts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::ids::{AccountId, CredentialId};
use crate::transition::Transition;

/// Lowest value of a limit.
pub const LEAST_LIMIT: u32 = 1;

/// Highest value of a limit.
pub const MOST_LIMIT: u32 = 100_000;

/// How many times as much as one person or credential all together may take away, unless it is set.
pub const TOGETHER: u32 = 3;

/// The guards of a community's ranks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guards {
    /// Whether removals are counted and limited.
    pub enabled: bool,
    /// Limits of the removals of each person, and of each credential.
    pub limits: RemovalLimits,
    /// Limits of the removals of all together. `None`: [`TOGETHER`] times those of one.
    pub together: Option<RemovalLimits>,
    /// The freeze, during which nothing is changed. `None` if the community is not frozen.
    pub frozen: Option<Freeze>,
}

impl Guards {
    /// Returns the limits of the removals that are counted for somebody.
    #[must_use]
    pub fn limits_of(&self, who: CountedFor) -> RemovalLimits {
        match who {
            CountedFor::Person(_) | CountedFor::Credential(_) => self.limits,
            CountedFor::Community => self.together(),
        }
    }

    /// Returns the limits of the removals of all together.
    #[must_use]
    pub fn together(&self) -> RemovalLimits {
        let times = |limit: u32| limit.saturating_mul(TOGETHER).min(MOST_LIMIT);
        let RemovalLimits { per_minute, per_hour } = self.limits;
        let usual = RemovalLimits { per_minute: times(per_minute), per_hour: times(per_hour) };
        self.together.unwrap_or(usual)
    }
}

/// Numbers of removals that are allowed.
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

/// Number of removals at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removals {
    /// The moment.
    pub at: Timestamp,
    /// Number of removals.
    pub count: u32,
}

/// A person, a credential or the community whose removals are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedFor {
    /// The person who acts.
    Person(AccountId),
    /// The credential that is used.
    Credential(CredentialId),
    /// Everybody in the community.
    Community,
}

impl CountedFor {
    /// Returns the id under which the counts are kept.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Person(account) => account.0,
            Self::Credential(credential) => credential.0,
            Self::Community => Uuid::nil(),
        }
    }
}

/// The removals that are counted for somebody at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// For whom.
    pub who: CountedFor,
    /// Number of removals in the minute before.
    pub last_minute: u64,
    /// Number of removals in the hour before.
    pub last_hour: u64,
}

impl Counted {
    /// Returns what is counted at this time of the removals made lately.
    #[must_use]
    pub fn at(now: Timestamp, who: CountedFor, lately: &[Removals]) -> Self {
        let within = |window: Window| counted(lately, window, now).map(|of| u64::from(of.count)).sum();
        Self { who, last_minute: within(Window::Minute), last_hour: within(Window::Hour) }
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

    /// Returns the time from which removals do not count any more.
    fn end(self, of: &Removals) -> Timestamp {
        of.at.saturating_add(self.length()).unwrap_or(Timestamp::MAX)
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

/// The span of time whose removals count at some moment: the hour before it, and a minute after it, because
/// the clocks of several nodes differ a little. What a clock that was far ahead has counted is outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedSpan {
    /// The span begins after this time.
    pub after: Timestamp,
    /// The last time of the span.
    pub until: Timestamp,
}

impl CountedSpan {
    /// Returns the span whose removals count at this time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        let after = now.saturating_sub(Window::Hour.length()).unwrap_or(Timestamp::MIN);
        let until = now.saturating_add(Window::Minute.length()).unwrap_or(Timestamp::MAX);
        Self { after, until }
    }
}

/// Removals that exceed a limit of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excess {
    /// Number of removals that the limit allows.
    pub limit: u32,
    /// Window of the limit.
    pub window: Window,
    /// Number of removals in that window before.
    pub recent: u64,
    /// Number of removals that are asked for now.
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

/// Returns how much a transition takes away: the ranks held before it and not after, those that stay and end
/// sooner, and the active status, unless that only follows from ranks that are counted.
#[must_use]
pub fn removals(transition: &Transition) -> u32 {
    let ranks = ranks_removed(transition);
    let takes_status = transition.touches_status() && !transition.status_after;
    let deactivates = takes_status && (transition.active == Some(false) || ranks == 0);
    ranks.saturating_add(u32::from(deactivates || makes_status_end(transition)))
}

/// Returns whether an account that is active without a rank is given ranks that all end: with the last of
/// them its status goes, too.
fn makes_status_end(transition: &Transition) -> bool {
    let stays_active = transition.status_before && transition.status_after;
    let Transition { before, after, .. } = transition;
    stays_active
        && before.is_empty()
        && !after.is_empty()
        && after.iter().all(|held| held.expires_at.is_some())
}

/// Returns how many ranks a transition takes away, at once or by a sooner end.
#[must_use]
pub fn ranks_removed(transition: &Transition) -> u32 {
    let stays = |held| transition.after.iter().any(|other| other.rank == held);
    let gone = transition.before.iter().filter(|held| !stays(held.rank)).count();
    u32::try_from(gone + transition.shortened().count()).unwrap_or(u32::MAX)
}

/// Checks that so many `removals` may be made now, after those of the last hour (`lately`, oldest first).
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

/// Returns the removals that count for this window now.
fn counted(lately: &[Removals], window: Window, now: Timestamp) -> impl Iterator<Item = &Removals> {
    let latest = CountedSpan::at(now).until;
    lately.iter().filter(move |of| of.at <= latest && window.end(of) > now)
}

fn excess(limit: u32, window: Window, lately: &[Removals], removals: u32, now: Timestamp) -> Option<Excess> {
    let counted: Vec<_> = counted(lately, window, now).collect();
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
    let until = free.map_or(now, |of| window.end(of));
    Some(excess(Some(until.duration_since(now).unsigned_abs())))
}
