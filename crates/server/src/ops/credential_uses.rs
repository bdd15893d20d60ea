//! When credentials were last used: noted with each request in memory, and stored once an hour, so that a
//! request that only reads stays one that writes nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use rankledger_domain::credential::Credential;
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_storage::{ReadTx, StorageError};

use super::{Command, Ledger, OpError, Work};

/// The least time between two uses of a credential that this server stores while it runs.
const STORED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How long a use that is stored is kept in memory.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The uses that this server has seen. A clone sees the same.
#[derive(Debug, Clone, Default)]
pub struct CredentialUses(Arc<Mutex<HashMap<(CommunityId, CredentialId), Use>>>);

/// The last use of a credential.
#[derive(Debug, Clone, Copy)]
struct Use {
    at: Timestamp,
    /// The last one that was stored.
    stored: Option<Timestamp>,
}

impl CredentialUses {
    /// Notes that a credential is used now.
    pub fn note(&self, credential: &Credential, now: Timestamp) {
        let unknown = Use { at: now, stored: None };
        let mut seen = self.seen();
        let seen = seen.entry((credential.community, credential.id)).or_insert(unknown);
        seen.at = seen.at.max(now);
    }

    /// Returns when the credentials of a community were last used, as far as this server or the database
    /// knows.
    pub async fn of(
        &self,
        tx: &mut dyn ReadTx,
        community: CommunityId,
    ) -> Result<HashMap<CredentialId, Timestamp>, StorageError> {
        let mut uses: HashMap<_, _> = tx.credential_uses(community).await?.into_iter().collect();
        for ((of, credential), seen) in &*self.seen() {
            if *of == community {
                let latest = uses.entry(*credential).or_insert(seen.at);
                *latest = seen.at.max(*latest);
            }
        }
        Ok(uses)
    }

    /// Stores the uses of credentials of which none was stored within the last hour.
    pub async fn store_due(&self, ledger: &Ledger) -> Result<(), OpError> {
        self.store(ledger, |seen| seen.stored.is_none_or(|stored| seen.at >= stored + STORED_EVERY)).await
    }

    /// Stores all uses that are later than what is stored.
    pub async fn store_all(&self, ledger: &Ledger) -> Result<(), OpError> {
        self.store(ledger, |seen| seen.stored.is_none_or(|stored| seen.at > stored)).await
    }

    async fn store(&self, ledger: &Ledger, is_due: impl Fn(&Use) -> bool) -> Result<(), OpError> {
        let mut due: BTreeMap<CommunityId, Vec<(CredentialId, Timestamp)>> = BTreeMap::new();
        for ((community, credential), seen) in self.seen().iter().filter(|(_, seen)| is_due(seen)) {
            due.entry(*community).or_default().push((*credential, seen.at));
        }
        // Together, so that they share commits and one that fails does not keep the others from being stored.
        let stored = due.into_iter().map(async |(community, uses)| {
            ledger.submit(StoreUses { community, uses: uses.clone() }).await?;
            self.note_stored(community, &uses);
            Ok(())
        });
        join_all(stored).await.into_iter().collect()
    }

    /// Notes what is stored, and forgets credentials that have not been used for long.
    fn note_stored(&self, community: CommunityId, uses: &[(CredentialId, Timestamp)]) {
        let mut seen = self.seen();
        for (credential, at) in uses {
            if let Some(seen) = seen.get_mut(&(community, *credential)) {
                seen.stored = Some(*at);
            }
        }
        if let Some(newest) = seen.values().map(|seen| seen.at).max() {
            seen.retain(|_, seen| seen.stored != Some(seen.at) || seen.at + KEPT_FOR > newest);
        }
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<(CommunityId, CredentialId), Use>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request to store uses.
#[derive(Clone)]
struct StoreUses {
    community: CommunityId,
    uses: Vec<(CredentialId, Timestamp)>,
}

#[async_trait]
impl Command for StoreUses {
    type Output = ();

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        for (credential, at) in self.uses {
            work.tx.put_credential_use(self.community, credential, at).await?;
        }
        Ok(())
    }
}
