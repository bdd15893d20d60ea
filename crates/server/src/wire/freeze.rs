//! A freeze of a community, on the wire.

use rankledger_domain::guard::Freeze;
use rankledger_domain::ids::{AccountId, CredentialId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::time::Time;

/// The freeze of a community.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreezeBody {
    at: Time,
    /// The person, if the request named one.
    user_id: Option<AccountId>,
    credential_id: CredentialId,
    reason: Option<String>,
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
