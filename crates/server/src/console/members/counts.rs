//! How many members there are: in all, with each rank, in each department. Counting looks at every member, so
//! the counts are kept while nothing has changed, and in a large community for a moment longer.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rankledger_domain::ids::{CommunityId, DepartmentId, RankId};
use rankledger_storage::StorageError;
use rankledger_storage::roster::RosterMark;

use crate::console::parts::structure::Structure;
use crate::console::visit::Visit;
use crate::http::App;
use crate::http::feature::Feature;

/// Number of members from which on counts may be as old as [`KEPT`].
const LARGE: u32 = 20_000;

/// The longest time for which the counts of a large community are kept while it changes.
const KEPT: Duration = Duration::from_secs(10);

/// How many members there are.
#[derive(Debug, Default)]
pub(in crate::console) struct Counts {
    pub(in crate::console) members: u32,
    /// Those who hold a rank.
    pub(in crate::console) holders: u32,
    pub(in crate::console) banned: u32,
    pub(in crate::console) archived: u32,
    pub(in crate::console) by_department: HashMap<DepartmentId, u32>,
    pub(in crate::console) by_rank: HashMap<RankId, u32>,
}

/// What was counted last in each community.
#[derive(Default)]
struct Counted(Mutex<HashMap<CommunityId, Count>>);

/// What was counted, when, and at which end of the log.
#[derive(Clone)]
struct Count {
    at: Duration,
    end: i64,
    counts: Arc<Counts>,
}

impl Feature for Counted {
    fn new(_: &App) -> Self {
        Self::default()
    }
}

impl Counts {
    /// Returns the counts of the community.
    pub(in crate::console) async fn of(
        visit: &mut Visit,
        structure: &Structure,
    ) -> Result<Arc<Self>, StorageError> {
        let (community, counted) = (visit.community(), visit.app.feature::<Counted>());
        let end = visit.tx.end_of_events(community).await?.0;
        let now = visit.app.clock.elapsed();
        let kept = counted.0.lock().unwrap_or_else(PoisonError::into_inner).get(&community).cloned();
        if let Some(kept) = kept
            && (kept.end == end || (kept.counts.members >= LARGE && now < kept.at + KEPT))
        {
            return Ok(kept.counts);
        }
        let mut counts = Self::default();
        visit.tx.each_of_roster(community, &mut |mark| counts.add(&mark, structure)).await?;
        let counts = Arc::new(counts);
        let mut all = counted.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(community, Count { at: now, end, counts: Arc::clone(&counts) });
        Ok(counts)
    }

    fn add(&mut self, mark: &RosterMark, structure: &Structure) {
        self.members += 1;
        self.holders += u32::from(!mark.ranks.is_empty());
        self.banned += u32::from(mark.banned);
        self.archived += u32::from(mark.archived);
        let mut departments = HashSet::new();
        for held in &mark.ranks {
            *self.by_rank.entry(held.rank).or_default() += 1;
            if let Some(of) = structure.rank(held.rank)
                && departments.insert(of.rank.department)
            {
                *self.by_department.entry(of.rank.department).or_default() += 1;
            }
        }
    }
}
