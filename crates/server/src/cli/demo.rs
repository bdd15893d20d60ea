//! `rankledger demo`: a throw-away community, in which the documented cURL lines work as they stand.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::{Credential, RateFactor, Scope};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::log_output::log_through_queue;
use super::print;
use super::serve::{bind, exit_code, features, parse_listen};
use crate::api::demo::{DemoClock, DemoControls};
use crate::api::webhooks::Webhooks;
use crate::config::{ConnectionSettings, DEFAULT_LISTEN, RateLimitMode, RateLimits, Sites, WebhookSettings};
use crate::http::connections::{ConnectionLimits, Connections, raise_open_files};
use crate::http::feature::Features;
use crate::ops::import::{Document, Format, import_alone};
use crate::serve::{Setup, StopSignals};
use crate::system::SystemIds;

/// The key of the documentation's examples.
const KEY: &str = "YOUR_API_KEY";

/// The credential of that key.
const CREDENTIAL: CredentialId = CredentialId(Uuid::from_u128(0x7777_7777_7777_7777_7777_7777_7777_7777));

/// The community of the documentation's examples, as an import document.
const COMMUNITY: &str = include_str!("../../demo/community.yaml");

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The community, as an import document, in the place of the one of the documentation's examples
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Address to listen on: a loopback address, for the key is public
    #[arg(long, value_name = "ADDR", default_value_t = DEFAULT_LISTEN, value_parser = parse_listen)]
    listen: SocketAddr,
    /// How often a credential may call: `documented` or `off`
    #[arg(long, value_name = "MODE", default_value_t)]
    rate_limits: RateLimitMode,
    /// Time at which the demo's clock stands still, such as 2026-04-15T00:00:00Z, for the tests of programs
    #[arg(long, value_name = "TIME")]
    clock: Option<Timestamp>,
}

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!(
                "the demo accepts a key that everybody knows, so it listens on a loopback address only: not on {}",
                self.listen
            );
        }
        let document = Arc::new(self.document()?);
        let log = log_through_queue()?;
        let listener = bind(self.listen).await?;
        let address = listener.local_addr().context("cannot tell the address")?;
        // The demo that begins anew goes on with the same socket: who connects meanwhile waits for it.
        let listener = listener.into_std().context("cannot keep the address")?;
        let mut stop = StopSignals::listen()?;
        let mut is_first = true;
        loop {
            let folder = tempfile::Builder::new().prefix("rankledger-demo-").tempdir();
            let folder = folder.context("cannot make a temporary folder for the demo's database")?;
            let clock = Arc::new(DemoClock::new(self.clock));
            let (storage, community) = open(&folder.path().join("demo.db"), &document, clock.clone())
                .await
                .with_context(|| self.source())?;
            if std::mem::take(&mut is_first)
                && let Err(error) = print::print(&self.welcome(address, &community))
            {
                tracing::warn!("nobody reads the welcome: {error:#}");
            }
            let controls = Arc::new(DemoControls::new(clock.clone()));
            let setup = self.setup(storage, clock, features(&log).with_shared(Arc::clone(&controls)));
            let same =
                listener.try_clone().and_then(TcpListener::from_std).context("cannot keep the address")?;
            let served = crate::serve::serve(same, setup, &mut stop).await;
            if served.is_err() || !controls.is_reset() {
                return Ok(exit_code(served));
            }
        }
    }

    /// Reads the document of the community.
    fn document(&self) -> Result<Document> {
        let document = match &self.file {
            Some(file) => Document::read(file),
            None => Document::parse(COMMUNITY, Format::Yaml),
        };
        document.with_context(|| self.source())
    }

    /// Says where the community comes from, for an error.
    fn source(&self) -> String {
        match &self.file {
            Some(file) => format!("cannot import {}", file.display()),
            None => "in the demo's community".to_owned(),
        }
    }

    fn setup(&self, storage: Arc<dyn Storage>, clock: Arc<DemoClock>, features: Features) -> Setup {
        let limits = ConnectionLimits::new(&ConnectionSettings::default(), raise_open_files(), 0);
        let webhooks = if self.file.is_some() {
            WebhookSettings::of_demo_of_document()
        } else {
            WebhookSettings::of_demo()
        };
        Setup {
            storage,
            clock,
            ids: Arc::new(SystemIds),
            rate_limits: RateLimits { mode: self.rate_limits, ..RateLimits::default() },
            connections: Connections::new(limits),
            sites: Sites::default(),
            features: features.with(Webhooks::new(webhooks)),
        }
    }

    fn welcome(&self, address: SocketAddr, community: &str) -> String {
        let lines = if self.file.is_some() { lines_of_any(address) } else { lines_of_documentation(address) };
        format!(
            "\
Rankledger demo: http://{address}
community {community}, API key {KEY}; everything is gone when it stops (Ctrl-C)

{lines}"
        )
    }
}

/// Makes a database with the document's community and the demo's key. Returns it with the community's id.
async fn open(
    path: &Path,
    document: &Arc<Document>,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<dyn Storage>, String)> {
    let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(path)?);
    let (document, ids) = (Arc::clone(document), Arc::new(SystemIds));
    import_alone(Arc::clone(&storage), document, Arc::clone(&clock), ids, |_, _| {}).await?;

    let mut tx = storage.begin().await?;
    let community = tx.communities().await?.pop().context("the demo's community was not imported")?;
    let credential = Credential {
        id: CREDENTIAL,
        community: community.id,
        name: "demo".to_owned(),
        scopes: [Scope::Admin].into_iter().collect(),
        power_ceiling: None,
        rate_factor: RateFactor::ONE,
        created_at: clock.now(),
        made_by: None,
        expires_at: None,
        revoked_at: None,
    };
    let key = ApiKey::parse(KEY).context("the demo's key")?;
    tx.insert_credential(&credential, &key.hash()).await?;
    tx.commit().await?;
    Ok((storage, community.public_id))
}

/// Returns the lines of the documentation that work on its community as they stand.
fn lines_of_documentation(address: SocketAddr) -> String {
    format!(
        "\
Set Account Ranks:

curl --request PATCH \\
  --url \"http://{address}/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks\" \\
  --header \"Authorization: Bearer {KEY}\" \\
  --header \"Accept: application/json\" \\
  --data '{{\"accId\":\"00000000-0000-0000-0000-000000000000\",\"add\":[\"rank-1\"],\"active\":true}}'

Undo Rank Change:

curl --request POST \\
  --url \"http://{address}/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo\" \\
  --header \"Authorization: Bearer {KEY}\" \\
  --header \"Accept: application/json\" \\
  --data '{{\"userId\":\"11111111-1111-1111-1111-111111111111\"}}'

"
    )
}

/// Returns lines that work on every community.
fn lines_of_any(address: SocketAddr) -> String {
    format!(
        "\
The members with their ranks:

curl \"http://{address}/v2/community/accounts?include=ranks\" --header \"Authorization: Bearer {KEY}\"

Begin anew:

curl --request POST \"http://{address}/demo/reset\"

"
    )
}
