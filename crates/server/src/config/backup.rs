//! The backups that a server takes by itself: `[backup]` in the configuration file.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use serde::Deserialize;

/// The backups that a server takes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupSettings {
    /// The folder for them. It is made, if the folder that it is in is there.
    pub folder: PathBuf,
    /// How old the newest may become before the next is taken: `6h`, `1d`.
    #[serde(default = "daily", deserialize_with = "period")]
    pub every: Duration,
    /// How many of them are kept.
    #[serde(default = "a_week")]
    pub keep: NonZeroUsize,
}

fn daily() -> Duration {
    Duration::from_hours(24)
}

fn a_week() -> NonZeroUsize {
    NonZeroUsize::MIN.saturating_add(6)
}

/// Reads a period of at least a second.
fn period<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = || {
        let span: Span = text.parse().ok()?;
        let period = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        Duration::try_from(period).ok().filter(|period| *period >= Duration::from_secs(1))
    };
    read()
        .ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is no period such as \"6h\" or \"1d\"")))
}

impl fmt::Display for BackupSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, every, keep } = self;
        write!(f, "{},every={}s,keep={keep}", folder.display(), every.as_secs())
    }
}
