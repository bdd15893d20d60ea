//! From a request to change an account's ranks to the transition that carries it out.

use jiff::Timestamp;

use crate::account::{Account, HeldRank};
use crate::authority::Authority;
use crate::ids::RankId;
use crate::rank::{CommunityRanks, RankName};
use crate::refusal::{NamedEntry, Refusal, RetiredEntry};
use crate::transition::{Transition, automatic_status};

/// A request to change ranks. Each part is optional, at least one is present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeRequest {
    /// The ranks to start from, instead of those held.
    pub set: Option<Vec<RankName>>,
    /// The ranks that join.
    pub add: Option<Vec<RankName>>,
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

fn status_after(account: &Account, authority: &Authority, after: &[HeldRank], active: Option<bool>) -> bool {
    match active {
        Some(active) => active,
        None if after == account.ranks => account.com_status,
        None => automatic_status(after, account.com_status, authority.holds_status_down(account)),
    }
}

/// The lists of a request with every name resolved.
struct Lists {
    set: Option<Vec<RankId>>,
    add: Vec<RankId>,
    remove: Vec<RankId>,
}

impl Lists {
    /// Resolves every name, or names every entry that is no rank of this community.
    fn resolve(ranks: &CommunityRanks, request: &ChangeRequest) -> Result<Self, Refusal> {
        let mut unknown = Vec::new();
        let mut resolve = |list: &str, names: &[RankName]| -> Vec<RankId> {
            let mut known = Vec::with_capacity(names.len());
            for (index, name) in names.iter().enumerate() {
                match ranks.resolve(name) {
                    Some(rank) => known.push(rank.id),
                    None => unknown
                        .push(NamedEntry { pointer: format!("/{list}/{index}"), name: name.to_string() }),
                }
            }
            known
        };
        let set = request.set.as_deref().map(|names| resolve("set", names));
        let add = resolve("add", request.add.as_deref().unwrap_or_default());
        let remove = resolve("remove", request.remove.as_deref().unwrap_or_default());
        if unknown.is_empty() { Ok(Self { set, add, remove }) } else { Err(Refusal::UnknownRank(unknown)) }
    }

    /// A retired rank may stay where it is held, and may be removed, but is not given any more.
    fn refuse_retired(&self, account: &Account, ranks: &CommunityRanks) -> Result<(), Refusal> {
        let named = [("set", self.set.as_deref().unwrap_or_default()), ("add", self.add.as_slice())];
        let mut retired = Vec::new();
        for (list, ids) in named {
            for (index, &rank) in ids.iter().enumerate() {
                if ranks.is_retired(rank) && !account.holds(rank) {
                    let pointer = Some(format!("/{list}/{index}"));
                    retired.push(RetiredEntry { pointer, rank, label: ranks.label(rank) });
                }
            }
        }
        if retired.is_empty() { Ok(()) } else { Err(Refusal::RankRetired(retired)) }
    }

    /// The ranks held afterwards: those already held keep their place and their end, new ones follow in the order
    /// given, each once.
    fn apply_to(&self, held: &[HeldRank]) -> Vec<HeldRank> {
        let in_base = |rank: RankId| self.set.as_ref().is_none_or(|set| set.contains(&rank));
        let wanted =
            |rank: RankId| (in_base(rank) || self.add.contains(&rank)) && !self.remove.contains(&rank);

        let mut after: Vec<HeldRank> = held.iter().copied().filter(|held| wanted(held.rank)).collect();
        for &rank in self.set.iter().flatten().chain(&self.add) {
            if wanted(rank) && !after.iter().any(|held| held.rank == rank) {
                after.push(HeldRank::permanent(rank));
            }
        }
        after
    }
}
