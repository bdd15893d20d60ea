//! The guard of a community, and its freeze, on the wire.

use rankledger_domain::guard::{Counted, CountedFor, Freeze, Guards};
use rankledger_domain::ids::{AccountId, CredentialId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::time::Time;

/// The guards of a community on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuardsBody {
    /// Whether removals are counted and limited.
    pub(crate) enabled: bool,
    /// The number of removals that each person, and each credential, may make within any 60 seconds.
    pub(crate) removals_per_minute: u32,
    /// The number of removals that each person, and each credential, may make within any 3600 seconds.
    pub(crate) removals_per_hour: u32,
    /// The number of removals that all together may make within any 60 seconds.
    pub(crate) community_removals_per_minute: u32,
    /// The number of removals that all together may make within any 3600 seconds.
    pub(crate) community_removals_per_hour: u32,
    /// The freeze: its time, person, credential and reason. Null if the community is not frozen.
    pub(crate) frozen: Option<FreezeBody>,
}

/// The freeze of a community.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreezeBody {
    pub(crate) at: Time,
    /// The person, if the request named one.
    pub(crate) user_id: Option<AccountId>,
    pub(crate) credential_id: CredentialId,
    pub(crate) reason: Option<String>,
}

/// The guards of a community, and what is counted now.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuardsAndCountsBody {
    #[serde(flatten)]
    pub(crate) guards: GuardsBody,
    /// For whom removals were counted in the last hour, the most first.
    pub(crate) counted: Vec<CountedBody>,
}

/// The removals that are counted for somebody now.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountedBody {
    /// The person; null for a credential, and for all together.
    pub(crate) user_id: Option<AccountId>,
    /// The credential; null for a person, and for all together.
    pub(crate) credential_id: Option<CredentialId>,
    /// The number of removals within the last 60 seconds.
    pub(crate) last_minute: u64,
    /// The number of removals within the last 3600 seconds.
    pub(crate) last_hour: u64,
}

impl From<Counted> for CountedBody {
    fn from(counted: Counted) -> Self {
        let (user_id, credential_id) = match counted.who {
            CountedFor::Person(account) => (Some(account), None),
            CountedFor::Credential(credential) => (None, Some(credential)),
            CountedFor::Community => (None, None),
        };
        Self { user_id, credential_id, last_minute: counted.last_minute, last_hour: counted.last_hour }
    }
}

impl From<Guards> for GuardsBody {
    fn from(guards: Guards) -> Self {
        let together = guards.together();
        Self {
            enabled: guards.enabled,
            removals_per_minute: guards.limits.per_minute,
            removals_per_hour: guards.limits.per_hour,
            community_removals_per_minute: together.per_minute,
            community_removals_per_hour: together.per_hour,
            frozen: guards.frozen.as_ref().map(FreezeBody::from),
        }
    }
}

impl From<&Freeze> for FreezeBody {
    fn from(freeze: &Freeze) -> Self {
        Self {
            at: Time(freeze.at),
            user_id: freeze.user,
            credential_id: freeze.credential,
            reason: freeze.reason.clone(),
        }
    }
}
