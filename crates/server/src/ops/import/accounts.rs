//! Checks accounts: which stored account each entry is, its number, its ranks. What is written of them is
//! decided in `write_accounts.rs`, entry by entry, so that a large community is not held in memory twice.

use std::collections::HashMap;

use jiff::Timestamp;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::AccountId;
use rankledger_domain::name::check_reason;
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::transition::Transition;
use uuid::Uuid;

use super::checks::{Seen, require_name, resolve_ranks};
use super::document::AccountEntry;
use super::errors::{DocumentErrors, DocumentPlace};
use super::grants::{GrantEntry, check_latest_ends, check_passed_ends};
use super::identities::{Identities, gives_identifiers};
use super::ids::{Claim, NaturalIds};
use super::stored::{Stored, StoredAccounts, fold};
use crate::ops::accounts::create::{FIRST_UNIQUE_ID, MAX_UNIQUE_ID};

/// Which account an entry is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled {
    pub(super) id: AccountId,
    pub(super) unique_id: i64,
    pub(super) is_new: bool,
}

/// The accounts that the document and the database have between them.
pub(super) struct Accounts<'a> {
    /// One for each entry of the document.
    pub(super) settled: Vec<Settled>,
    by_id: HashMap<AccountId, usize>,
    by_name: HashMap<String, Vec<usize>>,
    stored: &'a StoredAccounts,
    identities: &'a Identities<'a>,
}

pub(super) fn check_accounts<'a>(
    entries: &[AccountEntry],
    stored: &'a Stored,
    identities: &'a Identities<'a>,
    ranks: &CommunityRanks,
    ids: NaturalIds,
    now: Timestamp,
    errors: &mut DocumentErrors,
) -> Accounts<'a> {
    let mut accounts = Accounts {
        settled: Vec::with_capacity(entries.len()),
        by_id: HashMap::with_capacity(entries.len()),
        by_name: HashMap::with_capacity(entries.len()),
        stored: &stored.accounts,
        identities,
    };
    let root = DocumentPlace::root("accounts");
    for (index, entry) in entries.iter().enumerate() {
        let place = root.index(index);
        require_name(&entry.name, place.key("name"), errors);
        let names = entry.ranks().iter().map(|grant| &grant.rank);
        if let Some(Err(fault)) = entry.reason.as_deref().map(check_reason) {
            errors.add(place.key("reason"), fault);
        }
        resolve_ranks(names, ranks, place.key("ranks"), errors);
        check_latest_ends(entry.ranks(), now, place.key("ranks"), errors);
        accounts.settle(index, entry, entries, ids, place, errors);
        // One that is stored has begun: the ends that it began with may have passed since.
        if accounts.settled[index].is_new {
            check_passed_ends(entry.ranks(), now, place.key("ranks"), errors);
        }
    }
    number_accounts(entries, &mut accounts, errors);
    check_owner(entries, &accounts, errors);
    accounts
}

impl Accounts<'_> {
    /// Decides which account the entry is.
    fn settle(
        &mut self,
        index: usize,
        entry: &AccountEntry,
        entries: &[AccountEntry],
        ids: NaturalIds,
        place: DocumentPlace<'_>,
        errors: &mut DocumentErrors,
    ) {
        let root = DocumentPlace::root("accounts");
        let folded = fold(&entry.name);
        let id = self.identify(entry, &folded, ids, place, errors);

        let namesakes = self.by_name.entry(folded).or_default();
        let anonymous = |other: &&usize| entry.id.is_none() || entries[**other].id.is_none();
        if let Some(other) = namesakes.iter().find(anonymous) {
            let (name, other) = (&entry.name, errors.refer(root.index(*other)));
            errors.add(
                place.key("name"),
                format_args!("{other} is called \"{name}\" too: give each of them an id, or another name"),
            );
        } else if let Some(other) = self.by_id.get(&id) {
            let other = errors.refer(root.index(*other));
            errors.add(place, format_args!("{other} is the same account: put the two together"));
        }
        namesakes.push(index);
        self.by_id.entry(id).or_insert(index);
        let stored = self.stored.get(id);
        self.settled.push(Settled {
            id,
            unique_id: stored.map_or(0, |stored| stored.unique_id),
            is_new: stored.is_none(),
        });
    }

    /// Returns the account that an entry means: the one of its id, else the owner of its identifiers, else
    /// the one of its name, else a new one.
    fn identify(
        &self,
        entry: &AccountEntry,
        folded: &str,
        ids: NaturalIds,
        place: DocumentPlace<'_>,
        errors: &mut DocumentErrors,
    ) -> AccountId {
        if entry.id.is_none()
            && let Some(owner) = self.identities.owner(entry)
        {
            return owner;
        }
        let natural = AccountId(ids.account(folded));
        let claim = Claim {
            given: entry.id,
            same_name: self.stored.named(folded),
            natural: natural.0,
            natural_is_stored: self.stored.get(natural).is_some(),
        };
        if let (None, [one]) = (claim.given, claim.same_name)
            && let Some(doubt) = self.identities.doubt(&entry.name, AccountId(*one), gives_identifiers(entry))
        {
            errors.add(place, doubt);
        }
        AccountId(claim.settle(place, errors))
    }

    /// The account that a rank change names, by id or name; with the index of its entry, if it has one.
    pub(super) fn find(&self, name: &str) -> Result<(AccountId, Option<usize>), String> {
        if let Ok(id) = Uuid::parse_str(name).map(AccountId) {
            let index = self.by_id.get(&id).copied();
            if index.is_some() || self.stored.get(id).is_some() {
                return Ok((id, index));
            }
        }
        let folded = fold(name);
        let entries = self.by_name.get(&folded).map_or(&[][..], Vec::as_slice);
        let of_entries = entries.iter().map(|&index| (self.settled[index].id, Some(index)));
        let stored = self.stored.named(&folded).iter().map(|&id| AccountId(id));
        let others = stored.filter(|id| !self.by_id.contains_key(id)).map(|id| (id, None));
        let mut found = of_entries.chain(others);
        match (found.next(), found.next()) {
            (Some(one @ (_, Some(_))), None) => Ok(one),
            (Some(one @ (id, None)), None) => self.identities.doubt(name, id, false).map_or(Ok(one), Err),
            (Some(_), Some(_)) => Err(format!("several accounts are called \"{name}\": name one by its id")),
            (None, _) => Err(format!("there is no account \"{name}\"; add it under accounts")),
        }
    }
}

