//! The bell that rings after each commit, for those who wait for news.

use std::time::Duration;

use tokio::sync::watch;

/// Rings when this server has committed something that is durable.
pub struct Bell(watch::Receiver<u64>);

impl Bell {
    pub(super) fn new(commits: watch::Receiver<u64>) -> Self {
        Self(commits)
    }

    /// Waits until the bell has rung since the last call. It waits `at_least` so long, so that who looks after
    /// each ring is not kept busy by a server that commits all the time; and `at_most` so long, for nothing
    /// rings if another node writes.
    pub async fn wait(&mut self, at_least: Duration, at_most: Duration) {
        tokio::time::sleep(at_least).await;
        let rest = at_most.saturating_sub(at_least);
        // The writer may have ended: then only other nodes write.
        if let Ok(Err(_)) = tokio::time::timeout(rest, self.0.changed()).await {
            tokio::time::sleep(rest).await;
        }
    }
}
