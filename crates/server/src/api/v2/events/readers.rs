//! The readers of streams: how many there are, and the task of each community that looks for news for all of
//! its readers.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::log::LogPlace;
use rankledger_storage::{Storage, StorageError};
use tokio::sync::watch;

use crate::http::App;
use crate::http::feature::Feature;
use crate::ops::Ledger;
use crate::ops::ledger::Bell;
use crate::wire::problem::Problem;

/// The most streams that a credential may have open.
pub const MOST_OF_CREDENTIAL: usize = 10;

/// The most streams that may be open on a server.
pub const MOST_OF_SERVER: usize = 200;

/// How often the database is asked for the end of a feed that somebody reads, at least: another node may have
/// written. A commit of this server is seen at once.
const PERIOD: Duration = Duration::from_millis(100);

/// How often the database is asked at the most, while one commit follows the other.
const BREATH: Duration = Duration::from_millis(50);

/// How often the credentials are looked at, even if nothing has happened.
const CREDENTIALS: Duration = Duration::from_millis(500);

/// The news of a community, as its readers see them.
#[derive(Debug, Clone)]
pub struct News {
    /// The place of the last event.
    pub end: LogPlace,
    /// The credentials that were revoked.
    pub revoked: Arc<HashSet<CredentialId>>,
}

/// The readers of all streams of a server.
pub struct Readers {
    open: Mutex<Open>,
    stopped: watch::Sender<bool>,
}

#[derive(Default)]
struct Open {
    /// The number of streams of each credential that has any.
    streams: HashMap<CredentialId, usize>,
    /// The news of each community that has readers.
    news: HashMap<CommunityId, watch::Sender<News>>,
}

impl Feature for Readers {
    fn new(_: &App) -> Self {
        Self { open: Mutex::default(), stopped: watch::Sender::new(false) }
    }
}

impl Readers {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of streams that are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().streams.values().sum()
    }

    /// Ends all streams, and takes no new ones.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Returns what says that all streams end.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopped.subscribe()
    }

    /// Counts a stream of a credential, until the value is dropped; or the refusal that there are too many.
    pub fn count_in(self: &Arc<Self>, credential: CredentialId) -> Result<Counted, Problem> {
        if *self.stopped.borrow() {
            return Err(Problem::shutting_down());
        }
        let mut open = self.lock();
        if open.streams.values().sum::<usize>() >= MOST_OF_SERVER {
            return Err(Problem::too_many_streams_here(MOST_OF_SERVER));
        }
        let of_credential = open.streams.entry(credential).or_default();
        if *of_credential >= MOST_OF_CREDENTIAL {
            return Err(Problem::too_many_streams(MOST_OF_CREDENTIAL));
        }
        *of_credential += 1;
        drop(open);
        Ok(Counted { readers: Arc::clone(self), credential })
    }

    /// Returns the news of a community from now on, when its feed ends at `end`. The first reader starts the
    /// task that looks for them.
    pub fn news(
        self: &Arc<Self>,
        (storage, ledger): (&Arc<dyn Storage>, &Ledger),
        community: CommunityId,
        end: LogPlace,
    ) -> watch::Receiver<News> {
        let mut open = self.lock();
        if let Some(sender) = open.news.get(&community) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(News { end, revoked: Arc::default() });
        open.news.insert(community, sender.clone());
        drop(open);
        let (readers, storage) = (Arc::clone(self), Arc::clone(storage));
        let bell = ledger.bell();
        let look = async move { readers.look_for_news(storage.as_ref(), bell, community, &sender).await };
        tokio::spawn(look);
        receiver
    }

    /// Looks for news until nobody reads them.
    async fn look_for_news(
        &self,
        storage: &dyn Storage,
        mut bell: Bell,
        community: CommunityId,
        sender: &watch::Sender<News>,
    ) {
        let mut looked_at: Option<Instant> = None;
        while self.is_read(community, sender) {
            let last = sender.borrow().end;
            let is_time = looked_at.is_none_or(|at| at.elapsed() >= CREDENTIALS);
            if is_time {
                looked_at = Some(Instant::now());
            }
            match look(storage, community, last, is_time).await {
                Ok((end, revoked)) => {
                    sender.send_if_modified(|news| {
                        let is_new = end != news.end
                            || revoked.as_ref().is_some_and(|revoked| *revoked != *news.revoked);
                        news.end = end;
                        news.revoked = revoked.map_or_else(|| Arc::clone(&news.revoked), Arc::new);
                        is_new
                    });
                }
                Err(error) => tracing::debug!(%error, "the end of a feed could not be read"),
            }
            bell.wait(BREATH, PERIOD).await;
        }
    }

    /// Returns whether anybody reads the news of a community. If nobody does, they are forgotten.
    fn is_read(&self, community: CommunityId, sender: &watch::Sender<News>) -> bool {
        let mut open = self.lock();
        let is_read = sender.receiver_count() > 0;
        if !is_read {
            open.news.remove(&community);
        }
        is_read
    }
}

/// Reads the end of a feed; also the credentials that were revoked, if something has happened or they are to
/// be looked at anyway.
async fn look(
    storage: &dyn Storage,
    community: CommunityId,
    last: LogPlace,
    with_credentials: bool,
) -> Result<(LogPlace, Option<HashSet<CredentialId>>), StorageError> {
    let mut tx = storage.read().await?;
    let end = tx.end_of_events(community).await?;
    if end == last && !with_credentials {
        return Ok((end, None));
    }
    let credentials = tx.credentials(community).await?;
    let revoked = credentials.iter().filter(|one| one.revoked_at.is_some()).map(|one| one.id);
    Ok((end, Some(revoked.collect())))
}

/// A stream that is counted as long as this lives.
pub struct Counted {
    readers: Arc<Readers>,
    credential: CredentialId,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.readers.lock();
        if let Some(count) = open.streams.get_mut(&self.credential) {
            *count -= 1;
            if *count == 0 {
                open.streams.remove(&self.credential);
            }
        }
    }
}