/// Gives every account its number: the one in the document, else the one it has, else the next that is free.
fn number_accounts(entries: &[AccountEntry], accounts: &mut Accounts<'_>, errors: &mut DocumentErrors) {
    let root = DocumentPlace::root("accounts");
    let mut seen = Seen::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(unique_id) = entry.unique_id else { continue };
        let (place, settled) = (root.index(index), &mut accounts.settled[index]);
        let place = place.key("uniqueId");
        if !(1..=MAX_UNIQUE_ID).contains(&unique_id) {
            errors.add(place, format_args!("it is {unique_id}: choose one from 1 to {MAX_UNIQUE_ID}"));
        }
        if let Some(first) = seen.earlier(unique_id, index) {
            let other = errors.refer(root.index(first));
            errors.add(place, format_args!("{other} has {unique_id} already: choose another"));
        }
        if let Some(holder) = accounts.stored.by_unique_id(unique_id)
            && holder.id != settled.id
        {
            let name = &holder.name;
            errors.add(place, format_args!("\"{name}\" has {unique_id} already: choose another, or none"));
        }
        settled.unique_id = unique_id;
    }
    let mut next = accounts.stored.last_unique_id().max(FIRST_UNIQUE_ID - 1);
    for (entry, settled) in entries.iter().zip(&mut accounts.settled) {
        if entry.unique_id.is_some() || !settled.is_new {
            continue;
        }
        next = next.saturating_add(1);
        while seen.contains(&next) {
            next = next.saturating_add(1);
        }
        settled.unique_id = next;
    }
}

/// A community has one owner at the most.
fn check_owner(entries: &[AccountEntry], accounts: &Accounts<'_>, errors: &mut DocumentErrors) {
    let root = DocumentPlace::root("accounts");
    let mut first = None;
    for (index, (entry, settled)) in entries.iter().zip(&accounts.settled).enumerate() {
        if entry.owner != Some(true) {
            continue;
        }
        let place = root.index(index);
        if let Some(first) = first {
            let other = errors.refer(root.index(first));
            errors.add(place.key("owner"), format_args!("{other} is the owner already: a community has one"));
        } else if let Some(owner) = accounts.stored.owner()
            && settled.is_new
        {
            let name = &owner.name;
            errors.add(
                place.key("owner"),
                format_args!("\"{name}\" is the owner already: a community has one"),
            );
        }
        first = first.or(Some(index));
    }
}

/// Returns the transition that a new account begins with: from nothing to the ranks and the status of the
/// document.
pub(super) fn beginning(entry: &AccountEntry, ranks: &CommunityRanks) -> Transition {
    let held = |grant: &GrantEntry| Some(grant.held(ranks.resolve(&RankName::parse(&grant.rank))?.id));
    let after: Vec<HeldRank> = entry.ranks().iter().filter_map(held).collect();
    let status_after = entry.active.unwrap_or(!after.is_empty());
    Transition { before: Vec::new(), after, status_before: false, status_after, active: entry.active }
}

/// Returns a new account as it is before its beginning.
pub(super) fn blank(id: AccountId, entry: &AccountEntry) -> Account {
    Account {
        id,
        ranks: Vec::new(),
        com_status: false,
        owner: entry.owner == Some(true),
        banned: entry.banned == Some(true),
        archived: entry.archived == Some(true),
    }
}
