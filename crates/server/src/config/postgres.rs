//! How a PostgreSQL database is used.

use std::num::NonZeroUsize;

use rankledger_storage::postgres::PostgresOptions;
use serde::Deserialize;

/// The settings in `[postgres]` of a configuration file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresSettings {
    /// See [`PostgresOptions::writers`].
    pub writers: Option<NonZeroUsize>,
    /// See [`PostgresOptions::readers`].
    pub readers: Option<NonZeroUsize>,
    /// See [`PostgresOptions::read_from_standby`].
    #[serde(default)]
    pub read_from_standby: bool,
}

impl From<PostgresSettings> for PostgresOptions {
    fn from(settings: PostgresSettings) -> Self {
        let usual = Self::default();
        Self {
            writers: settings.writers.map_or(usual.writers, NonZeroUsize::get),
            readers: settings.readers.map_or(usual.readers, NonZeroUsize::get),
            read_from_standby: settings.read_from_standby,
            node: usual.node,
        }
    }
}
