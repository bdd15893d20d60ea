//! The queue: commands in lanes, each of which is worked on by one writer at a time.
//!
//! Where communities can be written to side by side, each has a lane of its own; else all commands share one.
//! A lane exists as long as commands are queued in it or a writer works on it. A writer claims the lanes with
//! queued commands, as many as fill a group: the cost is the commit, not the number of communities in it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rankledger_domain::ids::CommunityId;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::queued::Queued;

/// Number of active writers in normal operation: while one commits, the other takes the queued commands.
const TURNS: usize = 2;

/// Time after which a writer claims lanes out of turn: the active writers may be waiting for something.
const PATIENCE: Duration = Duration::from_millis(100);

/// The commands that wait, all lanes together.
pub(super) struct Lanes {
    state: Mutex<State>,
    /// At least one permit if there is a lane that is ready.
    ready: Semaphore,
    turns: Semaphore,
    capacity: usize,
    /// Whether each community has a lane of its own.
    apart: bool,
}

#[derive(Default)]
struct State {
    /// The commands that wait in each lane. A lane that is worked on stays, even if no command waits in it.
    lanes: HashMap<Option<CommunityId>, VecDeque<Box<dyn Queued>>>,
    /// Lanes in which something waits and that nobody works on, in the order in which they are to be taken.
    ready: VecDeque<Option<CommunityId>>,
    /// The ready lanes that are each claimed alone: somebody else is writing to their community, and the
    /// writer has to wait for it.
    alone: HashSet<Option<CommunityId>>,
    waiting: usize,
    closed: bool,
}

/// Why a command was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// As many wait as may.
    Full,
    /// No command is taken any more.
    Closed,
}

impl Lanes {
    /// Lanes in which `capacity` commands may wait altogether: one for each community, or one for all.
    pub(super) fn new(capacity: usize, apart: bool) -> Self {
        Self {
            state: Mutex::default(),
            ready: Semaphore::new(0),
            turns: Semaphore::new(TURNS),
            capacity,
            apart,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a command of this community; of several, if none is named.
    pub(super) fn put(&self, community: Option<CommunityId>, job: Box<dyn Queued>) -> Result<(), NotTaken> {
        let lane = community.filter(|_| self.apart);
        let mut state = self.state();
        if state.closed {
            return Err(NotTaken::Closed);
        }
        if state.waiting >= self.capacity {
            return Err(NotTaken::Full);
        }
        state.waiting += 1;
        if let Some(waiting) = state.lanes.get_mut(&lane) {
            waiting.push_back(job);
        } else {
            state.lanes.insert(lane, VecDeque::from([job]));
            state.ready.push_back(lane);
            self.ready.add_permits(1);
        }
        Ok(())
    }

    /// Whether the lanes refuse new commands.
    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Takes no more commands; what is queued is still worked on.
    pub(super) fn close(&self) {
        self.state().closed = true;
        // A writer that waits for a lane sees that there will be none.
        self.ready.close();
    }

    /// Removes the commands that wait and returns them: nobody will work on them.
    pub(super) fn drain(&self) -> Vec<Box<dyn Queued>> {
        let mut state = self.state();
        state.waiting = 0;
        state.lanes.values_mut().flat_map(std::mem::take).collect()
    }

    /// Claims lanes with queued commands, as many as fill a group of this size. Returns `None` once the lanes
    /// are closed and no command waits in a lane that nobody works on.
    pub(super) async fn claim(&self, limit: usize) -> Option<Claim<'_>> {
        loop {
            let last = self.ready.acquire().await.map(SemaphorePermit::forget).is_err();
            let turn = timeout(PATIENCE, self.turns.acquire()).await.ok().and_then(Result::ok);
            let mut state = self.state();
            let claimed = state.claim(limit);
            if !claimed.is_empty() {
                // While nobody can put more: each lane that is ready is to have a permit.
                self.ready.forget_permits(claimed.len() - 1);
                drop(state);
                return Some(Claim { lanes: self, claimed, _turn: turn });
            }
            drop(state);
            if last {
                return None;
            }
        }
    }
}

impl State {
    /// The lanes of communities that are ready; or one that is to be worked on by itself.
    fn claim(&mut self, limit: usize) -> Vec<Option<CommunityId>> {
        if let Some(first) = self.ready.front()
            && (first.is_none() || self.alone.remove(first))
        {
            return self.ready.drain(..1).collect();
        }
        let mut commands = 0;
        let together = self.ready.iter().take_while(|lane| {
            let has_room = commands < limit && lane.is_some() && !self.alone.contains(*lane);
            commands += self.lanes.get(*lane).map_or(0, VecDeque::len);
            has_room
        });
        let together = together.count();
        self.ready.drain(..together).collect()
    }

