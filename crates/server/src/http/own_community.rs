//! The community that the credential of a request belongs to.

use aide::OperationInput;
use axum::extract::FromRequestParts;
use http::request::Parts;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::ReadTx;
use rankledger_storage::communities::Community;

use crate::http::App;
use crate::http::authenticate::Authenticated;
use crate::wire::problem::Problem;

/// The community of the request's credential, as it was when the credential was looked up.
#[derive(Clone)]
pub struct OwnCommunity(pub Community);

impl FromRequestParts<App> for OwnCommunity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(own) = parts.extensions.remove::<Self>() {
            return Ok(own);
        }
        let Some(Authenticated(credential)) = parts.extensions.get() else {
            return Err(Problem::missing_credential());
        };
        own_community(app.storage.read().await?.as_mut(), credential.community).await.map(Self)
    }
}

impl OperationInput for OwnCommunity {}

/// Loads the community of a credential. A credential belongs to a community that exists: another one is a
/// fault.
pub async fn own_community(tx: &mut dyn ReadTx, id: CommunityId) -> Result<Community, Problem> {
    let community = tx.community(id).await?;
    community.ok_or_else(|| Problem::internal(&"a credential belongs to a community that is not there"))
}
