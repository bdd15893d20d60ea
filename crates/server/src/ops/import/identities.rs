//! The identifiers by which a document and the database know the same person. Names change hands: an entry
//! means the owner of its identifiers, and a name alone means nobody who is known by others.
//!
//! Read once, before the accounts are checked; nothing is looked up here for entries that are told apart
//! without it.

use std::collections::{HashMap, HashSet};

use rankledger_domain::identifier::is_personal;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::standings::AccountDetails;
use rankledger_storage::{ReadTx, StorageError};

use super::discord_ids::discord_ids;
use super::document::{AccountEntry, Document, IdentifierEntry};
use super::ids::NaturalIds;
use super::stored::{Stored, StoredAccounts, fold};

/// What is stored of the identities that a document names. Empty if the community is new.
pub(super) struct Identities<'a> {
    stored: &'a StoredAccounts,
    ids: NaturalIds,
    /// The owners of identifiers that the document has as verified, by type and value.
    owners: HashMap<(&'a str, &'a str), AccountId>,
    /// The accounts that have a Discord id of the document on their row or as an identifier; two at the most.
    linked: HashMap<String, Vec<AccountId>>,
    /// An identifier of each account that the document may mean by its name, if it has one.
    identified: HashMap<AccountId, Option<String>>,
}

impl<'a> Identities<'a> {
    pub(super) async fn load(
        tx: &mut dyn ReadTx,
        stored: &'a Stored,
        document: &'a Document,
        ids: NaturalIds,
    ) -> Result<Self, StorageError> {
        let mut all = Self {
            stored: &stored.accounts,
            ids,
            owners: HashMap::new(),
            linked: HashMap::new(),
            identified: HashMap::new(),
        };
        let Some(community) = stored.id() else { return Ok(all) };
        for entry in &document.accounts {
            all.load_owners(tx, community, entry).await?;
            if entry.id.is_none() && all.owner(entry).is_none() {
                all.load_namesakes(tx, community, &fold(&entry.name), gives_identifiers(entry)).await?;
            }
        }
        if document.rank_changes.is_empty() {
            return Ok(all);
        }
        let entries: HashSet<_> = document.accounts.iter().map(|entry| fold(&entry.name)).collect();
        let changes = document.rank_changes.iter();
        let named = changes.flat_map(|change| [Some(&change.account), change.actor.as_ref()]).flatten();
        let named: HashSet<_> = named.map(|name| fold(name)).collect();
        for name in named.difference(&entries) {
            all.load_namesakes(tx, community, name, false).await?;
        }
        Ok(all)
    }

    async fn load_owners(
        &mut self,
        tx: &mut dyn ReadTx,
        community: CommunityId,
        entry: &'a AccountEntry,
    ) -> Result<(), StorageError> {
        for IdentifierEntry { kind, value, .. } in entry.identifiers.iter().filter(|entry| may_link(entry)) {
            if let Some(owner) = tx.identifier_owner(community, kind, value).await? {
                self.owners.insert((kind.as_str(), value.as_str()), owner);
            }
        }
        for (id, _) in discord_ids(entry) {
            let linked = tx.accounts_linked_to_discord(community, &id).await?;
            self.linked.insert(id, linked);
        }
        Ok(())
    }

    /// Reads whether the accounts of this name are known by identifiers, where [`Self::doubt`] asks for that.
    async fn load_namesakes(
        &mut self,
        tx: &mut dyn ReadTx,
        community: CommunityId,
        folded_name: &str,
        gives_identifiers: bool,
    ) -> Result<(), StorageError> {
        let natural = self.ids.account(folded_name);
        for id in self.stored.named(folded_name) {
            let (is_natural, id) = (*id == natural, AccountId(*id));
            if (is_natural && !gives_identifiers) || self.identified.contains_key(&id) {
                continue;
            }
            let found = tx.snapshot(community, id).await?;
            self.identified.insert(id, found.and_then(|found| an_identifier(&found.details)));
        }
        Ok(())
    }

    /// Returns the owner of a verified identifier. `None` if nobody has it.
    pub(super) fn owner_of(&self, identifier: &IdentifierEntry) -> Option<AccountId> {
        self.owners.get(&(identifier.kind.as_str(), identifier.value.as_str())).copied()
    }

    /// Returns the accounts that are linked to a Discord id of the document, two at the most.
    pub(super) fn linked_to(&self, discord_id: &str) -> &[AccountId] {
        self.linked.get(discord_id).map_or(&[], Vec::as_slice)
    }

    /// Returns the account that the identifiers of an entry belong to: to which the first that belongs to
    /// anybody does. `None` if nobody has any of them.
    pub(super) fn owner(&self, entry: &AccountEntry) -> Option<AccountId> {
        let identifiers = entry.identifiers.iter();
        let mut personal = identifiers.filter(|entry| may_link(entry));
        let linked = || match self.linked_to(entry.discord_id.as_deref()?) {
            [one] => Some(*one),
            _ => None,
        };
        personal.find_map(|identifier| self.owner_of(identifier)).or_else(linked)
    }

    /// Returns why a name alone does not say that this stored account is meant. `None` if it does.
    ///
    /// It does if the account was first imported under this name and still has it, or if nobody was, and the
    /// account has no identifiers. `gives_identifiers`: whether the document says by which identifiers it
    /// knows the person, of which the account has none.
    pub(super) fn doubt(&self, name: &str, id: AccountId, gives_identifiers: bool) -> Option<String> {
        let natural = AccountId(self.ids.account(&fold(name)));
        if natural != id && self.stored.get(natural).is_some() {
            return Some(format!(
                "another account than the one that was first imported as \"{name}\" has this name by now: give the id, \
                 {id} for the account that has the name, {natural} for the other"
            ));
        }
        if natural == id && !gives_identifiers {
            return None;
        }
        let known_by = self.identified.get(&id)?.as_ref()?;
        Some(format!(
            "\"{name}\" is known by the name alone, and the stored account of this name has other identifiers, such as \
             {known_by}: give the id ({id} if it is the same), or one of its identifiers"
        ))
    }
}

/// Returns whether an entry says by which identifiers it knows the person.
pub(super) fn gives_identifiers(entry: &AccountEntry) -> bool {
    entry.discord_id.is_some() || entry.identifiers.iter().any(may_link)
}

/// Returns whether an identifier can be verified, and so say who somebody is.
fn may_link(identifier: &IdentifierEntry) -> bool {
    identifier.verified != Some(false) && is_personal(&identifier.kind)
}

/// Returns an identifier by which an account is known, as `type:value`. `None` if it is known by none.
fn an_identifier(details: &AccountDetails) -> Option<String> {
    let mut identifiers = details.identifiers.iter();
    let personal = identifiers.find(|known| known.verified && is_personal(&known.kind));
    let on_row = || details.profile.discord_id.as_ref().map(|id| format!("discord:{id}"));
    personal.map(|known| format!("{}:{}", known.kind, known.value)).or_else(on_row)
}
