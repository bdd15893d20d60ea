//! The key that a community signs with: its checkpoints, and the plan tokens of its rollbacks.

use rankledger_domain::ids::CommunityId;
use rankledger_storage::signing_keys::SigningSecret;

use crate::http::App;
use crate::ops::signing_key::KeepSigningKey;
use crate::system::new_signing_secret;
use crate::wire::problem::Problem;

/// Returns the key of a community, which is made when it is first asked for.
pub async fn signing_secret(app: &App, community: CommunityId) -> Result<SigningSecret, Problem> {
    let known = app.storage.read().await?.signing_secret(community).await?;
    if let Some(secret) = known {
        return Ok(secret);
    }
    let secret = new_signing_secret().map_err(|error| Problem::internal(&error))?;
    Ok(app.ledger.submit(KeepSigningKey { community, secret }).await?)
}
