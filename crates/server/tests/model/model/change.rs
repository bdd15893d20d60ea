//! Meaning of a rank change: the section "What a rank change means" of the design. A promotion flow is
//! carried out as a rank change too.

use super::{Grant, Model, Plan, gains, grant_of, is_later, same_ranks};
use crate::community::{Account, Direction, FLOWS, Rank};
use crate::outcome::Refusal;
use crate::steps::{Actor, End, Entry, Hour, Request};

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
        force: bool,
    ) -> (bool, Option<usize>) {
        let flow = &FLOWS[flow];
        let other = if promote { Direction::Demote } else { Direction::Promote };
        if flow.direction == other {
            return (false, None);
        }
        let (add, remove) = if promote { (flow.add, flow.remove) } else { (flow.remove, flow.add) };
        let held = self.held(user);
        let holds = |rank: &Rank| grant_of(&held, *rank).is_some();
        let stands_before = remove.is_empty() || remove.iter().any(holds);
        let stands_behind = !add.is_empty() && add.iter().all(holds);
        if !force && (!stands_before || stands_behind) {
            return (false, None);
        }
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
        if asked(request).any(|(list, entry)| self.retired[entry.rank] && self.is_more(&before, list, *entry))
        {
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
        self.check_frozen(by)?;
        Ok(self.record(account, plan, source, Some(by), None))
    }

    /// Returns the ranks after a request. The base is `set`, or the ranks held; `add` joins them; `remove`
    /// wins. A rank that stays keeps its position, and its end unless another is given.
    fn ranks_after(&self, before: &[Grant], request: &Request) -> Vec<Grant> {
        let is_asked = |rank: Rank| asked(request).any(|(_, entry)| entry.rank == rank);
        let stays = |grant: &&Grant| request.set.is_none() || is_asked(grant.rank);
        let mut wanted: Vec<_> = before.iter().filter(stays).map(|grant| grant.rank).collect();
        for (_, entry) in asked(request) {
            if !wanted.contains(&entry.rank) {
                wanted.push(entry.rank);
            }
        }
        wanted.retain(|rank| !request.remove.iter().flatten().any(|removed| removed == rank));
        wanted.into_iter().map(|rank| self.grant_after(before, request, rank)).collect()
    }

    /// Returns the grant of a rank with the end that the request gives it, if it gives one. Of several
    /// entries the last one with an end counts.
    fn grant_after(&self, before: &[Grant], request: &Request, rank: Rank) -> Grant {
        let held = grant_of(before, rank);
        let said = |(_, entry): &(List, &Entry)| entry.rank == rank && entry.end != End::Unsaid;
        let said = asked(request).filter(said).last();
        let (list, end) = said.map_or((List::Add, End::Unsaid), |(list, entry)| (list, entry.end));
        Grant { rank, end: self.end_after(held, list, end) }
    }

    fn end_after(&self, held: Option<Grant>, list: List, end: End) -> Option<Hour> {
        let before = held.and_then(|held| held.end);
        match end {
            End::Unsaid => before,
            End::Never => None,
            End::Replaced(hours) => Some(self.now + hours),
            End::At(hours) | End::In(hours) if list == List::Set || held.is_none() => Some(self.now + hours),
            End::At(hours) | End::In(hours) => before.map(|end| end.max(self.now + hours)),
            End::Extended(hours) if held.is_none() => Some(self.now + hours),
            End::Extended(hours) => before.map(|end| end.max(self.now) + hours),
        }
    }

    /// Returns whether an entry, taken alone, gives a rank that is not held, or gives one for longer.
    fn is_more(&self, before: &[Grant], list: List, entry: Entry) -> bool {
        let held = grant_of(before, entry.rank);
        held.is_none_or(|held| is_later(self.end_after(Some(held), list, entry.end), held.end))
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

/// The list of a request that an entry stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Set,
    Add,
}

/// Returns the entries of `set`, then those of `add`.
fn asked(request: &Request) -> impl Iterator<Item = (List, &Entry)> {
    let set = request.set.iter().flatten().map(|entry| (List::Set, entry));
    set.chain(request.add.iter().flatten().map(|entry| (List::Add, entry)))
}
