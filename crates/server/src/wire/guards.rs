//! The guard of a community, and its freeze, on the wire.

use rankledger_domain::guard::{Freeze, Guards};
use rankledger_domain::ids::{AccountId, CredentialId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::time::Time;

/// The guards of a community on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuardsBody {
    /// Whether removals of ranks are counted and limited.
    pub(crate) enabled: bool,
    /// The number of ranks that each person, and each credential, may take away within any 60 seconds.
    pub(crate) removals_per_minute: u32,
    /// The number of ranks that each person, and each credential, may take away within any 3600 seconds.
    pub(crate) removals_per_hour: u32,
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

impl From<Guards> for GuardsBody {
    fn from(guards: Guards) -> Self {
        Self {
            enabled: guards.enabled,
            removals_per_minute: guards.limits.per_minute,
            removals_per_hour: guards.limits.per_hour,
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
