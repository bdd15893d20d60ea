//! `rankledger demo`: a throw-away community, in which the documented cURL lines work as they stand.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::{Credential, RateFactor, Scope};
use rankledger_domain::ids::{CredentialId, Ids};
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use uuid::Uuid;

use super::log_output::log_through_queue;
use super::print;
use super::serve::{bind, exit_code, features, parse_listen};
use crate::api::webhooks::Webhooks;
use crate::config::{ConnectionSettings, DEFAULT_LISTEN, RateLimitMode, RateLimits, Sites, WebhookSettings};
use crate::http::connections::{ConnectionLimits, Connections, raise_open_files};
use crate::ops::import::{Document, Format, import_alone};
use crate::serve::Setup;
use crate::system::{SystemClock, SystemIds};

/// The key of the documentation's examples.
const KEY: &str = "YOUR_API_KEY";

/// The credential of that key.
const CREDENTIAL: CredentialId = CredentialId(Uuid::from_u128(0x7777_7777_7777_7777_7777_7777_7777_7777));

/// The community of the documentation's examples, as an import document.
const COMMUNITY: &str = include_str!("../../demo/community.yaml");

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Address to listen on: a loopback address, for the key is public
    #[arg(long, value_name = "ADDR", default_value_t = DEFAULT_LISTEN, value_parser = parse_listen)]
    listen: SocketAddr,
    /// How often a credential may call: `documented` or `off`
    #[arg(long, value_name = "MODE", default_value_t)]
    rate_limits: RateLimitMode,
}

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!(
                "the demo accepts a key that everybody knows, so it listens on a loopback address only: not on {}",
                self.listen
            );
        }
        let log = log_through_queue()?;
        let folder = tempfile::Builder::new().prefix("rankledger-demo-").tempdir();
        let folder = folder.context("cannot make a temporary folder for the demo's database")?;
        let (clock, ids) = (Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let storage = open(&folder.path().join("demo.db"), clock.clone(), ids.clone()).await?;

        let listener = bind(self.listen).await?;
        let welcome = welcome(listener.local_addr().context("cannot tell the address")?);
        if let Err(error) = print::print(&welcome) {
            tracing::warn!("nobody reads the welcome: {error:#}");
        }
        let rate_limits = RateLimits { mode: self.rate_limits, ..RateLimits::default() };
        let limits = ConnectionLimits::new(&ConnectionSettings::default(), raise_open_files(), 0);
        let served = crate::serve::serve(
            listener,
            Setup {
                storage,
                clock,
                ids,
                rate_limits,
                connections: Connections::new(limits),
                sites: Sites::default(),
                features: features(&log).with(Webhooks::new(WebhookSettings::of_demo())),
            },
        );
        Ok(exit_code(served.await))
    }
}

/// A database with the demo's community and key.
async fn open(path: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Arc<dyn Storage>> {
    let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(path)?);
    let document = Document::parse(COMMUNITY, Format::Yaml).context("in the demo's community")?;
    let imported =
        import_alone(Arc::clone(&storage), Arc::new(document), Arc::clone(&clock), ids, |_, _| {}).await;
    imported.context("in the demo's community")?;

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
    Ok(storage)
}

fn welcome(address: SocketAddr) -> String {
    format!(
        "\
Rankledger demo: http://{address}
community YOUR_COMMUNITY_ID, API key {KEY}; everything is gone when it stops (Ctrl-C)

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
