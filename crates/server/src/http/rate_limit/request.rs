//! A request as the limits see it: the buckets that it takes from.

use std::time::Duration;

use rankledger_domain::credential::Credential;
use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::http::rate_limit::limit::{Limit, Whose};

/// A request: its credential and community, with the limit of the bucket of each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    pub(super) credential: CredentialId,
    pub(super) own: Limit,
    pub(super) of_community: CommunityId,
    /// The limit of the community's bucket, in requests like this one. `None` if the community has none.
    pub(super) community: Option<Limit>,
    /// How long the request would wait for its turn. It takes from its buckets in advance then.
    pub(super) patience: Duration,
}

impl Request {
    /// Returns the request of a credential to an endpoint with this limit. `None` if nothing limits it.
    ///
    /// The rate factor multiplies both limits. So a credential that uses its own limit up takes the same part
    /// of the community's bucket, whatever its factor. A credential of scope `admin` without a power ceiling
    /// takes nothing from it: others must not be able to keep it from freezing the community.
    pub(super) fn new(
        credential: &Credential,
        operation_id: &'static str,
        per_minute: u32,
        community_factor: u32,
        patience: Duration,
    ) -> Option<Self> {
        let own = per_minute.saturating_mul(credential.rate_factor.get());
        Some(Self {
            credential: credential.id,
            own: Limit::new(operation_id, Whose::Credential, own)?,
            of_community: credential.community,
            community: if credential.is_unlimited_admin() {
                None
            } else {
                Limit::new(operation_id, Whose::Community, own.saturating_mul(community_factor))
            },
            patience,
        })
    }
}
