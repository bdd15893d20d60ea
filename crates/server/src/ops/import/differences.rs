//! Stored accounts that stand otherwise than the document says: other ranks, another status, other flags. An
//! import leaves them alone and says so; if it is to update them, each is a rank change like any other.

use std::collections::HashMap;
use std::fmt;

use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::authority::Authority;
use rankledger_domain::change::{ChangeRequest, plan_change};
use rankledger_domain::grant::{Grant, GrantEnd};
use rankledger_domain::ids::AccountId;
use rankledger_domain::rank::RankName;
use rankledger_domain::refusal::Refusal;
use rankledger_domain::time::wire_format;
use rankledger_domain::transition::Transition;
use rankledger_storage::StorageError;

use super::accounts::{beginning, blank};
use super::changes::{History, HistoryPlanner, PlannedChange, request};
use super::document::{AccountEntry, Document, RankChangeEntry};
use super::errors::DocumentPlace;

/// Largest number of accounts that are listed.
const LISTED: usize = 20;

/// An account, and how it stands otherwise than the document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The place of its entry in words: `line 12, Ann`.
    pub at: String,
    /// How it stands, and what the document says.
    pub sentence: String,
}

/// Accounts that differ: the first 20, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// The first 20, in the document's order.
    pub listed: Vec<Difference>,
    /// Number of accounts.
    pub total: usize,
}

impl Differences {
    fn add(&mut self, at: impl FnOnce() -> String, sentence: String) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Difference { at: at(), sentence });
        }
    }
}

impl fmt::Display for Differences {
    /// An indented line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Difference { at, sentence } in &self.listed {
            write!(f, "\n  {at}: {sentence}")?;
        }
        match self.total - self.listed.len() {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// How stored accounts differ from the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings {
    /// Whether the import was to update stored accounts.
    pub updates: bool,
    /// Accounts whose ranks and status the import changes.
    pub changed: Differences,
    /// Accounts that keep ranks or a status of which the document says something else.
    pub kept: Differences,
    /// Accounts that keep a ban, an archiving or the ownership of which the document says something else.
    pub flags: Differences,
}

