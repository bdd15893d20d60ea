//! What an operator should know: of the database, of the clock beside it, and of the subscriptions.

use rankledger_domain::time::Clock;
use rankledger_storage::{HealthWarning, Storage, StorageError};

use super::clock_watch::ClockWatch;
use super::subscriptions;

/// Returns the warnings for the operator.
pub async fn health_warnings(
    storage: &dyn Storage,
    clock: &dyn Clock,
    watch: &ClockWatch,
) -> Result<Vec<HealthWarning>, StorageError> {
    let mut warnings = storage.health_warnings(clock.now()).await?;
    if watch.is_due(clock.elapsed())
        && let Some(newest) = storage.read().await?.latest_head().await?
    {
        watch.note(newest.at, clock.elapsed());
    }
    warnings.extend(watch.warning(clock));
    warnings.extend(subscriptions::health::health_warnings(storage, clock.now()).await?);
    Ok(warnings)
}
