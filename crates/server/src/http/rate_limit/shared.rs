//! The buckets that all nodes share, in Redis or Valkey. A check is one round trip of the script `gcra.lua`,
//! for all buckets of a request. The script uses the clock of Redis.
//!
//! A request never waits for a connection: a task in the background makes it. Without a connection, or
//! without an answer in time, the bucket of this process decides. The first request that gets no answer drops
//! the connection, so that the next requests do not wait as well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, Script};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::config::RedisUrl;
use crate::http::rate_limit::limit::{Limit, Verdict, Whose};
use crate::http::rate_limit::request::Request;

/// Longest time to make a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Pause before the next attempt to connect.
const PAUSE: Duration = Duration::from_millis(500);

/// Prefix of every key.
const PREFIX: &str = "rankledger:limit:";

/// The name of a bucket in Redis, with its limit. `None` in the place of one that there is not.
type Bucket = Option<(String, Limit)>;

/// The buckets that nodes share.
pub struct SharedBuckets {
    link: Arc<Link>,
    fallbacks: AtomicU64,
    keeper: AbortHandle,
}

/// The connection to the shared buckets.
struct Link {
    client: Client,
    script: Script,
    patience: Duration,
    /// The open connection. `None` while Redis does not answer.
    connection: watch::Sender<Option<Arc<MultiplexedConnection>>>,
}

impl SharedBuckets {
    /// Connects in the background. The function must be called within an async runtime.
    pub(super) fn start(url: &RedisUrl, patience: Duration) -> Self {
        let link = Arc::new(Link::new(url, patience));
        let keeper = tokio::spawn(keep_connected(url.clone(), Arc::clone(&link))).abort_handle();
        Self { link, fallbacks: AtomicU64::new(0), keeper }
    }

    /// Counts a request, or refuses it. `None` if there is no answer.
    pub(super) async fn check(&self, request: &Request) -> Option<Verdict> {
        let verdict = self.link.check(&buckets(request), request.patience).await;
        if verdict.is_none() {
            self.fallbacks.fetch_add(1, Ordering::Relaxed);
        }
        verdict
    }

    /// Returns whether the shared buckets answer, as far as is known.
    pub fn is_up(&self) -> bool {
        self.link.connection.borrow().is_some()
    }

    /// Returns the number of requests that the shared buckets did not answer.
    pub fn fallbacks(&self) -> u64 {
        self.fallbacks.load(Ordering::Relaxed)
    }
}

impl Drop for SharedBuckets {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// Checks that shared buckets answer at this URL.
pub async fn probe(url: &RedisUrl) -> Result<(), RedisError> {
    Link::new(url, CONNECT_TIMEOUT).connect().await.map(drop)
}

impl Link {
    fn new(url: &RedisUrl, patience: Duration) -> Self {
        let (client, script) = (url.client(), Script::new(include_str!("gcra.lua")));
        Self { client, script, patience, connection: watch::Sender::new(None) }
    }

    async fn check(&self, buckets: &[Bucket], patience: Duration) -> Option<Verdict> {
        let connection = self.connection.borrow().clone()?;
        match self.run_script(&connection, buckets, patience).await {
            Ok(verdict) => Some(verdict),
            Err(error) => {
                self.give_up(&connection, &error);
                None
            }
        }
    }

    /// Runs the script in one round trip. If Redis does not have the script yet, sends it first. Returns the
    /// verdict of the bucket that is closest to refusing.
    async fn run_script(
        &self,
        connection: &MultiplexedConnection,
        buckets: &[Bucket],
        patience: Duration,
    ) -> Result<Verdict, RedisError> {
        let mut script = self.script.prepare_invoke();
        script.arg(u64::try_from(patience.as_micros()).unwrap_or(u64::MAX));
        for (name, limit) in buckets.iter().flatten() {
            script.key(name).arg(limit.period).arg(limit.burst.get());
        }
        let answer: Vec<u64> = script.invoke_async(&mut connection.clone()).await?;
        let (answers, _) = answer.as_chunks();
        let answered = buckets.iter().flatten().zip(answers);
        let verdicts = answered.map(|((_, limit), &[remaining, wait])| limit.verdict(remaining, wait));
        let closest = verdicts.reduce(Verdict::closer);
        closest.ok_or_else(|| RedisError::from((ErrorKind::TypeError, "the script answers for no bucket")))
    }

    /// Drops a connection that failed, so that [`keep_connected`] makes another one. Only the first request
    /// that reports this connection has an effect.
    fn give_up(&self, failed: &Arc<MultiplexedConnection>, error: &RedisError) {
        let is_first = self.connection.send_if_modified(|connection| {
            connection.take_if(|connection| Arc::ptr_eq(connection, failed)).is_some()
        });
        if is_first {
            warn(error);
        }
    }

    /// Returns a connection on which the script has run.
    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(CONNECT_TIMEOUT)
            .set_response_timeout(self.patience);
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let limit = Limit::new("probe", Whose::Credential, 60_000);
        let probe = limit.map(|limit| (format!("{PREFIX}{}", limit.operation_id), limit));
        self.run_script(&connection, &[probe], Duration::ZERO).await?;
        Ok(connection)
    }
}

/// The buckets that a request takes from.
fn buckets(request: &Request) -> [Bucket; 2] {
    let operation = request.own.operation_id;
    let own = (format!("{PREFIX}{}:{operation}", request.credential), request.own);
    let name = || format!("{PREFIX}community:{}:{operation}", request.of_community.0);
    [Some(own), request.community.map(|limit| (name(), limit))]
}

/// Makes a connection, and another one whenever the connection is dropped.
async fn keep_connected(url: RedisUrl, link: Arc<Link>) {
    let mut connection = link.connection.subscribe();
    let mut is_said = false;
    loop {
        match link.connect().await {
            Ok(made) => {
                tracing::info!(%url, "the shared rate limits answer: all nodes count together");
                link.connection.send_replace(Some(Arc::new(made)));
                // The wait fails only without a sender, and this task has one.
                let _ = connection.wait_for(Option::is_none).await;
            }
            Err(error) if is_said => tracing::debug!(%error, "the shared rate limits still do not answer"),
            Err(error) => warn(&error),
        }
        is_said = true;
        tokio::time::sleep(PAUSE).await;
    }
}

fn warn(error: &RedisError) {
    tracing::warn!(%error, "the shared rate limits do not answer: until they do, each node counts by itself");
}
