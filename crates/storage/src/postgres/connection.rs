//! Connections: how they are made, what each is set to, and which of the hosts they lead to.

use std::error::Error;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::Config;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::codec::{engine_error, with_cause};
use super::fitness::node_name;
use super::{PostgresOptions, PostgresUrl};
use crate::{Result, StorageError};

/// How long a connection may take to be made, with each host.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long whoever asks waits for a connection while all are in use.
const POOL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a peer may be silent on a connection where an answer is due.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a silent peer is then asked whether it is there: without it, once in 75 seconds.
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// How long nobody looks for a primary to read from after there was none.
const OUTAGE: Duration = Duration::from_secs(1);

/// Settings of every connection. A commit is durable when it is answered, whatever the server's default; a
/// default that waits longer, such as for a standby, stays. Statements have no time-out: one that strikes
/// while a commit waits for a standby would make it look done. Each statement is planned once: it uses the
/// same keys whatever its parameters are, and planning it takes longer than running it.
pub(super) const SESSION: &str = "
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '60s';
    SET plan_cache_mode = 'force_generic_plan';
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') IN ('off', 'local');";

/// The connections of one node.
pub(super) struct Connections {
    url: PostgresUrl,
    writers: Pool,
    readers: Pool,
    /// To whichever host answers.
    standby: Option<Pool>,
    no_primary_since: Mutex<Option<Instant>>,
}

impl Connections {
    pub(super) fn new(url: &PostgresUrl, options: PostgresOptions) -> Result<Self> {
        let mut primary = url.config().clone();
        primary.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let mut any = url.config().clone();
        any.target_session_attrs(TargetSessionAttrs::Any);
        let PostgresOptions { writers, readers, node, .. } = options;
        let standby = options.read_from_standby.then(|| pool(any, readers, node, url));
        Ok(Self {
            url: url.clone(),
            writers: pool(primary.clone(), writers, node, url)?,
            readers: pool(primary, readers, node, url)?,
            standby: standby.transpose()?,
            no_primary_since: Mutex::new(None),
        })
    }

    /// The first connection: an error tells what is wrong with the configuration.
    pub(super) async fn first(&self) -> Result<Object> {
        self.writers.get().await.map_err(|error| cannot_open(&self.url, &error))
    }

    /// A connection to the primary, to write.
    pub(super) async fn writer(&self) -> Result<Object> {
        self.writers.get().await.map_err(|error| unavailable(error, "write"))
    }

    /// A connection to read: to the primary, or if there is none and it is allowed, to a standby.
    pub(super) async fn reader(&self) -> Result<Object> {
        let Some(standby) = &self.standby else {
            return self.readers.get().await.map_err(|error| unavailable(error, "read"));
        };
        if !self.is_without_primary() {
            match self.readers.get().await {
                Ok(client) => {
                    // Connections to a standby may lead to the primary by now, and would be too many there.
                    standby.retain(|_, _| false);
                    return Ok(client);
                }
                Err(error) => {
                    tracing::warn!(
                        cause = with_cause(&error),
                        "no primary to read from: reading from a standby"
                    );
                    self.remember_outage();
                }
            }
        }
        standby.get().await.map_err(|error| unavailable(error, "read"))
    }

    /// Whether a standby may be read from.
    pub(super) fn have_standby(&self) -> bool {
        self.standby.is_some()
    }

    fn is_without_primary(&self) -> bool {
        let since = self.no_primary_since.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < OUTAGE)
    }

    fn remember_outage(&self) {
        let mut since = self.no_primary_since.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *since = Some(Instant::now());
    }
}

fn pool(mut config: Config, size: usize, node: Option<u32>, url: &PostgresUrl) -> Result<Pool> {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    let program = config.get_application_name().unwrap_or("rankledger").to_owned();
    config.application_name(node.map_or(program.clone(), |node| node_name(&program, node)));
    config.keepalives_idle(SILENCE_TIMEOUT).keepalives_interval(PROBE_INTERVAL);
    config.tcp_user_timeout(SILENCE_TIMEOUT);
    let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, MakeRustlsConnect::new(tls(url)?), manager_config);
    let set_up = Hook::async_fn(|client: &mut deadpool_postgres::ClientWrapper, _| {
        Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) })
    });
    let pool = Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(POOL_TIMEOUT))
        .post_create(set_up)
        .build();
    pool.map_err(|error| StorageError::Engine(Box::new(error)))
}

fn tls(url: &PostgresUrl) -> Result<ClientConfig> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier);
    let config = config.map_err(|error| StorageError::Open {
        database: url.to_string(),
        cause: error.to_string(),
        advice: "Its certificate cannot be checked with what this machine trusts",
    })?;
    Ok(config.with_no_client_auth())
}

/// The error of a connection that cannot be made now, though it could before.
fn unavailable(error: PoolError, purpose: &str) -> StorageError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => {
            StorageError::Unavailable(format!("all connections that {purpose} were in use for too long"))
        }
        PoolError::Backend(error) if error.code().is_some() => match engine_error(error) {
            StorageError::Engine(error) => StorageError::Unavailable(with_cause(error.as_ref())),
            error => error,
        },
        error => StorageError::Unavailable(with_cause(&error)),
    }
}

/// The error of a first connection, with what to do about it.
fn cannot_open(url: &PostgresUrl, error: &PoolError) -> StorageError {
    let state = match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => error.code(),
        _ => None,
    };
    let advice = match state {
        Some(state)
            if *state == SqlState::INVALID_PASSWORD
                || *state == SqlState::INVALID_AUTHORIZATION_SPECIFICATION =>
        {
            "Check the user and the password, and what pg_hba.conf allows"
        }
        Some(state) if *state == SqlState::INVALID_CATALOG_NAME => {
            "Make the database with `createdb`, or name another one"
        }
        Some(state) if *state == SqlState::TOO_MANY_CONNECTIONS => {
            "Raise its max_connections, or lower the connections of its clients"
        }
        Some(_) => "See what its own log says",
        None => {
            "Check that it runs, that its hosts and ports are right, that one of them is a primary, and that it offers TLS if it \
             is not on this machine (sslmode=disable does without)"
        }
    };
    StorageError::Open { database: url.to_string(), cause: with_cause(error as &dyn Error), advice }
}
