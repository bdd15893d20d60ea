//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::{ReadTx, Storage};
use tokio::runtime::Handle;

use crate::api::health::LastLook;
use crate::api::v2::rank_changes::rollback::under_way::UnderWay;
use crate::config::Sites;
use crate::http::idempotency::KeysInUse;
use crate::http::rate_limit::Limiter;
use crate::ops::Ledger;
use crate::wire::problem::Problem;

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// Where reads go.
    pub storage: Arc<dyn Storage>,
    /// Where writes go.
    pub ledger: Ledger,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn Ids>,
    /// How often a credential may call.
    pub limiter: Limiter,
    /// The idempotency keys whose requests are under way.
    pub keys_in_use: KeysInUse,
    /// What an operator should know of the database, as far as it was asked for lately.
    pub last_look: LastLook,
    /// Where this server, and the site that its short URLs lead to, are reached.
    pub sites: Sites,
    /// Rollbacks that are being carried out.
    pub rollbacks: UnderWay,
    /// How long a request waits for a rollback to be carried out.
    pub rollback_patience: Duration,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
}

impl App {
    /// An app of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Reads apart from the threads that serve requests: what takes long.
    pub async fn read_apart<T: Send + 'static>(
        &self,
        read: impl FnOnce(Box<dyn ReadTx>) -> BoxFuture<'static, Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        let (storage, runtime) = (Arc::clone(&self.storage), Handle::current());
        let reading = tokio::task::spawn_blocking(move || {
            runtime.block_on(async move { read(storage.read().await?).await })
        });
        reading.await.unwrap_or_else(|panic| Err(Problem::internal(&panic)))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
