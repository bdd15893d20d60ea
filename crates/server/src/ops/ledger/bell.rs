//! The bell that rings after each commit, for those who wait for news.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// Rings when this server has committed something that is durable.
pub struct Bell {
    commits: watch::Receiver<u64>,
    heard_at: Option<Instant>,
}

impl Bell {
    pub(super) fn new(commits: watch::Receiver<u64>) -> Self {
        Self { commits, heard_at: None }
    }

    /// Waits until the bell has rung since it was last heard, but no longer than `at_most`: nothing rings if
    /// another node writes. Between two rings that are heard there is a `breath`, so that a server that
    /// commits all the time keeps nobody busy.
    pub async fn wait(&mut self, breath: Duration, at_most: Duration) {
        match tokio::time::timeout(at_most, self.commits.changed()).await {
            Ok(Ok(())) => {
                let since = self.heard_at.map_or(breath, |heard_at| heard_at.elapsed());
                tokio::time::sleep(breath.saturating_sub(since)).await;
                self.commits.borrow_and_update();
                self.heard_at = Some(Instant::now());
            }
            // The writer has ended: then only other nodes write.
            Ok(Err(_)) => tokio::time::sleep(at_most).await,
            Err(_) => {}
        }
    }
}
