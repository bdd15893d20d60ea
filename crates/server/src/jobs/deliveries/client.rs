//! The HTTP client that sends to receivers. It connects only to addresses that were checked, follows no
//! redirect, uses no proxy of the environment, and reads no more of an answer than it has to.

use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::Semaphore;

use crate::config::WebhookSettings;
use crate::ops::subscriptions::target::{Target, TargetError};

/// The most bytes of an answer that are read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The most requests under way at once.
const MOST_AT_ONCE: usize = 256;

/// The most requests under way at once to one host: so one that is slow leaves room for others.
pub const MOST_TO_HOST: usize = 8;

/// How long a receiver may take to answer, unless a test says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// A request about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where it is sent.
    pub url: String,
    /// Its headers, besides those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// Its body: JSON.
    pub body: String,
}

/// The answer of a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its header `Retry-After`, if it has one.
    pub retry_after: Option<String>,
    /// Its body, as far as it was read.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing is sent to this URL.
    #[error("nothing is sent to this URL: {0}")]
    Target(#[from] TargetError),
    /// The name of the host has no address that something may be sent to.
    #[error("{0}")]
    Address(NoAddress),
    /// There was no answer in time.
    #[error("there was no answer within {} s", .0.as_secs_f32())]
    Timeout(Duration),
    /// No connection could be made.
    #[error("no connection could be made: {0}")]
    Connection(String),
    /// The connection broke off.
    #[error("the connection broke off before there was an answer: {0}")]
    BrokenOff(String),
    /// This machine cannot check certificates.
    #[error("this server cannot check certificates: {0}")]
    Certificates(String),
}

/// Sends to receivers. Requests wait for their turn: see `MOST_AT_ONCE` and [`MOST_TO_HOST`].
pub struct Client {
    settings: Arc<WebhookSettings>,
    timeout: Duration,
    names: Arc<dyn Resolve>,
    /// Made when something is first sent: to load the certificates that the machine trusts takes a while.
    http: OnceLock<Result<reqwest::Client, String>>,
    all: Semaphore,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Client {
    /// Returns a client for receivers that may take so long to answer, and whose names this machine resolves.
    #[must_use]
    pub fn new(settings: WebhookSettings, timeout: Duration) -> Self {
        Self::resolving_by(settings, timeout, Arc::new(SystemResolver))
    }

    /// Returns a client that resolves names like this.
    #[must_use]
    pub fn resolving_by(settings: WebhookSettings, timeout: Duration, names: Arc<dyn Resolve>) -> Self {
        Self {
            settings: Arc::new(settings),
            timeout,
            names,
            http: OnceLock::new(),
            all: Semaphore::new(MOST_AT_ONCE),
            hosts: Mutex::default(),
        }
    }

    /// The settings: where something may be sent.
    #[must_use]
    pub fn settings(&self) -> &WebhookSettings {
        &self.settings
    }

    /// Sends a request, once it has its turn, and returns the answer.
    pub async fn send(&self, message: Message) -> Result<Answer, SendError> {
        // Read again each time: the operator may have taken a permission away since the URL was stored.
        let target = Target::parse(&message.url, &self.settings)?;
        let of_host = self.turns_of(&target.host());
        // The host's first: whoever has a turn of all never waits for a slow host with it.
        let _turn_of_host = of_host.acquire().await;
        let _turn = self.all.acquire().await;
        let http = self.http.get_or_init(|| self.connect());
        let http = http.as_ref().map_err(|error| SendError::Certificates(error.clone()))?;
        let mut request = http.post(target.url().clone()).header("content-type", "application/json");
        for (name, value) in message.headers {
            request = request.header(name, value);
        }
        let sent = request.body(message.body).send().await;
        let mut response = sent.map_err(|error| self.error_of(&error))?;
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        // A receiver that has answered is believed, even if the body of its answer breaks off.
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = LONGEST_ANSWER - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == LONGEST_ANSWER {
                break;
            }
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status: response.status().as_u16(), retry_after, body })
    }

    /// Returns the turns of a host. Hosts that nothing is sent to are forgotten.
    fn turns_of(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = hosts.get(host) {
            return Arc::clone(turns);
        }
        hosts.retain(|_, turns| Arc::strong_count(turns) > 1);
        let turns = Arc::new(Semaphore::new(MOST_TO_HOST));
        hosts.insert(host.to_owned(), Arc::clone(&turns));
        turns
    }

    /// Makes the HTTP client that sends.
    fn connect(&self) -> Result<reqwest::Client, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| error.to_string())?
            .with_no_client_auth();
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(CheckedResolver {
                settings: Arc::clone(&self.settings),
                names: Arc::clone(&self.names),
            })
            .user_agent(concat!("Rankledger/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .timeout(self.timeout)
            .pool_max_idle_per_host(MOST_TO_HOST)
            .pool_idle_timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| error.to_string())
    }

    fn error_of(&self, error: &reqwest::Error) -> SendError {
        if let Some(refused) = causes(error).find_map(|cause| cause.downcast_ref::<NoAddress>()) {
            return SendError::Address(refused.clone());
        }
        if error.is_timeout() {
            return SendError::Timeout(self.timeout);
        }
        let cause = causes(error).last().map_or_else(|| "no reason is known".to_owned(), ToString::to_string);
        if error.is_connect() { SendError::Connection(cause) } else { SendError::BrokenOff(cause) }
    }
}

/// The causes of an error, the innermost last.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

/// Hands out the addresses of a host that something may be sent to: the client connects to these and no
/// others, so a name that leads elsewhere by then gains nothing.
struct CheckedResolver {
    settings: Arc<WebhookSettings>,
    names: Arc<dyn Resolve>,
}

/// Why a host has no address that something may be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// Its name cannot be resolved.
    #[error("the addresses of {host} cannot be found: {cause}")]
    Unknown {
        /// The host.
        host: String,
        /// The words of the resolver.
        cause: String,
    },
    /// None of its addresses is public or allowed.
    #[error(
        "{0} has no public address, and `allow_networks` in [webhooks] of this server's configuration has none of \
         its addresses"
    )]
    NotAllowed(String),
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (settings, host) = (Arc::clone(&self.settings), name.as_str().to_owned());
        let resolving = self.names.resolve(name);
        Box::pin(async move {
            let found = resolving
                .await
                .map_err(|error| NoAddress::Unknown { host: host.clone(), cause: error.to_string() })?;
            let allowed: Vec<SocketAddr> = found.filter(|found| settings.may_send_to(found.ip())).collect();
            if allowed.is_empty() {
                return Err(NoAddress::NotAllowed(host).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Resolves names as this machine does.
struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}
