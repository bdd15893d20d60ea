//! What a rank change means: the section of that name of the design. A promotion flow asks for one like anybody else.

use super::{Grant, Model, Plan, grant_of};
use crate::community::{Account, Direction, FLOWS, Rank};
use crate::outcome::Refusal;
use crate::steps::{Actor, End, Entry, Request};

impl Model {
    /// Set Account Ranks. Answers the number of what was recorded, if anything was.
    pub(super) fn change(
        &mut self,
        by: Actor,
        account: Account,
        request: &Request,
    ) -> Result<Option<usize>, Refusal> {
        self.request(by, account, request, "api")
    }

    /// Runs a flow on one account. Answers whether that was possible, and the number of what was recorded.
    pub(super) fn flow(
        &mut self,
        by: Actor,
        flow: usize,
        user: Account,
        promote: bool,
    ) -> (bool, Option<usize>) {
        let flow = &FLOWS[flow];
        let other = if promote { Direction::Demote } else { Direction::Promote };
        if flow.direction == other {
            return (false, None);
        }
        let (add, remove) = if promote { (flow.add, flow.remove) } else { (flow.remove, flow.add) };
        let entry = |rank: &Rank| Entry { rank: *rank, end: End::Unsaid };
        let request = Request {
            set: None,
            add: Some(add.iter().map(entry).collect()),
            remove: Some(remove.to_vec()),
            active: None,
        };
        let run = self.request(by, user, &request, "flow");
        (run.is_ok(), run.ok().flatten())
    }

    fn request(
        &mut self,
        by: Actor,
        account: Account,
        request: &Request,
        source: &'static str,
    ) -> Result<Option<usize>, Refusal> {
        let (before, status_before) = (self.held(account), self.active(account));
        let given = || request.set.iter().chain(&request.add).flatten();
        if given().any(|entry| self.retired[entry.rank] && grant_of(&before, entry.rank).is_none()) {
            return Err(Refusal::new(422, "rank-retired"));
        }
        let after = self.ranks_after(&before, request);
        let status = match request.active {
            Some(active) => active,
            None if after == before => status_before,
            None => self.status_that_follows(by, account, &after),
        };
        if after == before && status == status_before {
            return Ok(None);
        }
        let gains = after.iter().any(|grant| grant_of(&before, grant.rank).is_none());
        let plan = Plan { after, status, active: request.active };
        self.check_change(by, account, &plan)?;
        if gains || request.active == Some(true) {
            self.barred(account).map_or(Ok(()), Err)?;
        }
        Ok(self.record(account, plan, source, Some(by), None))
    }

    /// The base is `set`, or what is held; `add` joins; `remove` wins. What is held keeps its place.
    fn ranks_after(&self, before: &[Grant], request: &Request) -> Vec<Grant> {
        let asked = || request.set.iter().chain(&request.add).flatten();
        let stays = |grant: &&Grant| request.set.is_none() || asked().any(|entry| entry.rank == grant.rank);
        let mut wanted: Vec<_> = before.iter().filter(stays).copied().collect();
        for entry in asked() {
            if grant_of(&wanted, entry.rank).is_none() {
                wanted.push(Grant { rank: entry.rank, end: None });
            }
        }
        wanted.retain(|grant| !request.remove.iter().flatten().any(|rank| *rank == grant.rank));
        wanted
    }

    /// The status where none is asked for: whether a rank is held. Not every account becomes active by that.
    pub(super) fn status_that_follows(&self, by: Actor, account: Account, after: &[Grant]) -> bool {
        !after.is_empty() && (self.active(account) || self.may_rise(by, account))
    }

    /// Whether an account can become active without being asked to: not while it is out, and nobody by what they do
    /// themselves.
    pub(super) fn may_rise(&self, by: Actor, account: Account) -> bool {
        self.barred(account).is_none() && by.person != Some(account)
    }
}
