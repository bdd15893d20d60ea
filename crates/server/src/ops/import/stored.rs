//! The rows of the community before an import: read once, so that nothing is looked up twice.

use std::collections::HashMap;

use rankledger_domain::definition::{ClockInType, CustomLogType, ProfileFieldDefinition};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::name::{folded, is_same};
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_domain::subscription::Subscription;
use rankledger_storage::accounts::AccountNames;
use rankledger_storage::communities::{Community, GameServer};
use rankledger_storage::departments::{Department, DepartmentRank};
use rankledger_storage::{ReadTx, StorageError};
use uuid::Uuid;

/// The stored rows of the community; empty if it is new.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) community: Option<Community>,
    /// The other communities.
    pub(super) others: Vec<Community>,
    pub(super) servers: Vec<GameServer>,
    pub(super) departments: Vec<Department>,
    pub(super) ranks: Vec<DepartmentRank>,
    pub(super) flows: Vec<PromotionFlow>,
    pub(super) profile_fields: Vec<ProfileFieldDefinition>,
    pub(super) clock_in_types: Vec<ClockInType>,
    pub(super) custom_log_types: Vec<CustomLogType>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) accounts: StoredAccounts,
}

impl Stored {
    pub(super) async fn load(tx: &mut dyn ReadTx, public_id: &str) -> Result<Self, StorageError> {
        let (ours, others): (Vec<_>, Vec<_>) = tx
            .communities()
            .await?
            .into_iter()
            .partition(|community| is_same(&community.public_id, public_id));
        let Some(community) = ours.into_iter().next() else { return Ok(Self { others, ..Self::default() }) };
        let id = community.id;
        Ok(Self {
            community: Some(community),
            others,
            servers: tx.game_servers(id).await?,
            departments: tx.departments(id).await?,
            ranks: tx.department_ranks(id).await?,
            flows: tx.promotion_flows(id).await?,
            profile_fields: tx.profile_field_definitions(id).await?,
            clock_in_types: tx.clockin_types(id).await?,
            custom_log_types: tx.custom_log_types(id).await?,
            subscriptions: tx.subscriptions(id).await?,
            accounts: StoredAccounts::new(tx.account_names(id).await?),
        })
    }

    pub(super) fn id(&self) -> Option<CommunityId> {
        self.community.as_ref().map(|community| community.id)
    }
}

/// The accounts that are stored, to be found by what a document names them by.
#[derive(Default)]
pub(super) struct StoredAccounts {
    by_id: HashMap<AccountId, AccountNames>,
    by_name: HashMap<String, Vec<Uuid>>,
    by_unique_id: HashMap<i64, AccountId>,
    owner: Option<AccountId>,
    last_unique_id: i64,
}

impl StoredAccounts {
    fn new(keys: Vec<AccountNames>) -> Self {
        let mut all = Self::default();
        for key in keys {
            all.by_name.entry(fold(&key.name)).or_default().push(key.id.0);
            all.by_unique_id.insert(key.unique_id, key.id);
            all.last_unique_id = all.last_unique_id.max(key.unique_id);
            if key.owner {
                all.owner = Some(key.id);
            }
            all.by_id.insert(key.id, key);
        }
        all
    }

    pub(super) fn get(&self, id: AccountId) -> Option<&AccountNames> {
        self.by_id.get(&id)
    }

    /// The ids of the accounts of this name, which is folded already.
    pub(super) fn named(&self, folded: &str) -> &[Uuid] {
        self.by_name.get(folded).map_or(&[], Vec::as_slice)
    }

    pub(super) fn by_unique_id(&self, unique_id: i64) -> Option<&AccountNames> {
        self.by_unique_id.get(&unique_id).and_then(|id| self.get(*id))
    }

    pub(super) fn owner(&self) -> Option<&AccountNames> {
        self.owner.and_then(|id| self.get(id))
    }

    /// The highest number in use; 0 if there is none.
    pub(super) fn last_unique_id(&self) -> i64 {
        self.last_unique_id
    }
}

/// A name without regard to case: two accounts whose folded names are equal have one name.
pub(super) fn fold(name: &str) -> String {
    folded(name)
}
