//! From a request to change an account's ranks to the transition that carries it out.

use jiff::Timestamp;

use crate::account::{Account, HeldRank};
use crate::authority::Authority;
use crate::grant::{Grant, GrantEnd};
use crate::ids::RankId;
use crate::rank::{CommunityRanks, RankName};
use crate::refusal::{EndedEntry, NamedEntry, Refusal, RetiredEntry};
use crate::transition::{Transition, automatic_status, same_ranks};

/// A request to change ranks. Each part is optional, at least one is present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeRequest {
    /// The ranks to start from, instead of those held.
    pub set: Option<Vec<Grant>>,
    /// The ranks that join.
    pub add: Option<Vec<Grant>>,
    /// The ranks that are taken out at the end: it wins over `set` and `add`.
    pub remove: Option<Vec<RankName>>,
    /// The status to have afterwards.
    pub active: Option<bool>,
}

/// Plans a rank change: all of it, or a refusal that says why. `None` if nothing would change.
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
    lists.refuse_retired(account, ranks)?;
    lists.refuse_ended(ranks, now)?;

    let after = lists.apply_to(&account.ranks);
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

/// A banned or archived account gains nothing.
pub(crate) fn refuse_gain(account: &Account) -> Result<(), Refusal> {
    match account {
        Account { banned: true, .. } => Err(Refusal::AccountBanned),
        Account { archived: true, .. } => Err(Refusal::AccountArchived),
        _ => Ok(()),
    }
}

/// Without a wish the status follows from the ranks; it stays where only the ends of grants change.
fn status_after(account: &Account, authority: &Authority, after: &[HeldRank], active: Option<bool>) -> bool {
    match active {
        Some(active) => active,
        None if same_ranks(after, &account.ranks) => account.com_status,
        None => automatic_status(after, account.com_status, authority.holds_status_down(account)),
    }
}

/// An entry of `set` or `add`, its name resolved.
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
    /// Resolves every name, or names every entry that is no rank of this community.
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
        let remove = remove.filter_map(|(index, name)| resolve("remove", index, name)).collect();
        if unknown.is_empty() { Ok(Self { set, add, remove }) } else { Err(Refusal::UnknownRank(unknown)) }
    }

    /// A retired rank may stay where it is held, for a shorter time too, and may be removed; but it is not given any
    /// more, nor for longer than it was.
    fn refuse_retired(&self, account: &Account, ranks: &CommunityRanks) -> Result<(), Refusal> {
        let gives = |entry: Entry| match account.grant_of(entry.rank) {
            Some(held) => entry.end.apply_to(held).outlasts(held),
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

    /// A grant is given until a time that is to come.
    fn refuse_ended(&self, ranks: &CommunityRanks, now: Timestamp) -> Result<(), Refusal> {
        let ended = |(list, index, entry): (&str, usize, Entry)| match entry.end {
            GrantEnd::At(end) if end <= now => {
                Some(EndedEntry { pointer: pointer(list, index), label: ranks.label(entry.rank), end })
            }
            _ => None,
        };
        let ended: Vec<_> = self.given().filter_map(ended).collect();
        if ended.is_empty() { Ok(()) } else { Err(Refusal::EndHasPassed(ended)) }
    }

    /// The entries of `set`, then those of `add`, each with its list and its place in it.
    fn given(&self) -> impl Iterator<Item = (&'static str, usize, Entry)> {
        let set = self.set.iter().flatten().copied().enumerate().map(|(index, entry)| ("set", index, entry));
        let add = self.add.iter().copied().enumerate().map(|(index, entry)| ("add", index, entry));
        set.chain(add)
    }

    /// What the request says of the end of this rank: the last entry that says something counts.
    fn end_of(&self, rank: RankId) -> GrantEnd {
        let ends = self.given().filter(|(_, _, entry)| entry.rank == rank).map(|(_, _, entry)| entry.end);
        ends.filter(|end| *end != GrantEnd::Keep).last().unwrap_or(GrantEnd::Keep)
    }

    /// The ranks held afterwards: those already held keep their place, and their end unless another is asked for; new
    /// ones follow in the order given, each once.
    fn apply_to(&self, held: &[HeldRank]) -> Vec<HeldRank> {
        let names = |entries: &[Entry], rank: RankId| entries.iter().any(|entry| entry.rank == rank);
        let in_base = |rank: RankId| self.set.as_ref().is_none_or(|set| names(set, rank));
        let wanted = |rank: RankId| (in_base(rank) || names(&self.add, rank)) && !self.remove.contains(&rank);

        let stay = held.iter().copied().filter(|held| wanted(held.rank));
        let mut after: Vec<HeldRank> = stay.map(|held| self.end_of(held.rank).apply_to(held)).collect();
        for (_, _, Entry { rank, .. }) in self.given() {
            if wanted(rank) && !after.iter().any(|held| held.rank == rank) {
                after.push(self.end_of(rank).apply_to(HeldRank::permanent(rank)));
            }
        }
        after
    }
}

/// The place of an entry in the request: a JSON pointer.
fn pointer(list: &str, index: usize) -> String {
    format!("/{list}/{index}")
}
