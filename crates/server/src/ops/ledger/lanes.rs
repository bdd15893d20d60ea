//! What is queued: commands in lanes, each of which is worked on by one writer at a time.
//!
//! Where communities can be written to side by side, each has a lane of its own; else all commands share one. A lane is there
//! as long as something is queued in it or worked on.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rankledger_domain::ids::CommunityId;
use tokio::sync::Semaphore;

use super::job::Job;

/// The commands that wait, all lanes together.
pub(super) struct Lanes {
    state: Mutex<State>,
    /// As many permits as there are lanes that nobody works on.
    ready: Semaphore,
    capacity: usize,
    /// Whether each community has a lane of its own.
    apart: bool,
}

#[derive(Default)]
struct State {
    /// What waits in each lane. A lane that is worked on stays, even if nothing waits in it.
    lanes: HashMap<Option<CommunityId>, VecDeque<Box<dyn Job>>>,
    /// Lanes in which something waits and that nobody works on, in the order in which they are to be taken.
    ready: VecDeque<Option<CommunityId>>,
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
    /// Lanes in which `capacity` commands may wait altogether, for this many writers.
    pub(super) fn new(capacity: usize, writers: usize) -> Self {
        Self { state: Mutex::default(), ready: Semaphore::new(0), capacity, apart: writers > 1 }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a command of this community; of several, if none is named.
    pub(super) fn put(&self, community: Option<CommunityId>, job: Box<dyn Job>) -> Result<(), NotTaken> {
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

    /// Whether commands are not taken any more.
    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Takes no more commands; what is queued is still worked on.
    pub(super) fn close(&self) {
        self.state().closed = true;
        // Whoever waits for a lane sees that there will be none.
        self.ready.close();
    }

    /// The next lane in which something waits. None once the lanes are closed and nothing waits that nobody works on.
    pub(super) async fn next(&self) -> Option<Lane<'_>> {
        if let Ok(permit) = self.ready.acquire().await {
            permit.forget();
        }
        let community = self.state().ready.pop_front()?;
        Some(Lane { lanes: self, community })
    }
}

/// A lane that is worked on.
pub(super) struct Lane<'a> {
    lanes: &'a Lanes,
    community: Option<CommunityId>,
}

impl Lane<'_> {
    /// Whose lane it is; none if it is that of several communities.
    pub(super) fn community(&self) -> Option<CommunityId> {
        self.community
    }

    /// Moves what waits to the end of the group, which grows to `limit` at the most.
    pub(super) fn take(&mut self, group: &mut Vec<Box<dyn Job>>, limit: usize) {
        let mut state = self.lanes.state();
        let room = limit.saturating_sub(group.len());
        let taken = state.lanes.get_mut(&self.community).map_or(0, |waiting| {
            let taken = waiting.len().min(room);
            group.extend(waiting.drain(..taken));
            taken
        });
        state.waiting -= taken;
    }
}

impl Drop for Lane<'_> {
    /// The lane is ready again if something waits in it, behind the others; else it is gone.
    fn drop(&mut self) {
        let mut state = self.lanes.state();
        let is_empty = state.lanes.get(&self.community).is_none_or(VecDeque::is_empty);
        if is_empty {
            state.lanes.remove(&self.community);
        } else {
            state.ready.push_back(self.community);
            if !state.closed {
                self.lanes.ready.add_permits(1);
            }
        }
    }
}
