//! The key that a community signs with, as requests need it.

use rankledger_domain::ids::CommunityId;
use rankledger_storage::signing_keys::SigningSecret;

use crate::http::App;
use crate::ops::signing_key::{KeepSigningKey, new_secret};
use crate::wire::problem::Problem;

/// Returns the key of a community. If it has none, because an older version made it, one is made; on a
/// database that is only read, that is a key for this request alone.
pub async fn signing_secret(app: &App, community: CommunityId) -> Result<SigningSecret, Problem> {
    let known = app.storage.read().await?.signing_secret(community).await?;
    if let Some(secret) = known {
        return Ok(secret);
    }
    let secret = new_secret()?;
    if app.storage.is_read_only() {
        return Ok(secret);
    }
    Ok(app.ledger.submit(KeepSigningKey { community, secret }).await?)
}
