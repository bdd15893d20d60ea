//! Who did how much: counts over the changes of a history, all together and by person, key, rank or hour.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, RankId};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::ReadTx;
use rankledger_storage::history::{HistoryFilter, Order};

use super::OpError;
use crate::wire::history_summary::{CommonBody, CountsBody, GroupBody, SummaryBody};
use crate::wire::problem::Problem;
use crate::wire::time::Time;

/// The most changes that one summary counts.
pub const MOST_COUNTED: u32 = 500_000;

/// Number of changes that are read at once.
const PORTION: u32 = 1000;

/// What the changes are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// The person who acted.
    User,
    /// The key that was used.
    Key,
    /// The ranks that were touched: a change counts for each of them.
    Rank,
    /// The hour of the change, in UTC.
    Hour,
}

/// What the changes of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Common {
    /// The person. `None` if nobody was named.
    User(Option<AccountId>),
    /// The key. `None` for the operator and the server itself.
    Key(Option<CredentialId>),
    /// The rank.
    Rank(RankId),
    /// The beginning of the hour.
    Hour(Timestamp),
}

/// The count of some changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// The changes.
    pub changes: u32,
    /// The ranks that accounts held afterwards and not before.
    pub given: u32,
    /// The ranks that accounts held before and not afterwards.
    pub taken: u32,
    /// The accounts that were changed.
    pub members: HashSet<AccountId>,
    /// The times of the first and the last change. `None` if there is no change.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// The counts of a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// All changes together.
    pub all: Counts,
    /// The groups: hours from the last to the first, others with the most changes first.
    pub groups: Vec<(Common, Counts)>,
}

/// Counts the changes that fit the filter. Refuses to count more than [`MOST_COUNTED`].
pub async fn summarise(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    filter: &HistoryFilter,
    by: Option<GroupBy>,
) -> Result<Summary, OpError> {
    let (mut all, mut groups) = (Counts::default(), HashMap::<_, Counts>::new());
    let mut after = None;
    loop {
        let page = tx.history(community, filter, Order::NewestFirst, after, PORTION).await?;
        for linked in &page.changes {
            let change = &linked.change;
            all.count(change, None);
            for common in by.map_or_else(Vec::new, |by| by.groups_of(change)) {
                let rank = if let Common::Rank(rank) = common { Some(rank) } else { None };
                groups.entry(common).or_default().count(change, rank);
            }
        }
        if all.changes > MOST_COUNTED {
            return Err(too_many().into());
        }
        after = page.next;
        if after.is_none() {
            let mut groups: Vec<_> = groups.into_iter().collect();
            groups.sort_by_key(|(common, counts)| order(*common, counts));
            return Ok(Summary { all, groups });
        }
    }
}

fn too_many() -> Problem {
    let expected = format!("a time since which at most {MOST_COUNTED} changes fit the filter");
    Problem::invalid_query("from", "too early", &expected)
}

/// Orders the groups: the latest hour first, then the most changes first.
fn order(common: Common, counts: &Counts) -> (Option<Reverse<Timestamp>>, Reverse<u32>, Common) {
    let hour = if let Common::Hour(hour) = common { Some(Reverse(hour)) } else { None };
    (hour, Reverse(counts.changes), common)
}

impl GroupBy {
    /// The word for it on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Key => "key",
            Self::Rank => "rank",
            Self::Hour => "hour",
        }
    }

    /// Every way.
    pub const ALL: [Self; 4] = [Self::User, Self::Key, Self::Rank, Self::Hour];

    /// Returns the groups that a change belongs to.
    fn groups_of(self, change: &RankChange) -> Vec<Common> {
        match self {
            Self::User => vec![Common::User(change.actor)],
            Self::Key => vec![Common::Key(change.credential)],
            Self::Rank => change.transition.touched_ranks().into_iter().map(Common::Rank).collect(),
            Self::Hour => vec![Common::Hour(hour_of(change.at))],
        }
    }
}

fn hour_of(time: Timestamp) -> Timestamp {
    let round = TimestampRound::new().smallest(Unit::Hour).mode(RoundMode::Floor);
    // Only the first hour that there is may have no beginning.
    time.round(round).unwrap_or(time)
}

impl Counts {
    /// Counts a change; of the ranks that it gave and took, only this one, if one is named.
    fn count(&mut self, change: &RankChange, rank: Option<RankId>) {
        let transition = &change.transition;
        let is_meant = |id: RankId| rank.is_none_or(|rank| rank == id);
        let holds = |held: &[HeldRank], id| held.iter().any(|one| one.rank == id);
        let (before, after) = (&transition.before, &transition.after);
        let given = after.iter().filter(|held| is_meant(held.rank) && !holds(before, held.rank)).count();
        let taken = before.iter().filter(|held| is_meant(held.rank) && !holds(after, held.rank)).count();
        self.changes += 1;
        self.given += u32::try_from(given).unwrap_or(u32::MAX);
        self.taken += u32::try_from(taken).unwrap_or(u32::MAX);
        self.members.insert(change.account);
        let (first, last) = self.span.unwrap_or((change.at, change.at));
        self.span = Some((first.min(change.at), last.max(change.at)));
    }
}

impl Summary {
    /// Returns the summary as it is answered, with the first `take` groups.
    #[must_use]
    pub fn body(&self, by: Option<GroupBy>, take: usize) -> SummaryBody {
        let group = |(common, counts): &(Common, Counts)| GroupBody {
            common: CommonBody::from(*common),
            counts: CountsBody::from(counts),
        };
        SummaryBody {
            all: CountsBody::from(&self.all),
            by: by.map(|by| by.as_str().to_owned()),
            groups: self.groups.iter().take(take).map(group).collect(),
            more_groups: self.groups.len().saturating_sub(take),
        }
    }
}

impl From<Common> for CommonBody {
    fn from(common: Common) -> Self {
        match common {
            Common::User(user) => Self::UserId(user),
            Common::Key(key) => Self::CredentialId(key),
            Common::Rank(rank) => Self::Rank(rank),
            Common::Hour(hour) => Self::Hour(Time(hour)),
        }
    }
}

impl From<&Counts> for CountsBody {
    fn from(counts: &Counts) -> Self {
        Self {
            changes: counts.changes,
            ranks_given: counts.given,
            ranks_taken: counts.taken,
            members: counts.members.len(),
            first: counts.span.map(|(first, _)| Time(first)),
            last: counts.span.map(|(_, last)| Time(last)),
        }
    }
}
