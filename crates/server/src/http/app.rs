//! The parts of the server that every handler can reach. State of a single feature is not named here: see
//! [`super::feature`]; how reads run apart from requests is in [`super::long_reads`].

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;

use crate::config::Sites;
use crate::http::feature::{Feature, Features};
use crate::http::keys_in_use::KeysInUse;
use crate::http::rate_limit::Limiter;
use crate::ops::Ledger;

/// The parts of the server that every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// The database, for reads.
    pub storage: Arc<dyn Storage>,
    /// The ledger, which carries out writes.
    pub ledger: Ledger,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of new ids.
    pub ids: Arc<dyn Ids>,
    /// The rate limits.
    pub limiter: Limiter,
    /// The idempotency keys of requests that are being carried out.
    pub keys_in_use: KeysInUse,
    /// The addresses of this server and of the site that its short URLs lead to.
    pub sites: Sites,
    /// The states of single features.
    pub features: Features,
    /// The longest time that a request may take.
    pub request_timeout: Duration,
    /// The longest time that the body of a request may take to arrive.
    pub body_timeout: Duration,
}

impl App {
    /// Makes an app of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Returns the state of a feature, which is made when it is first asked for.
    #[must_use]
    pub fn feature<F: Feature>(&self) -> Arc<F> {
        self.features.get(self)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
