//! The names of members and keys, and who made a change through what.

use std::collections::HashMap;

use rankledger_domain::ids::{AccountId, CredentialId};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_storage::StorageError;
use rankledger_storage::roster::RosterRow;

use crate::console::visit::Visit;

/// The names of those that a page is about.
pub(in crate::console) struct Names {
    people: HashMap<AccountId, RosterRow>,
    keys: HashMap<CredentialId, String>,
}

/// Somebody, with the number of their page if they are a member.
#[derive(Debug, Clone)]
pub(in crate::console) struct Named {
    pub(in crate::console) name: String,
    pub(in crate::console) number: Option<i64>,
}

/// Who acted, and through what.
#[derive(Debug, Clone)]
pub(in crate::console) struct Doer {
    pub(in crate::console) who: Named,
    /// The console, a key, the command line or the server itself.
    pub(in crate::console) way: String,
    /// Whether a key has only named the person: they had not signed in.
    pub(in crate::console) is_claimed: bool,
}

impl Names {
    /// Loads the names of these members, and of all keys.
    pub(in crate::console) async fn load(
        visit: &mut Visit,
        mut members: Vec<AccountId>,
    ) -> Result<Self, StorageError> {
        let community = visit.community();
        members.sort_unstable();
        members.dedup();
        let rows = visit.tx.roster_rows(community, &members).await?;
        let keys = visit.tx.credentials(community).await?;
        Ok(Self {
            people: rows.into_iter().map(|row| (row.standing.account.id, row)).collect(),
            keys: keys.into_iter().map(|key| (key.id, key.name)).collect(),
        })
    }

    /// Returns the members that a list of changes is about, or who made them.
    pub(in crate::console) fn of_changes<'a>(
        changes: impl IntoIterator<Item = &'a RankChange>,
    ) -> Vec<AccountId> {
        changes.into_iter().flat_map(|change| [Some(change.account), change.actor]).flatten().collect()
    }

    /// Returns the rows of the members that were loaded.
    pub(in crate::console) fn rows(&self) -> impl Iterator<Item = &RosterRow> {
        self.people.values()
    }

    /// Names a member; by the id, if the account is gone.
    pub(in crate::console) fn member(&self, id: AccountId) -> Named {
        match self.people.get(&id) {
            Some(row) => Named { name: row.name.clone(), number: Some(row.unique_id) },
            None => Named { name: id.to_string(), number: None },
        }
    }

    /// Names a key; by the id, if it is gone.
    pub(in crate::console) fn key(&self, id: CredentialId) -> String {
        self.keys.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// Says who acted, and through what.
    pub(in crate::console) fn doer(
        &self,
        actor: Option<AccountId>,
        credential: Option<CredentialId>,
        source: Source,
    ) -> Doer {
        let unnamed = |name: &str| Named { name: name.to_owned(), number: None };
        let key = credential.filter(|id| *id != CredentialId::CONSOLE);
        let key = key.map(|id| self.key(id));
        match (actor, key) {
            (Some(actor), Some(key)) => {
                Doer { who: self.member(actor), way: format!("named by key {key}"), is_claimed: true }
            }
            (None, Some(key)) => {
                Doer { who: unnamed(&format!("Key {key}")), way: "API".to_owned(), is_claimed: false }
            }
            (actor, None) => {
                let way = match (credential, source) {
                    (Some(_), _) => "console",
                    (None, Source::Import) => "import",
                    (None, Source::Expiry) => "by the server",
                    (None, _) => "command line",
                };
                let who = match (actor, source) {
                    (Some(actor), _) => self.member(actor),
                    (None, Source::Expiry) => unnamed("The server"),
                    (None, _) => unnamed("The operator"),
                };
                Doer { who, way: way.to_owned(), is_claimed: false }
            }
        }
    }
}
