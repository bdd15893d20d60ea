//! A server with a fresh database, and helpers to look at its answers.

mod actor;
mod administration;
mod answer;
mod behind;
mod browser;
mod chain;
mod endpoints;
mod faults;
mod history;
mod legacy;
mod system;
mod template;
mod test_database;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::{Credential, RateFactor, Scopes};
use rankledger_domain::ids::{CommunityId, CredentialId, Ids};
use rankledger_domain::rank::Power;
use rankledger_domain::time::Clock;
use rankledger_instances::is_on_postgres;
use rankledger_server::api::endpoints as table;
use rankledger_server::config::{RateLimits, Sites, WebhookSettings};
use rankledger_server::http::app::{App, Parts};
use rankledger_server::http::feature::Features;
use rankledger_server::http::keys_in_use::KeysInUse;
use rankledger_server::http::rate_limit::Limiter;
use rankledger_server::http::shell::Shell;
use rankledger_server::jobs::deliveries::client::{Client, TIMEOUT};
use rankledger_server::jobs::deliveries::{DeliveryJob, DeliveryParts};
use rankledger_server::jobs::expiry::Scheduler;
use rankledger_server::ops::Ledger;
use rankledger_server::ops::ledger::{LedgerOptions, WriterThread};
use rankledger_server::router::router;
use rankledger_storage::{HealthWarning, Storage};
use uuid::Uuid;

pub(crate) use actor::Actor;
pub(crate) use administration::department;
pub(crate) use answer::Answer;
pub(crate) use browser::{Browser, shown, token};
pub(crate) use chain::check_chain;
pub(crate) use endpoints::{ENDPOINTS, Endpoint};
use faults::FaultyStorage;
pub(crate) use faults::{ENGINE_WORDS, Fault};
pub(crate) use history::{HISTORY, numbers};
pub(crate) use legacy::{CALLS, Legacy, legacy_type};
use system::CountingIds;
pub(crate) use system::SteppingClock;
use test_database::TestDatabase;

/// The community in which the tests act.
pub(crate) const COMMUNITY: &str = include_str!("community.yaml");

/// The community of `rankledger demo`.
const DEMO: &str = include_str!("../../../demo/community.yaml");

/// Another community on the same server, with the same rank keys and other ids.
const NEIGHBOURS: &str = include_str!("neighbours.yaml");

/// More of the community: promotion flows, and people who are hard to tell apart.
const FLOWS: &str = include_str!("flows.yaml");

/// Accounts of the community, by name.
pub(crate) mod account {
    /// Has no rank; its Discord id is 100000000000000001.
    pub(crate) const NEWCOMER: &str = "a0000000-0000-0000-0000-000000000001";
    /// Is a cadet, with every part of a row filled in.
    pub(crate) const CADET: &str = "a0000000-0000-0000-0000-000000000002";
    /// Is an officer and a medic; its Discord id is 100000000000000003.
    pub(crate) const OFFICER: &str = "a0000000-0000-0000-0000-000000000003";
    /// Is a chief, of power 90; its Discord id is 100000000000000004.
    pub(crate) const CHIEF: &str = "a0000000-0000-0000-0000-000000000004";
    /// Owns the community.
    pub(crate) const OWNER: &str = "a0000000-0000-0000-0000-000000000005";
    /// Is a cadet and banned.
    pub(crate) const BANNED: &str = "a0000000-0000-0000-0000-000000000006";
    /// Is a cadet and archived.
    pub(crate) const ARCHIVED: &str = "a0000000-0000-0000-0000-000000000007";
    /// Holds `explorer`, which is retired.
    pub(crate) const EXPLORER: &str = "a0000000-0000-0000-0000-000000000008";
    /// Has the account number 555, the Discord id 1003 and two open clock rows; only in
    /// [`super::Server::with_flows`].
    pub(crate) const NUMBERED: &str = "a0000000-0000-0000-0000-000000000013";
    /// Belongs to the other community.
    pub(crate) const NEIGHBOUR: &str = "b0000000-0000-0000-0000-000000000001";
    /// Names no account.
    pub(crate) const NOBODY: &str = "c0000000-0000-0000-0000-000000000001";
}

/// Ranks of the community, by key: power 10, 20, 30, 90; `explorer` (5) is retired.
pub(crate) mod rank {
    pub(crate) const CADET: &str = "10000000-0000-0000-0000-000000000001";
    pub(crate) const OFFICER: &str = "10000000-0000-0000-0000-000000000002";
    pub(crate) const MEDIC: &str = "10000000-0000-0000-0000-000000000003";
    pub(crate) const CHIEF: &str = "10000000-0000-0000-0000-000000000004";
    pub(crate) const EXPLORER: &str = "10000000-0000-0000-0000-000000000005";
    /// A rank of the other community.
    pub(crate) const FOREIGN: &str = "20000000-0000-0000-0000-000000000001";
}

/// Every scope but `admin`.
pub(crate) const ALL_SCOPES: &str = "community:read accounts:read accounts:write ranks:write ranks:undo ranks:rollback ranks:force events:read";

