//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;

use super::idempotency::KeysInUse;
use super::rate_limit::Limiter;
use crate::config::Sites;
use crate::ops::Ledger;

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
    /// Where this server, and the site that its short URLs lead to, are reached.
    pub sites: Sites,
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
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
