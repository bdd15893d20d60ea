//! Plans the history of the document: each rank change on the account as the ones before it leave it.

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;

use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::authority::Authority;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::ids::{AccountId, UndoId};
use rankledger_domain::name::check_reason;
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::refusal::{EndedEntry, Refusal};
use rankledger_domain::transition::Transition;
use rankledger_storage::{ReadTx, StorageError};

use super::accounts::{Accounts, beginning, blank};
use super::checks::{Seen, unknown_rank};
use super::document::{AccountEntry, Document, RankChangeEntry};
use super::errors::{DocumentErrors, DocumentPlace};
use super::grants::{GrantEntry, check_latest_ends, passed_end};
use super::stored::Stored;

/// A rank change to be recorded.
pub(super) struct PlannedChange {
    pub(super) account: AccountId,
    pub(super) transition: Transition,
    /// `None` if it is given a new one.
    pub(super) undo_id: Option<UndoId>,
    pub(super) actor: Option<AccountId>,
    pub(super) reason: Option<String>,
    pub(super) at: Timestamp,
}

/// The history to be recorded, and how much of the document's is recorded already.
#[derive(Default)]
pub(super) struct History {
    pub(super) planned: Vec<PlannedChange>,
    pub(super) known: usize,
    /// The accounts that it changes, as they are afterwards.
    pub(super) states: HashMap<AccountId, Account>,
}

impl History {
    /// The time of the first change of each account: what it begins with was there by then.
    pub(super) fn first_changes(&self) -> HashMap<AccountId, Timestamp> {
        let mut first = HashMap::new();
        for change in &self.planned {
            let at = first.entry(change.account).or_insert(change.at);
            *at = change.at.min(*at);
        }
        first
    }
}

pub(super) struct HistoryPlanner<'a> {
    pub(super) tx: &'a mut dyn ReadTx,
    pub(super) stored: &'a Stored,
    pub(super) accounts: &'a Accounts<'a>,
    pub(super) ranks: &'a CommunityRanks,
    pub(super) now: Timestamp,
    pub(super) errors: &'a mut DocumentErrors,
}

impl HistoryPlanner<'_> {
    pub(super) async fn plan(&mut self, document: &Document) -> Result<History, StorageError> {
        let root = DocumentPlace::root("rankChanges");
        let mut history = History::default();
        let mut undo_ids = Seen::new();
        let mut latest = Timestamp::MIN;
        for (index, entry) in document.rank_changes.iter().enumerate() {
            let place = root.index(index);
            latest = self.check_entry(entry, latest, place);
            if let Some(first) = undo_ids.earlier(entry.undo_id, index) {
                let other = self.errors.refer(root.index(first));
                self.errors
                    .add(place.key("undoId"), format_args!("{other} has this id already: choose another"));
            } else if self.is_recorded(UndoId(entry.undo_id)).await? {
                history.known += 1;
            } else if let Some(change) =
                self.change(entry, &document.accounts, &mut history.states, place).await?
            {
                history.planned.push(change);
            }
        }
        Ok(history)
    }

    /// Checks the entry by itself, and its time against the one before. Returns its time.
    fn check_entry(
        &mut self,
        entry: &RankChangeEntry,
        latest: Timestamp,
        place: DocumentPlace<'_>,
    ) -> Timestamp {
        if let Some(Err(error)) = entry.reason.as_deref().map(check_reason) {
            self.errors.add(place.key("reason"), error);
        }
        for (key, list) in [("set", &entry.set), ("add", &entry.add)] {
            check_latest_ends(list.as_deref().unwrap_or_default(), self.now, place.key(key), self.errors);
        }
        let at = entry.at.map_or(self.now, |at| at.0);
        if at > self.now {
            self.errors.add(place.key("at"), "it lies in the future: give the time at which it was made");
        } else if at < latest {
            self.errors.add(place.key("at"), "it is earlier than the entry before it: put the oldest first");
        }
        at.max(latest)
    }

    /// Whether a change with this undo id is recorded, or was recorded and has been pruned.
    async fn is_recorded(&mut self, undo_id: UndoId) -> Result<bool, StorageError> {
        let Some(community) = self.stored.id() else { return Ok(false) };
        Ok(self.tx.rank_change_by_undo_id(community, undo_id).await?.is_some()
            || self.tx.is_pruned_import(community, undo_id).await?)
    }

    /// Plans one change and carries it out on `states`.
    async fn change(
        &mut self,
        entry: &RankChangeEntry,
        accounts: &[AccountEntry],
        states: &mut HashMap<AccountId, Account>,
        place: DocumentPlace<'_>,
    ) -> Result<Option<PlannedChange>, StorageError> {
        let actor = entry.actor.as_deref().and_then(|name| self.find(name, place.key("actor")));
        let Some((id, index)) = self.find(&entry.account, place.key("account")) else { return Ok(None) };
        let state = match states.entry(id) {
            MapEntry::Occupied(known) => known.into_mut(),
            MapEntry::Vacant(unknown) => {
                let account = index.map(|index| &accounts[index]);
                let Some(state) = self.state(id, account).await? else { return Ok(None) };
                unknown.insert(state)
            }
        };
        let at = entry.at.map_or(self.now, |at| at.0);
        let Some(transition) = self.transition(entry, state, at, place) else { return Ok(None) };
        state.ranks.clone_from(&transition.after);
        state.com_status = transition.status_after;
        Ok(Some(PlannedChange {
            account: id,
            transition,
            undo_id: Some(UndoId(entry.undo_id)),
            actor: actor.map(|(id, _)| id),
            reason: entry.reason.clone(),
            at,
        }))
    }

    /// Finds the account of this name or id, with the index of its entry if it has one. `None` is then among
    /// the errors.
    fn find(&mut self, name: &str, place: DocumentPlace<'_>) -> Option<(AccountId, Option<usize>)> {
        match self.accounts.find(name) {
            Ok(found) => Some(found),
            Err(sentence) => {
                self.errors.add(place, sentence);
                None
            }
        }
    }

    /// Plans the change on the account as it is by then. `None` if the change is refused, which is then among
    /// the errors.
    fn transition(
        &mut self,
        entry: &RankChangeEntry,
        state: &Account,
        at: Timestamp,
        place: DocumentPlace<'_>,
    ) -> Option<Transition> {
        match plan_change(state, self.ranks, &Authority::operator(), &request(entry), at) {
            Ok(Some(transition)) => Some(transition),
            Ok(None) => {
                let name = &entry.account;
                self.errors.add(
                    place,
                    format_args!("it would change nothing, \"{name}\" is like this by then: leave it out"),
                );
                None
            }
            Err(refusal) => {
                report(&refusal, self.ranks, place, self.errors);
                None
            }
        }
    }

    /// The account before the first change of the document.
    async fn state(
        &mut self,
        id: AccountId,
        entry: Option<&AccountEntry>,
    ) -> Result<Option<Account>, StorageError> {
        if let Some(community) = self.stored.id()
            && let Some(found) = self.tx.standing(community, id).await?
        {
            return Ok(Some(found.account));
        }
        Ok(entry.map(|entry| {
            let Transition { after, status_after, .. } = beginning(entry, self.ranks);
            Account { ranks: after, com_status: status_after, ..blank(id, entry) }
        }))
    }
}

