//! What an operator should know of subscriptions: that the server has disabled one, or that one fails for
//! long.

use std::time::Duration;

use jiff::Timestamp;
use rankledger_storage::subscriptions::TroubledSubscriptions;
use rankledger_storage::{HealthWarning, Storage, StorageError};

/// How long deliveries may fail before an operator is told.
const LONG: Duration = Duration::from_hours(1);

/// Returns a warning for each community whose subscriptions need somebody to look at them. It names none of
/// them: everybody may read it.
pub async fn health_warnings(
    storage: &dyn Storage,
    now: Timestamp,
) -> Result<Vec<HealthWarning>, StorageError> {
    let since = now.checked_sub(LONG).unwrap_or(now);
    let troubled = storage.read().await?.troubled_subscriptions(since).await?;
    Ok(troubled.iter().map(warning).collect())
}

fn warning(TroubledSubscriptions { community, disabled, failing }: &TroubledSubscriptions) -> HealthWarning {
    let text = format!(
        "{} of the subscriptions of {community} get no events: {failing} fail for more than an hour, and {disabled} the server has \
         disabled because their receivers took nothing. See `rankledger webhook list`, mend the receiver, and enable the \
         subscription, or remove it",
        disabled + failing
    );
    HealthWarning { is_grave: false, text }
}
