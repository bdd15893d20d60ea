//! Credentials on the wire. The secret is part of one answer only: the one that creates the credential.

use jiff::Timestamp;
use rankledger_domain::credential::{Credential, RateFactor};
use rankledger_domain::ids::CredentialId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::time::Time;

/// A credential on the wire, without its secret.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialBody {
    pub(crate) id: CredentialId,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) power_ceiling: Option<u32>,
    /// By how much the rate limits are multiplied for it.
    #[serde(default = "one")]
    pub(crate) rate_factor: u32,
    pub(crate) created_at: Time,
    /// The credential that made this one. Null if the operator did, or if it is not known.
    #[serde(default)]
    pub(crate) created_by: Option<CredentialId>,
    pub(crate) expires_at: Option<Time>,
    pub(crate) revoked_at: Option<Time>,
    /// When it was last used, as far as this server knows. Uses at another server on the same database, or
    /// before a crash, are known to about an hour.
    #[serde(default)]
    pub(crate) last_used_at: Option<Time>,
}

/// The factor of the credentials of a server that does not name it.
fn one() -> u32 {
    RateFactor::ONE.get()
}

/// A credential that was made now, with its secret.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct NewCredentialBody {
    #[serde(flatten)]
    pub(crate) credential: CredentialBody,
    /// The API key. It is shown once and stored nowhere. It is null in the answer to a repeated request.
    pub(crate) key: Option<String>,
}

/// A credential that was revoked, and what becomes of those that it made, directly or through others.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevokedBody {
    #[serde(flatten)]
    pub(crate) credential: CredentialBody,
    /// The ids of those that are accepted still, oldest first. `cascade=true` revokes them.
    pub(crate) still_in_force: Vec<CredentialId>,
    /// The ids of those that were revoked with it, by `cascade=true`, oldest first.
    pub(crate) also_revoked: Vec<CredentialId>,
}

impl CredentialBody {
    /// Returns the body for a credential that was last used at this time.
    pub(crate) fn new(credential: Credential, last_used_at: Option<Timestamp>) -> Self {
        let scopes = credential.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
        Self {
            id: credential.id,
            name: credential.name,
            scopes,
            power_ceiling: credential.power_ceiling.map(|power| power.0),
            rate_factor: credential.rate_factor.get(),
            created_at: Time(credential.created_at),
            created_by: credential.made_by,
            expires_at: credential.expires_at.map(Time),
            revoked_at: credential.revoked_at.map(Time),
            last_used_at: last_used_at.map(Time),
        }
    }
}