pub(super) fn request(entry: &RankChangeEntry) -> ChangeRequest {
    let grants = |list: &Option<Vec<GrantEntry>>| {
        list.as_ref().map(|entries| entries.iter().map(GrantEntry::request).collect())
    };
    let names = |names: &Vec<String>| names.iter().map(|name| RankName::parse(name)).collect();
    ChangeRequest {
        set: grants(&entry.set),
        add: grants(&entry.add),
        remove: entry.remove.as_ref().map(names),
        active: entry.active,
    }
}

fn report(refusal: &Refusal, ranks: &CommunityRanks, place: DocumentPlace<'_>, errors: &mut DocumentErrors) {
    match refusal {
        Refusal::EmptyRequest => errors.add(place, "give at least one of set, add, remove and active"),
        Refusal::UnknownRank(entries) => {
            for entry in entries {
                errors.add(pointed(place, &entry.pointer), unknown_rank(&entry.name, ranks));
            }
        }
        Refusal::RankRetired(entries) => {
            for entry in entries {
                let pointer = entry.pointer.as_deref().unwrap_or_default();
                let label = &entry.label;
                errors.add(
                    pointed(place, pointer),
                    format_args!("the rank \"{label}\" is retired and can no longer be given: take it out"),
                );
            }
        }
        Refusal::EndHasPassed(entries) => {
            for EndedEntry { pointer, end, .. } in entries {
                errors.add(format_args!("{}.expiresAt", pointed(place, pointer)), passed_end(*end));
            }
        }
        Refusal::AccountBanned => {
            errors.add(place, "the account is banned and can be given nothing: only remove ranks from it");
        }
        Refusal::AccountArchived => {
            errors.add(place, "the account is archived and can be given nothing: only remove ranks from it");
        }
        other => errors.add(place, format_args!("{other}: leave it out")),
    }
}

/// The place in a list of this entry that a JSON pointer such as `/add/0` leads to.
fn pointed(place: DocumentPlace<'_>, pointer: &str) -> String {
    let mut steps = pointer.trim_start_matches('/').splitn(2, '/');
    match (steps.next(), steps.next()) {
        (Some(list), Some(index)) => format!("{place}.{list}[{index}]"),
        _ => place.to_string(),
    }
}
