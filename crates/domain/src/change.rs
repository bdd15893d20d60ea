//! Plans a rank change: from the request to the transition that carries it out.

use jiff::Timestamp;

use crate::account::{Account, HeldRank};
use crate::authority::Authority;
use crate::grant::{Grant, GrantEnd, latest_end};
use crate::ids::RankId;
use crate::rank::{CommunityRanks, RankName};
use crate::refusal::{EndedEntry, NamedEntry, Refusal, RetiredEntry};
use crate::transition::{Transition, automatic_status, same_ranks};

/// A request to change ranks. Each part is optional, and at least one is present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeRequest {
    /// Ranks to start from, instead of those held.
    pub set: Option<Vec<Grant>>,
    /// Ranks to add.
    pub add: Option<Vec<Grant>>,
    /// Ranks to remove at the end: `remove` wins over `set` and `add`. An id of no rank is one of a rank that
    /// is not held: see [`ChangeRequest::ignored`].
    pub remove: Option<Vec<RankName>>,
    /// Status to have afterwards.
    pub active: Option<bool>,
}

impl ChangeRequest {
    /// Returns the number of ranks that the lists name.
    #[must_use]
    pub fn named(&self) -> usize {
        let grants = [&self.set, &self.add].map(|list| list.as_ref().map_or(0, Vec::len));
        grants.iter().sum::<usize>() + self.remove.as_ref().map_or(0, Vec::len)
    }

    /// Returns the ids in `remove` that are no ranks of the community, each once. Programs send the ranks of
    /// all their mappings, old ones too. A key that is no rank's is likely misspelt, and refused.
    #[must_use]
    pub fn ignored(&self, ranks: &CommunityRanks) -> Vec<RankId> {
        let mut ignored = Vec::new();
        for name in self.remove.iter().flatten() {
            if let RankName::Id(id) = name
                && ranks.get(*id).is_none()
                && !ignored.contains(id)
            {
                ignored.push(*id);
            }
        }
        ignored
    }
}

/// Plans a rank change as a whole; the error says why it is refused. `None` if nothing would change.
pub fn plan_change(
    account: &Account,
    ranks: &CommunityRanks,
    authority: &Authority,
    request: &ChangeRequest,
    now: Timestamp,
) -> Result<Option<Transition>, Refusal> {
    if *request == ChangeRequest::default() {
        return Err(Refusal::EmptyRequest);
    }
    let lists = Lists::resolve(ranks, request)?;
    lists.refuse_retired(account, ranks, now)?;
    lists.refuse_ended(ranks, now)?;
    lists.refuse_too_late(account, ranks, now)?;

    let after = lists.apply_to(&account.ranks, now);
    let transition = Transition {
        status_before: account.com_status,
        status_after: status_after(account, authority, &after, request.active),
        before: account.ranks.clone(),
        after,
        active: request.active,
    };
    if transition.is_nothing() {
        return Ok(None);
    }
    authority.check(account, &transition, ranks, now).map_err(Refusal::InsufficientPower)?;
    if transition.raises() || request.active == Some(true) {
        refuse_gain(account)?;
    }
    Ok(Some(transition))
}

/// Refuses a gain to a banned or archived account.
pub(crate) fn refuse_gain(account: &Account) -> Result<(), Refusal> {
    match account {
        Account { banned: true, .. } => Err(Refusal::AccountBanned),
        Account { archived: true, .. } => Err(Refusal::AccountArchived),
        _ => Ok(()),
    }
}

/// Returns the status after the change. If `active` was not given, the status follows from the ranks; it
/// stays if only the ends of grants change.
fn status_after(account: &Account, authority: &Authority, after: &[HeldRank], active: Option<bool>) -> bool {
    match active {
        Some(active) => active,
        None if same_ranks(after, &account.ranks) => account.com_status,
        None => automatic_status(after, account.com_status, authority.keeps_inactive(account)),
    }
}

/// An entry of `set` or `add` with its name resolved.
#[derive(Clone, Copy)]
struct Entry {
    rank: RankId,
    end: GrantEnd,
}

/// The lists of a request with every name resolved.
struct Lists {
    set: Option<Vec<Entry>>,
    add: Vec<Entry>,
    remove: Vec<RankId>,
}

impl Lists {
    /// Resolves every name. The error names every entry that is no rank of this community, but for ids in
    /// `remove`.
    fn resolve(ranks: &CommunityRanks, request: &ChangeRequest) -> Result<Self, Refusal> {
        let mut unknown = Vec::new();
        let mut resolve = |list: &str, index: usize, name: &RankName| {
            let rank = ranks.resolve(name).map(|rank| rank.id);
            if rank.is_none() {
                unknown.push(NamedEntry { pointer: pointer(list, index), name: name.to_string() });
            }
            rank
        };
        let mut grants = |list: &str, grants: &[Grant]| -> Vec<Entry> {
            let entry = |(index, grant): (usize, &Grant)| {
                resolve(list, index, &grant.name).map(|rank| Entry { rank, end: grant.end })
            };
            grants.iter().enumerate().filter_map(entry).collect()
        };
        let set = request.set.as_deref().map(|set| grants("set", set));
        let add = grants("add", request.add.as_deref().unwrap_or_default());
        let remove = request.remove.iter().flatten().enumerate();
        let remove = remove.filter_map(|(index, name)| match name {
            RankName::Id(id) => Some(*id),
            RankName::Key(_) => resolve("remove", index, name),
        });
        let remove = remove.collect();
        if unknown.is_empty() { Ok(Self { set, add, remove }) } else { Err(Refusal::UnknownRank(unknown)) }
    }