/// A server with a fresh database. Its clock does not move unless a test advances it.
pub(crate) struct Server {
    pub(crate) router: Shell,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) ledger: Ledger,
    faults: Arc<FaultyStorage>,
    clock: Arc<SteppingClock>,
    ids: Arc<CountingIds>,
    writer: Option<WriterThread>,
    place: Arc<TestDatabase>,
}

/// Differences of a server from the usual one, which has no rate limits.
pub(crate) struct Options {
    pub(crate) rate_limits: RateLimits,
    /// Time that a request waits for the shared rate limits.
    pub(crate) limits_patience: Duration,
    pub(crate) ledger: LedgerOptions,
    pub(crate) request_timeout: Duration,
    /// The states of features that differ from the usual ones.
    pub(crate) features: Features,
    pub(crate) sites: Sites,
    /// The communities, as import documents.
    pub(crate) documents: &'static [&'static str],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rate_limits: RateLimits { mode: "off".parse().expect("a mode"), ..RateLimits::default() },
            limits_patience: Duration::from_secs(30),
            ledger: LedgerOptions::default(),
            request_timeout: Duration::from_secs(30),
            features: Features::default(),
            sites: Sites::default(),
            documents: &[COMMUNITY, NEIGHBOURS],
        }
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts a server where the community has more promotion flows, and people who are hard to tell apart.
    pub(crate) async fn with_flows() -> Self {
        Self::with(Options { documents: &[COMMUNITY, NEIGHBOURS, FLOWS], ..Options::default() }).await
    }

    /// Starts a server with the demo's community. Returns it with somebody who may do everything there.
    pub(crate) async fn demo() -> (Self, Actor) {
        let server = Self::with(Options { documents: &[DEMO], ..Options::default() }).await;
        let id = CredentialId(Uuid::from_u128(0x7777_7777_7777_7777_7777_7777_7777_7777));
        let operator = server.bot_of("YOUR_COMMUNITY_ID", "admin", |credential| credential.id = id).await;
        (server, operator)
    }

    pub(crate) async fn with(options: Options) -> Self {
        let place = Arc::new(TestDatabase::with(options.documents).await);
        Self::on(place, Arc::default(), Arc::new(CountingIds::new(0)), options).await
    }

    /// Returns the server after a restart: on the same database, at the same time.
    pub(crate) async fn restarted(mut self) -> Self {
        self.stop_writer();
        let (place, clock, ids) = (Arc::clone(&self.place), Arc::clone(&self.clock), Arc::clone(&self.ids));
        drop(self);
        Self::on(place, clock, ids, Options::default()).await
    }

    /// Starts another server on the same database, at the same time.
    pub(crate) async fn twin(&self) -> Self {
        self.twin_with(Options::default()).await
    }

    /// Starts another server on the same database, at the same time, with these options.
    pub(crate) async fn twin_with(&self, options: Options) -> Self {
        let (clock, ids) = (Arc::clone(&self.clock), Arc::clone(&self.ids));
        Self::on(Arc::clone(&self.place), clock, ids, options).await
    }

    /// Starts a server on this database.
    async fn on(
        place: Arc<TestDatabase>,
        clock: Arc<SteppingClock>,
        ids: Arc<CountingIds>,
        options: Options,
    ) -> Self {
        let storage = place.open().await;
        let faults = Arc::new(FaultyStorage::new(Arc::clone(&storage)));
        let (ledger, writer) = Ledger::start(
            Arc::clone(&faults) as Arc<dyn Storage>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::clone(&ids) as Arc<dyn Ids>,
            options.ledger,
        )
        .expect("a thread for the writer");
        let time = Arc::clone(&clock) as Arc<dyn Clock>;
        let app = App::new(Parts {
            storage: Arc::clone(&faults) as Arc<dyn Storage>,
            ledger: ledger.clone(),
            keys_in_use: KeysInUse::default(),
            limiter: Limiter::new(table::endpoints(), &options.rate_limits, &time, options.limits_patience),
            clock: time,
            ids: Arc::clone(&ids) as Arc<dyn Ids>,
            sites: options.sites,
            features: options.features,
            request_timeout: options.request_timeout,
            body_timeout: Duration::from_millis(200),
        });
        let writer = Some(writer);
        Self { router: router(app), storage, ledger, faults, clock, ids, writer, place }
    }

    /// Advances the clock.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Sets the date of the server's machine back.
    pub(crate) fn set_back(&self, by: Duration) {
        self.clock.set_back(by);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Makes the storage fail from now on.
    pub(crate) fn fail(&self, fault: Fault) {
        self.faults.set(Some(fault));
    }

    /// Returns how often the server met the fault of the storage.
    pub(crate) fn failures(&self) -> usize {
        self.faults.failures()
    }

    /// Lets these be what ails the database from now on.
    pub(crate) fn set_health_warnings(&self, warnings: Vec<HealthWarning>) {
        self.faults.set_health_warnings(warnings);
    }

    /// Returns how often the server asked for the health warnings of the database.
    pub(crate) fn looks(&self) -> usize {
        self.faults.looks()
    }

    /// Makes the storage work again.
    pub(crate) fn recover(&self) {
        self.faults.set(None);
    }

    /// Starts the scheduler that takes grants away when they end.
    pub(crate) fn start_scheduler(&self) -> Scheduler {
        let (storage, clock) = (Arc::clone(&self.faults), Arc::clone(&self.clock));
        Scheduler::start(storage, self.ledger.clone(), clock, self.ids.as_ref())
    }

    /// Starts to deliver events to subscriptions, with the parts that `edit` makes of the usual ones.
    pub(crate) fn start_deliveries(&self, edit: impl FnOnce(DeliveryParts) -> DeliveryParts) -> DeliveryJob {
        let parts = DeliveryParts {
            storage: Arc::clone(&self.faults) as Arc<dyn Storage>,
            ledger: self.ledger.clone(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            client: Arc::new(Client::new(WebhookSettings::default(), TIMEOUT)),
            stats: Arc::default(),
        };
        DeliveryJob::start(edit(parts), self.ids.as_ref())
    }

    /// Ends the ledger writer, as at a shutdown.
    pub(crate) fn stop_writer(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.stop();
        }
    }

    /// Returns somebody without a credential.
    pub(crate) fn stranger(&self) -> Actor {
        Actor::anonymous(self.router.clone())
    }

    /// Returns somebody with this text as a key.
    pub(crate) fn holder_of(&self, key: &str) -> Actor {
        Actor::new(self.router.clone(), key)
    }

    /// Returns a bot with every scope but `admin`, and no power ceiling.
    pub(crate) async fn bot(&self) -> Actor {
        self.bot_with(ALL_SCOPES, |_| {}).await
    }

    /// Returns a bot with these scopes, otherwise as `edit` makes it.
    pub(crate) async fn bot_with(&self, scopes: &str, edit: impl FnOnce(&mut Credential)) -> Actor {
        self.bot_of("club", scopes, edit).await
    }

    /// Returns a bot with this power ceiling.
    pub(crate) async fn bot_below(&self, ceiling: u32) -> Actor {
        self.bot_with(ALL_SCOPES, |credential| credential.power_ceiling = Some(Power(ceiling))).await
    }

    /// Returns a bot of the other community.
    pub(crate) async fn neighbours_bot(&self) -> Actor {
        self.bot_of("neighbours", ALL_SCOPES, |_| {}).await
    }

    /// Returns somebody who may do everything.
    pub(crate) async fn admin(&self) -> Actor {
        self.bot_with("admin", |_| {}).await
    }

    /// Returns somebody who may do everything in the other community.
    pub(crate) async fn neighbours_admin(&self) -> Actor {
        self.bot_of("neighbours", "admin", |_| {}).await
    }

    /// Returns the key of a bot with every scope but `admin`.
    pub(crate) async fn bot_key(&self) -> String {
        self.key_of("club", ALL_SCOPES, |_| {}).await
    }

    async fn bot_of(&self, community: &str, scopes: &str, edit: impl FnOnce(&mut Credential)) -> Actor {
        let key = self.key_of(community, scopes, edit).await;
        self.holder_of(&key)
    }

    pub(crate) async fn key_of(
        &self,
        community: &str,
        scopes: &str,
        edit: impl FnOnce(&mut Credential),
    ) -> String {
        let community = self.community(community).await;
        let id = CredentialId(self.ids.uuid());
        let mut credential = Credential {
            id,
            community,
            name: "test bot".to_owned(),
            scopes: scopes.parse::<Scopes>().expect("scopes"),
            power_ceiling: None,
            rate_factor: RateFactor::ONE,
            created_at: self.now(),
            made_by: None,
            expires_at: None,
            revoked_at: None,
        };
        edit(&mut credential);
        let mut entropy = [7; 32];
        entropy[..16].copy_from_slice(id.0.as_bytes());
        let key = ApiKey::from_entropy(entropy);
        let mut tx = self.storage.begin().await.expect("a transaction");
        tx.insert_credential(&credential, &key.hash()).await.expect("a new credential");
        tx.commit().await.expect("a commit");
        key.reveal().to_owned()
    }

    /// Revokes every credential of the community.
    pub(crate) async fn revoke_all(&self) {
        let community = self.community("club").await;
        let mut tx = self.storage.begin().await.expect("a transaction");
        for credential in tx.credentials(community).await.expect("the credentials") {
            tx.revoke_credential(community, credential.id, self.now()).await.expect("a revocation");
        }
        tx.commit().await.expect("a commit");
    }

    pub(crate) async fn community(&self, public_id: &str) -> CommunityId {
        let mut tx = self.storage.read().await.expect("a view");
        let community = tx.community_by_public_id(public_id).await.expect("a look-up");
        community.expect("a community of the kit").id
    }
}

impl Drop for Server {
    /// A PostgreSQL connection works only as long as the runtime in which it was made. That may be this
    /// test's runtime, while the writer still uses the connection. So the drop does not wait for the writer.
    fn drop(&mut self) {
        match self.writer.take() {
            Some(writer) if is_on_postgres() => drop(std::thread::spawn(move || writer.stop())),
            Some(writer) => writer.stop(),
            None => {}
        }
    }
}
