//! The names of what events are about: accounts, ranks, credentials.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, RankId};
use rankledger_domain::rank::CommunityRanks;
use rankledger_storage::events::Event;
use rankledger_storage::{Storage, StorageError};

/// The names of what events are about.
pub(super) struct Names {
    /// The name of the community.
    pub(super) community: String,
    accounts: HashMap<AccountId, String>,
    credentials: HashMap<CredentialId, String>,
    ranks: Arc<CommunityRanks>,
}

impl Names {
    /// Loads the names that these events need.
    pub(super) async fn of(
        storage: &dyn Storage,
        community: CommunityId,
        events: &[Arc<Event>],
    ) -> Result<Self, StorageError> {
        let mut tx = storage.read().await?;
        let ids: HashSet<_> =
            events.iter().flat_map(|event| [event.account(), event.actor()]).flatten().collect();
        let mut accounts = HashMap::new();
        for id in ids {
            if let Some(found) = tx.snapshot(community, id).await? {
                accounts.insert(id, found.details.profile.name.clone());
            }
        }
        let credentials = tx.credentials(community).await?;
        let names = Self {
            community: tx.community(community).await?.map(|community| community.name).unwrap_or_default(),
            accounts,
            credentials: credentials.into_iter().map(|credential| (credential.id, credential.name)).collect(),
            ranks: tx.ranks(community).await?,
        };
        drop(tx);
        // The view may have seen what is not on the disk yet. Nobody is told of that.
        storage.flush().await?;
        Ok(names)
    }

    /// Returns the name of an account; its id, if it is gone.
    pub(super) fn account(&self, id: AccountId) -> String {
        self.accounts.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// Returns the label of a rank; its id, if it is gone.
    pub(super) fn rank(&self, id: RankId) -> String {
        self.ranks.get(id).map_or_else(|| id.to_string(), |rank| rank.label.clone())
    }

    /// Returns the name of a credential; its id, if it is gone.
    pub(super) fn credential(&self, id: CredentialId) -> String {
        if id == CredentialId::CONSOLE {
            return "console".to_owned();
        }
        self.credentials.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}