    /// Refuses to give a retired rank, or to give it for longer than it is held. A retired rank may stay
    /// where it is held, for a shorter time too, and may be removed.
    fn refuse_retired(
        &self,
        account: &Account,
        ranks: &CommunityRanks,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let gives = |entry: Entry| match account.grant_of(entry.rank) {
            Some(held) => entry.end.apply_to(entry.rank, Some(held), now).outlasts(held),
            None => true,
        };
        let refused = self.given().filter(|&(_, _, entry)| ranks.is_retired(entry.rank) && gives(entry));
        let retired: Vec<_> = refused
            .map(|(list, index, Entry { rank, .. })| RetiredEntry {
                pointer: Some(pointer(list, index)),
                rank,
                label: ranks.label(rank),
            })
            .collect();
        if retired.is_empty() { Ok(()) } else { Err(Refusal::RankRetired(retired)) }
    }

    /// Refuses grants whose end is not in the future.
    fn refuse_ended(&self, ranks: &CommunityRanks, now: Timestamp) -> Result<(), Refusal> {
        let ended = |(list, index, entry): (&str, usize, Entry)| match entry.end {
            GrantEnd::At(end) | GrantEnd::AtLeast(end) if end <= now => {
                Some(EndedEntry { pointer: pointer(list, index), label: ranks.label(entry.rank), end })
            }
            _ => None,
        };
        let ended: Vec<_> = self.given().filter_map(ended).collect();
        if ended.is_empty() { Ok(()) } else { Err(Refusal::EndHasPassed(ended)) }
    }

    /// Refuses to extend a grant beyond [`latest_end`].
    fn refuse_too_late(
        &self,
        account: &Account,
        ranks: &CommunityRanks,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let too_late = |(list, index, entry): (&str, usize, Entry)| {
            let GrantEnd::Later(_) = entry.end else { return None };
            let grant = entry.end.apply_to(entry.rank, account.grant_of(entry.rank), now);
            let end = grant.expires_at.filter(|end| *end > latest_end(now))?;
            Some(EndedEntry { pointer: pointer(list, index), label: ranks.label(entry.rank), end })
        };
        let too_late: Vec<_> = self.given().filter_map(too_late).collect();
        if too_late.is_empty() { Ok(()) } else { Err(Refusal::EndTooLate(too_late)) }
    }

    /// Returns the entries of `set`, then those of `add`, each with its list and its index in the list.
    fn given(&self) -> impl Iterator<Item = (&'static str, usize, Entry)> {
        let set = self.set.iter().flatten().copied().enumerate().map(|(index, entry)| ("set", index, entry));
        let add = self.add.iter().copied().enumerate().map(|(index, entry)| ("add", index, entry));
        set.chain(add)
    }

    /// Returns the end that the request gives for this rank: the last entry that gives one counts.
    fn end_of(&self, rank: RankId) -> GrantEnd {
        let ends = self.given().filter(|(_, _, entry)| entry.rank == rank).map(|(_, _, entry)| entry.end);
        ends.filter(|end| *end != GrantEnd::Keep).last().unwrap_or(GrantEnd::Keep)
    }

    /// Returns the ranks held afterwards. Those already held keep their position, and their end unless
    /// another is asked for. New ones follow in the order given, each once.
    fn apply_to(&self, held: &[HeldRank], now: Timestamp) -> Vec<HeldRank> {
        let names = |entries: &[Entry], rank: RankId| entries.iter().any(|entry| entry.rank == rank);
        let in_base = |rank: RankId| self.set.as_ref().is_none_or(|set| names(set, rank));
        let wanted = |rank: RankId| (in_base(rank) || names(&self.add, rank)) && !self.remove.contains(&rank);

        let stay = held.iter().copied().filter(|held| wanted(held.rank));
        let grant = |rank: RankId, held: Option<HeldRank>| self.end_of(rank).apply_to(rank, held, now);
        let mut after: Vec<HeldRank> = stay.map(|held| grant(held.rank, Some(held))).collect();
        for (_, _, Entry { rank, .. }) in self.given() {
            if wanted(rank) && !after.iter().any(|held| held.rank == rank) {
                after.push(grant(rank, None));
            }
        }
        after
    }
}

/// Returns the JSON pointer of an entry in the request.
fn pointer(list: &str, index: usize) -> String {
    format!("/{list}/{index}")
}