    /// Puts a lane that nobody works on any more behind the other ready lanes if commands wait in it; else
    /// removes it. Returns whether it is ready.
    fn give_back(&mut self, lane: Option<CommunityId>) -> bool {
        let is_ready = self.lanes.get(&lane).is_some_and(|waiting| !waiting.is_empty());
        if is_ready {
            self.ready.push_back(lane);
        } else {
            self.lanes.remove(&lane);
        }
        is_ready
    }
}

/// Lanes that are worked on.
pub(super) struct Claim<'a> {
    lanes: &'a Lanes,
    claimed: Vec<Option<CommunityId>>,
    _turn: Option<SemaphorePermit<'a>>,
}

impl Claim<'_> {
    /// Returns the communities of these lanes. `None` if it is the lane of several communities.
    pub(super) fn communities(&self) -> Option<Vec<CommunityId>> {
        self.claimed.iter().copied().collect()
    }

    /// Whether the claim is of one lane only.
    pub(super) fn is_of_one_lane(&self) -> bool {
        self.claimed.len() == 1
    }

    /// Gives back the lanes of other communities than these. Each is claimed by itself the next time.
    pub(super) fn keep(&mut self, communities: &[CommunityId]) {
        let is_kept =
            |lane: &Option<CommunityId>| lane.is_none_or(|community| communities.contains(&community));
        let (kept, others): (_, Vec<_>) = std::mem::take(&mut self.claimed).into_iter().partition(is_kept);
        self.claimed = kept;
        self.lanes.state().alone.extend(&others);
        self.give_back(others);
    }

    fn give_back(&self, lanes: Vec<Option<CommunityId>>) {
        let mut state = self.lanes.state();
        for lane in lanes {
            if state.give_back(lane) && !state.closed {
                self.lanes.ready.add_permits(1);
            }
        }
    }

    /// Moves what waits to the end of the group, which grows to `limit` at the most.
    pub(super) fn take(&mut self, group: &mut Vec<Box<dyn Queued>>, limit: usize) {
        let mut state = self.lanes.state();
        for lane in &self.claimed {
            let room = limit.saturating_sub(group.len());
            let Some(waiting) = state.lanes.get_mut(lane) else { continue };
            let taken = waiting.len().min(room);
            group.extend(waiting.drain(..taken));
            state.waiting -= taken;
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let claimed = std::mem::take(&mut self.claimed);
        self.give_back(claimed);
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use rankledger_storage::StorageError;
    use rankledger_storage::prefetch::Prefetch;

    use super::*;
    use crate::ops::Work;

    /// A command that nobody runs.
    struct Waiting;

    #[async_trait]
    impl Queued for Waiting {
        fn is_awaited(&self) -> bool {
            true
        }

        fn prefetch(&self, _: &mut Prefetch) {}

        fn needs_savepoint(&self) -> bool {
            false
        }

        async fn run(&mut self, _: &mut Work<'_>) -> Result<bool, StorageError> {
            Ok(false)
        }

        fn was_run(&self) -> bool {
            false
        }

        fn has_failed(&self) -> bool {
            false
        }

        fn blame(&mut self, _: StorageError) {}

        fn answer(self: Box<Self>) {}

        fn fail(self: Box<Self>, _: &StorageError) {}
    }

    /// Lanes in which commands of these communities wait; 0 stands for several communities.
    fn lanes(waiting: &[i64]) -> Lanes {
        let lanes = Lanes::new(10, true);
        for &community in waiting {
            put(&lanes, community).expect("there is room");
        }
        lanes
    }

    fn put(lanes: &Lanes, community: i64) -> Result<(), NotTaken> {
        lanes.put((community != 0).then_some(CommunityId(community)), Box::new(Waiting))
    }

    /// The next claim, its communities, and how many commands it takes.
    async fn claim(lanes: &Lanes, limit: usize) -> (Claim<'_>, Option<Vec<i64>>, usize) {
        let mut claim = lanes.claim(limit).await.expect("something waits");
        let mut group = Vec::new();
        claim.take(&mut group, limit);
        let communities = claim.communities();
        (claim, communities.map(|ids| ids.into_iter().map(|id| id.0).collect()), group.len())
    }

    #[tokio::test]
    async fn a_writer_claims_every_lane_in_which_something_waits() {
        let lanes = lanes(&[1, 2, 1, 3]);
        let (_claim, communities, taken) = claim(&lanes, 256).await;
        assert_eq!((communities, taken), (Some(vec![1, 2, 3]), 4));
    }

    #[tokio::test]
    async fn no_more_lanes_than_a_group_has_room_for_are_claimed() {
        let lanes = lanes(&[1, 2, 3]);
        let (_one, communities, taken) = claim(&lanes, 2).await;
        assert_eq!((communities, taken), (Some(vec![1, 2]), 2));
        let (_other, communities, taken) = claim(&lanes, 2).await;
        assert_eq!((communities, taken), (Some(vec![3]), 1));
    }

    #[tokio::test]
    async fn a_lane_that_fills_a_group_takes_no_other_along() {
        let lanes = lanes(&[1, 1, 1, 2]);
        let (_one, communities, taken) = claim(&lanes, 2).await;
        assert_eq!((communities, taken), (Some(vec![1]), 2));
        let (_other, communities, taken) = claim(&lanes, 2).await;
        assert_eq!((communities, taken), (Some(vec![2]), 1));
    }

    #[tokio::test]
    async fn a_community_that_somebody_else_writes_to_is_claimed_by_itself_the_next_time() {
        let lanes = lanes(&[1, 2, 3]);
        let mut all = lanes.claim(256).await.expect("something waits");
        all.keep(&[1, 3].map(CommunityId));
        assert_eq!(all.communities(), Some([1, 3].map(CommunityId).into()));
        put(&lanes, 4).expect("there is room");
        let (_two, communities, taken) = claim(&lanes, 256).await;
        assert_eq!((communities, taken), (Some(vec![2]), 1));
        let (_four, communities, _) = claim(&lanes, 256).await;
        assert_eq!(communities, Some(vec![4]));
        let mut group = Vec::new();
        all.take(&mut group, 256);
        assert_eq!(group.len(), 2);
    }

    #[tokio::test]
    async fn what_writes_to_several_communities_is_claimed_by_itself() {
        let lanes = lanes(&[1, 0, 2]);
        for expected in [Some(vec![1]), None, Some(vec![2])] {
            let (_, communities, _) = claim(&lanes, 256).await;
            assert_eq!(communities, expected);
        }
    }

    #[tokio::test]
    async fn a_lane_that_is_worked_on_is_nobody_elses() {
        let lanes = lanes(&[1]);
        let (one, ..) = claim(&lanes, 256).await;
        put(&lanes, 1).expect("there is room");
        put(&lanes, 2).expect("there is room");
        let (other, communities, taken) = claim(&lanes, 256).await;
        assert_eq!((communities, taken), (Some(vec![2]), 1));
        drop((one, other));
        let (_claim, communities, taken) = claim(&lanes, 256).await;
        assert_eq!((communities, taken), (Some(vec![1]), 1), "it came meanwhile");
    }

    /// Or else communities that are held up would hold up all others.
    #[tokio::test]
    async fn who_waits_for_long_is_claimed_although_it_is_nobodys_turn() {
        let lanes = lanes(&[]);
        let mut claims = Vec::new();
        for community in 1..=5 {
            put(&lanes, community).expect("there is room");
            let (next, communities, _) = claim(&lanes, 256).await;
            assert_eq!(communities, Some(vec![community]));
            claims.push(next);
        }
        assert_eq!(claims.len(), 5);
    }

    #[tokio::test]
    async fn what_waits_when_the_lanes_are_closed_is_claimed_still() {
        let lanes = lanes(&[1, 2]);
        lanes.close();
        assert_eq!(put(&lanes, 3), Err(NotTaken::Closed));
        let (last, communities, _) = claim(&lanes, 256).await;
        assert_eq!(communities, Some(vec![1, 2]));
        drop(last);
        assert!(lanes.claim(256).await.is_none());
    }

    #[tokio::test]
    async fn no_more_wait_than_may() {
        let lanes = lanes(&[1; 10]);
        assert_eq!(put(&lanes, 2), Err(NotTaken::Full));
        let (_claim, _, taken) = claim(&lanes, 256).await;
        assert_eq!(taken, 10);
        assert_eq!(put(&lanes, 2), Ok(()));
    }
}
