//! Meaning of a rank change: the section "What a rank change means" of the design. A promotion flow is
//! carried out as a rank change too.

use super::{Grant, Model, Plan, gains, grant_of, is_later, same_ranks};
use crate::community::{Account, Direction, FLOWS, Rank};
use crate::outcome::Refusal;
use crate::steps::{Actor, End, Entry, Request};

impl Model {
    /// Carries out Set Account Ranks. Returns the number of the recorded change. `None` if nothing was
    /// recorded.
    pub(super) fn change(
        &mut self,
        by: Actor,
        account: Account,
        request: &Request,
    ) -> Result<Option<usize>, Refusal> {
        self.request(by, account, request, "api")
    }

    /// Runs a flow on one account. Returns whether that was possible, and the number of the change, if one
    /// was recorded.
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
        let after = self.ranks_after(&before, request);
        if asked(request).any(|entry| self.retired[entry.rank] && self.is_more(&before, *entry)) {
            return Err(Refusal::new(422, "rank-retired"));
        }
        let status = match request.active {
            Some(active) => active,
            None if same_ranks(&before, &after) => status_before,
            None => self.status_that_follows(by, account, &after),
        };
        if after == before && status == status_before {
            return Ok(None);
        }
        let gains = gains(&before, &after);
        let plan = Plan { after, status, active: request.active };
        self.check_change(self.authority(by), account, &plan)?;
        if gains || request.active == Some(true) {
            self.barred(account).map_or(Ok(()), Err)?;
        }
        Ok(self.record(account, plan, source, Some(by), None))
    }

    /// Returns the ranks after a request. The base is `set`, or the ranks held; `add` joins them; `remove`
    /// wins. A rank that stays keeps its position, and its end unless another is given.
    fn ranks_after(&self, before: &[Grant], request: &Request) -> Vec<Grant> {
        let stays =
            |grant: &&Grant| request.set.is_none() || asked(request).any(|entry| entry.rank == grant.rank);
        let mut wanted: Vec<_> = before.iter().filter(stays).copied().collect();
        for entry in asked(request) {
            if grant_of(&wanted, entry.rank).is_none() {
                wanted.push(Grant { rank: entry.rank, end: None });
            }
        }
        for grant in &mut wanted {
            *grant = self.with_end_asked(request, *grant);
        }
        wanted.retain(|grant| !request.remove.iter().flatten().any(|rank| *rank == grant.rank));
        wanted
    }

    /// Returns a grant with the end that the request gives it, if it gives one. Of several entries the last
    /// one with an end counts.
    fn with_end_asked(&self, request: &Request, grant: Grant) -> Grant {
        let said = |entry: &&Entry| entry.rank == grant.rank && entry.end != End::Unsaid;
        asked(request).rfind(said).map_or(grant, |entry| self.with_end(grant, entry.end))
    }

    fn with_end(&self, grant: Grant, end: End) -> Grant {
        let end = match end {
            End::Unsaid => grant.end,
            End::Never => None,
            End::At(hours) | End::In(hours) => Some(self.now + hours),
        };
        Grant { end, ..grant }
    }

    /// Returns whether an entry, taken alone, gives a rank that is not held, or gives one for longer.
    fn is_more(&self, before: &[Grant], entry: Entry) -> bool {
        let held = grant_of(before, entry.rank);
        held.is_none_or(|held| is_later(self.with_end(held, entry.end).end, held.end))
    }

    /// Returns the status if the request gives none: whether a rank is held. Not every account becomes active
    /// by that.
    pub(super) fn status_that_follows(&self, by: Actor, account: Account, after: &[Grant]) -> bool {
        !after.is_empty() && (self.active(account) || self.may_rise(by, account))
    }

    /// Returns whether an account can become active without a request for it. Not while it is banned or
    /// archived, and not by the person's own change, except for the owner, who stands above all.
    pub(super) fn may_rise(&self, by: Actor, account: Account) -> bool {
        self.barred(account).is_none() && (by.person != Some(account) || Self::owns(account))
    }
}

/// Returns the entries of `set`, then those of `add`.
fn asked(request: &Request) -> impl DoubleEndedIterator<Item = &Entry> {
    request.set.iter().chain(&request.add).flatten()
}
