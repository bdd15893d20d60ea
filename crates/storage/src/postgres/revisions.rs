//! Looking up the revisions of communities for many who ask at the same time, with one question.
//!
//! Nearly every request asks whether what is cached of its community is still true. Each request gets the
//! answer to a question that was sent after the request asked, so no answer is outdated. Requests that ask
//! while a question is on its way share the next one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rankledger_domain::ids::CommunityId;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::codec::{engine_error, get};
use super::connection::Connections;
use crate::Result;
use crate::cache::Revision;

/// How long a question may take, before each asks for himself.
const PATIENCE: Duration = Duration::from_secs(1);

/// The community that somebody asks for, and where the answer goes.
type Waiting = (CommunityId, oneshot::Sender<Option<Revision>>);

/// The requests that wait for revisions: those that ask at the same time share one question.
pub(super) struct Revisions {
    connections: Arc<Connections>,
    asked: Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    waiting: Vec<Waiting>,
    /// Whether somebody is there to ask for those who wait.
    is_served: bool,
}

impl Revisions {
    pub(super) fn new(connections: Arc<Connections>) -> Self {
        Self { connections, asked: Mutex::default() }
    }

    /// Returns the revision of a community at this moment. `None` if there is no such community, or if the
    /// database cannot be asked.
    pub(super) async fn now(self: &Arc<Self>, community: CommunityId) -> Option<Revision> {
        let (answer, answered) = oneshot::channel();
        let is_served = {
            let mut asked = self.asked();
            asked.waiting.push((community, answer));
            std::mem::replace(&mut asked.is_served, true)
        };
        if !is_served {
            // A task of its own, for this request may be given up while others wait.
            tokio::spawn(Arc::clone(self).serve());
        }
        answered.await.ok().flatten()
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks until nobody waits.
    async fn serve(self: Arc<Self>) {
        let service = Service(&self);
        while let Some(waiting) = self.next() {
            let communities = waiting.iter().map(|(community, _)| community.0).collect();
            match timeout(PATIENCE, self.ask(communities)).await {
                Ok(Ok(revisions)) => {
                    for (community, answer) in waiting {
                        // A request that does not wait any more needs no answer.
                        let _ = answer.send(revisions.get(&community).copied());
                    }
                }
                Ok(Err(error)) => tracing::debug!(%error, "the revisions of communities cannot be looked up"),
                Err(_) => tracing::debug!("the revisions of communities take too long to look up"),
            }
        }
        // `next` has put down that nobody serves, and somebody may by now.
        std::mem::forget(service);
    }

    fn next(&self) -> Option<Vec<Waiting>> {
        let mut asked = self.asked();
        asked.is_served = !asked.waiting.is_empty();
        asked.is_served.then(|| std::mem::take(&mut asked.waiting))
    }

    async fn ask(&self, communities: Vec<i64>) -> Result<HashMap<CommunityId, Revision>> {
        let client = self.connections.reader().await?;
        let rows = async {
            let sql = "SELECT id, revision FROM communities WHERE id = ANY ($1)";
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, &[&communities]).await
        };
        let rows = rows.await.map_err(engine_error)?;
        rows.iter().map(|row| Ok((CommunityId(get(row, 0)?), get(row, 1)?))).collect()
    }
}

/// Somebody asks for those who wait. If that ends before its time, with a panic or with the runtime, nobody
/// is left waiting.
struct Service<'a>(&'a Revisions);

impl Drop for Service<'_> {
    fn drop(&mut self) {
        *self.0.asked() = Asked::default();
    }
}
