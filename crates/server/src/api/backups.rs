//! The backups that this server takes, as `/readyz` and `/metrics` show them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::App;
use crate::http::feature::Feature;
use crate::jobs::backups::BackupWatch;
use crate::wire::time::Time;

/// The backups of this server. `None` if it takes none by itself.
pub struct Backups(pub Option<Arc<BackupWatch>>);

impl Feature for Backups {
    fn new(_: &App) -> Self {
        Self(None)
    }
}

/// The newest backup of those that this server takes by itself.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewestBackup {
    /// The time of the backup.
    at: Time,
    /// Its age in seconds.
    age_seconds: u64,
}

/// Returns the newest backup. `None` if there is none yet, or this server takes none by itself.
pub(super) fn newest(app: &App) -> Option<NewestBackup> {
    let backups = app.feature::<Backups>();
    let watch = backups.0.as_ref()?;
    let (at, age) = (watch.newest()?, watch.age(app.clock.now())?);
    Some(NewestBackup { at: Time(at), age_seconds: age.as_secs() })
}