impl HistoryPlanner<'_> {
    /// Finds the accounts that differ once the history is recorded. If the import is to update them, adds the
    /// changes that do it to the history.
    pub(super) async fn compare(
        &mut self,
        document: &Document,
        history: &mut History,
    ) -> Result<Standings, StorageError> {
        let mut all = Standings { updates: document.updates, ..Standings::default() };
        let Some(community) = self.stored.id() else { return Ok(all) };
        let changes = self.changes_of_accounts(document);
        let root = DocumentPlace::root("accounts");
        for (index, entry) in document.accounts.iter().enumerate() {
            let settled = self.accounts.settled[index];
            if settled.is_new {
                continue;
            }
            let state = match history.states.get(&settled.id) {
                Some(state) => Some(state.clone()),
                None => self.tx.standing(community, settled.id).await?.map(|found| found.account),
            };
            let Some(state) = state else { continue };
            let place = root.index(index);
            let at = || document.places.describe(&place.to_string());
            if let Some(flags) = other_flags(entry, &state) {
                all.flags.add(at, flags);
            }
            let of_it = changes.get(&settled.id).map_or(&[][..], Vec::as_slice);
            let Some(wanted) = self.wanted(entry, settled.id, of_it) else { continue };
            match plan_change(&state, self.ranks, &Authority::operator(), &wanted, self.now) {
                Ok(None) | Err(Refusal::UnknownRank(_)) => {}
                Ok(Some(transition)) if document.updates => {
                    all.changed.add(at, self.change_in_words(&transition));
                    history.planned.push(PlannedChange {
                        account: settled.id,
                        transition,
                        undo_id: None,
                        actor: None,
                        reason: entry.reason.clone(),
                        at: self.now,
                    });
                }
                Ok(Some(transition)) => all.kept.add(at, self.in_words(&transition)),
                Err(Refusal::AccountBanned) => all.kept.add(at, cannot_gain("banned")),
                Err(Refusal::AccountArchived) => all.kept.add(at, cannot_gain("archived")),
                Err(refusal) if document.updates => self.refuse(&refusal, place.key("ranks")),
                Err(refusal) => all.kept.add(at, refusal.to_string()),
            }
        }
        Ok(all)
    }

    /// Returns the document's changes of each account that it names in any.
    fn changes_of_accounts<'d>(
        &self,
        document: &'d Document,
    ) -> HashMap<AccountId, Vec<&'d RankChangeEntry>> {
        let mut changes: HashMap<_, Vec<_>> = HashMap::new();
        for change in &document.rank_changes {
            if let Ok((id, _)) = self.accounts.find(&change.account) {
                changes.entry(id).or_default().push(change);
            }
        }
        changes
    }

    /// Returns what would bring an account to where the document leads it: its beginning, and then the
    /// document's changes of it. `None` if the document says nothing of its ranks or status.
    fn wanted(
        &self,
        entry: &AccountEntry,
        id: AccountId,
        changes: &[&RankChangeEntry],
    ) -> Option<ChangeRequest> {
        if entry.ranks.is_none() && entry.active.is_none() && changes.is_empty() {
            return None;
        }
        let Transition { after, status_after, .. } = beginning(entry, self.ranks);
        let mut account = Account { ranks: after, com_status: status_after, ..blank(id, entry) };
        for change in changes {
            let at = change.at.map_or(self.now, |at| at.0);
            let planned = plan_change(&account, self.ranks, &Authority::operator(), &request(change), at);
            if let Ok(Some(transition)) = planned {
                transition.apply_to(&mut account);
            }
        }
        let lasts = |held: &&HeldRank| held.expires_at.is_none_or(|end| end > self.now);
        let grant = |held: &HeldRank| {
            let end = held.expires_at.map_or(GrantEnd::Keep, GrantEnd::At);
            Grant { name: RankName::Id(held.rank), end }
        };
        let says_status = entry.active.is_some() || changes.iter().any(|change| change.active.is_some());
        Some(ChangeRequest {
            set: (entry.ranks.is_some() || !changes.is_empty())
                .then(|| account.ranks.iter().filter(lasts).map(grant).collect()),
            active: says_status.then_some(account.com_status),
            ..ChangeRequest::default()
        })
    }

    fn refuse(&mut self, refusal: &Refusal, place: DocumentPlace<'_>) {
        match refusal {
            Refusal::RankRetired(entries) => {
                for entry in entries {
                    let label = &entry.label;
                    self.errors.add(
                        place,
                        format_args!(
                            "the rank \"{label}\" is retired and can no longer be given: take it out"
                        ),
                    );
                }
            }
            other => self.errors.add(place, format_args!("{other}: take it out")),
        }
    }

    /// Describes how an account stands, and what the document says.
    fn in_words(&self, transition: &Transition) -> String {
        let ranks = self.ranks_of(transition);
        let ranks = ranks.map(|[before, after]| format!("holds {before}, the document says {after}"));
        let status = status_of(transition);
        let status = status.map(|[before, after]| format!("is {before}, the document says {after}"));
        ranks.into_iter().chain(status).collect::<Vec<_>>().join("; ")
    }

    /// Describes what changes of an account.
    fn change_in_words(&self, transition: &Transition) -> String {
        let ranks = self.ranks_of(transition);
        let status = status_of(transition).map(|words| words.map(str::to_owned));
        let changes =
            ranks.into_iter().chain(status).map(|[before, after]| format!("from {before} to {after}"));
        changes.collect::<Vec<_>>().join("; ")
    }

    /// The ranks before and after a transition, if they differ.
    fn ranks_of(&self, transition: &Transition) -> Option<[String; 2]> {
        let Transition { before, after, .. } = transition;
        (before != after).then(|| [before, after].map(|ranks| self.list(ranks)))
    }

    fn list(&self, ranks: &[HeldRank]) -> String {
        let rank = |held: &HeldRank| {
            let label = self.ranks.label(held.rank);
            match held.expires_at {
                Some(end) => format!("{label} until {}", wire_format(end)),
                None => label,
            }
        };
        match ranks {
            [] => "no rank".to_owned(),
            ranks => ranks.iter().map(rank).collect::<Vec<_>>().join(", "),
        }
    }
}

/// The status before and after a transition, if it differs.
fn status_of(transition: &Transition) -> Option<[&'static str; 2]> {
    let status = |active: bool| if active { "active" } else { "inactive" };
    let Transition { status_before, status_after, .. } = transition;
    (status_before != status_after).then(|| [*status_before, *status_after].map(status))
}

fn cannot_gain(what: &str) -> String {
    format!("is {what} and can be given nothing, the document gives it ranks")
}

/// Says which flags of a stored account the document sees otherwise. `None` if it sees none otherwise.
fn other_flags(entry: &AccountEntry, state: &Account) -> Option<String> {
    let flags = [
        ("the owner", entry.owner, state.owner),
        ("banned", entry.banned, state.banned),
        ("archived", entry.archived, state.archived),
    ];
    let differ = flags.into_iter().filter_map(|(flag, given, stored)| match (given?, stored) {
        (true, false) => Some(format!("is not {flag}, the document says it is")),
        (false, true) => Some(format!("is {flag}, the document says it is not")),
        _ => None,
    });
    let words: Vec<_> = differ.collect();
    (!words.is_empty()).then(|| words.join("; "))
}
