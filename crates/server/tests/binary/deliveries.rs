//! Deliveries by the real binary: while clients change ranks and receivers are told of it, servers are
//! killed. Each acknowledged change arrives everywhere at least once, per account in order, and nothing that
//! was not committed.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use http::StatusCode;
use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{Progress, Subscription, SubscriptionKind};
use rankledger_server::config::DatabaseUrl;
use rankledger_storage::postgres::PostgresOptions;
use serde_json::Value;
use uuid::Uuid;

use crate::kills::{Random, Stored, kill_under_load};
use crate::kit::{Community, PATIENCE, Process, database_url, rankledger};

const ACCOUNTS: u32 = 20;
const CLIENTS: u64 = 64;
const KILLS: u32 = 20;

/// Receivers on this machine.
pub(crate) struct Receivers {
    runtime: tokio::runtime::Runtime,
    all: Vec<Receiver>,
}

/// A receiver: what it is, where it listens, and the rank changes that it has taken, in order.
#[derive(Clone)]
pub(crate) struct Receiver {
    kind: SubscriptionKind,
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    /// Account, number and undo id of each change; of a message without account that is empty.
    taken: Mutex<Vec<(String, i64, String)>>,
    /// The answers before the receiver works: it fails to begin with, if there are any.
    failures: Mutex<u32>,
    pause: Duration,
}

impl Receivers {
    /// Starts six: four programs, of which one is slow, and two channels of Discord. One of each kind fails
    /// to begin with: the program so many times, the channel once at the most.
    pub(crate) fn start(failures: u32) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let kinds = [
            (SubscriptionKind::Standard, 0, 0),
            (SubscriptionKind::Standard, 0, 0),
            (SubscriptionKind::Standard, failures, 0),
            (SubscriptionKind::Standard, 0, 3),
            (SubscriptionKind::Discord, 0, 0),
            // All events for Discord wait for the first: after a second failure for half a minute.
            (SubscriptionKind::Discord, failures.min(1), 0),
        ];
        let all = kinds.map(|(kind, failures, pause)| {
            let shared = Arc::new(Shared {
                taken: Mutex::default(),
                failures: Mutex::new(failures),
                pause: Duration::from_millis(pause),
            });
            let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
            listener.set_nonblocking(true).expect("a socket");
            let url = format!("http://{}/hook", listener.local_addr().expect("its address"));
            let router = Router::new().fallback(receive).with_state((kind, Arc::clone(&shared)));
            runtime.spawn(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
                axum::serve(listener, router).await
            });
            Receiver { kind, url, shared }
        });
        Self { runtime, all: all.into() }
    }

    /// Subscribes them to the rank changes of the community in this database.
    pub(crate) fn subscribe(&self, database: &str) {
        let database: DatabaseUrl = database.parse().expect("the URL of a database");
        self.runtime.block_on(async {
            let storage = database.open(PostgresOptions::default()).await.expect("a database");
            let mut tx = storage.begin().await.expect("a transaction");
            let club = tx.community_by_public_id("club").await.expect("a look-up").expect("the community");
            let place = tx.end_of_events(club.id).await.expect("the end");
            for receiver in &self.all {
                let id = SubscriptionId(Uuid::new_v5(&Uuid::NAMESPACE_URL, receiver.url.as_bytes()));
                let subscription = receiver.subscription(id);
                tx.put_subscription(club.id, &subscription).await.expect("a subscription");
                let progress = Progress::beginning_after(place);
                tx.put_subscription_progress(club.id, id, &progress).await.expect("its progress");
            }
            tx.commit().await.expect("a commit");
        });
    }

    /// Returns how many changes all of them have taken together.
    pub(crate) fn taken_in_all(&self) -> usize {
        self.all.iter().map(|receiver| receiver.taken().len()).sum()
    }

    /// Waits until each has taken so many different changes.
    pub(crate) fn wait_for(&self, count: usize) {
        let begun = Instant::now();
        for receiver in &self.all {
            loop {
                let taken: HashSet<_> = receiver.taken().into_iter().map(|(.., undo_id)| undo_id).collect();
                if taken.len() >= count {
                    break;
                }
                assert!(begun.elapsed() < PATIENCE, "{} of {count} arrived", taken.len());
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }

    /// Checks that each has taken all changes after a number that are stored, those of an account in order,
    /// and no others. Returns how often something came again.
    pub(crate) fn check(&self, stored: &Stored, after: i64) -> usize {
        let changes =
            stored.changes.iter().map(|linked| &linked.change).filter(|change| change.number.0 > after);
        let expected: HashMap<String, i64> =
            changes.map(|change| (change.undo_id.to_string(), change.number.0)).collect();
        let mut again = 0;
        for receiver in &self.all {
            let (mut seen, mut last) = (HashSet::new(), HashMap::new());
            for (account, number, undo_id) in receiver.taken() {
                assert_eq!(expected.get(&undo_id), Some(&number), "it was committed");
                if !seen.insert(undo_id) {
                    again += 1;
                    continue;
                }
                let before = last.insert(account, number).unwrap_or(0);
                assert!(before < number, "{number} came after {before}");
            }
            assert_eq!(seen.len(), expected.len(), "each arrived");
        }
        again
    }
}

impl Receiver {
    fn taken(&self) -> Vec<(String, i64, String)> {
        self.shared.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn subscription(&self, id: SubscriptionId) -> Subscription {
        Subscription {
            id,
            kind: self.kind,
            name: "receiver".to_owned(),
            url: self.url.clone(),
            secret: (self.kind == SubscriptionKind::Standard)
                .then(|| "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()),
            previous_secret: None,
            types: vec![EventType::RanksChanged],
            summarises_rollbacks: false,
            server: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            disabled: None,
            revision: 1,
        }
    }
}

async fn receive(State((kind, shared)): State<(SubscriptionKind, Arc<Shared>)>, text: String) -> StatusCode {
    tokio::time::sleep(shared.pause).await;
    let fails = {
        let mut failures = shared.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let fails = *failures > 0;
        *failures = failures.saturating_sub(1);
        fails
    };
    if fails {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let body: Value = serde_json::from_str(&text).expect("JSON");
    let mut taken = shared.taken.lock().unwrap_or_else(PoisonError::into_inner);
    if kind == SubscriptionKind::Standard {
        let change = &body["data"]["data"];
        let text = |name: &str| change[name].as_str().expect("a text").to_owned();
        taken.push((text("accId"), change["changeNumber"].as_i64().expect("a number"), text("undoId")));
    } else {
        for embed in body["embeds"].as_array().expect("embeds") {
            let fields = embed["fields"].as_array().expect("fields").iter();
            let undo =
                fields.filter(|field| field["name"] == "Undo it").find_map(|field| field["value"].as_str());
            let parts: Vec<_> = undo.expect("the way back").split('`').collect();
            let number = parts[1].rsplit(' ').next().expect("a word").parse().expect("a number");
            taken.push((String::new(), number, parts[3].to_owned()));
        }
    }
    StatusCode::NO_CONTENT
}

/// Starts a server that may send to receivers on this machine.
pub(crate) fn serve(database: &str) -> Process {
    let mut command = rankledger(&["serve", "--database", database, "--rate-limits", "off"]);
    command.args(["--webhooks-allow-networks", "127.0.0.0/8", "--webhooks-allow-http"]);
    Process::spawn(command)
}

#[test]
fn killed_twenty_times_it_tells_everybody_of_every_change() {
    let community = Community::of(ACCOUNTS);
    let url = database_url(&community.database);
    let receivers = Receivers::start(10);
    receivers.subscribe(&url);
    let begun = Stored::read(&community.database).changes.len();
    let mut random = Random::seeded();
    let mut acknowledged = Vec::new();
    for round in 1..=KILLS {
        let told = kill_under_load(serve(&url), CLIENTS, round, &mut random);
        acknowledged.extend(told.acknowledged);
    }
    let stored = Stored::read(&community.database);
    stored.check_acknowledged(&acknowledged);
    let server = serve(&url);
    receivers.wait_for(stored.changes.len() - begun);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log:?}");
    let again = receivers.check(&stored, i64::try_from(begun).expect("few"));
    println!(
        "{} changes, {} acknowledged; {again} deliveries came again",
        stored.changes.len(),
        acknowledged.len()
    );
    assert!(acknowledged.len() > 50, "there was load");
}

#[test]
fn a_server_that_stops_tells_nobody_twice() {
    let community = Community::of(ACCOUNTS);
    let url = database_url(&community.database);
    let receivers = Receivers::start(0);
    receivers.subscribe(&url);
    let begun = Stored::read(&community.database).changes.len();
    for round in 0..3 {
        let server = serve(&url);
        let agent = crate::kit::agent();
        for number in 1..=ACCOUNTS {
            let account = crate::kit::account_id(number);
            let body = if round % 2 == 0 {
                serde_json::json!({"add": ["medic"]})
            } else {
                serde_json::json!({"remove": ["medic"]})
            };
            let (status, answer) =
                crate::kit::set_ranks(&agent, &server.url(""), &account, &body).expect("an answer");
            assert_eq!(status, 200, "{answer}");
        }
        let begun = Instant::now();
        let (code, log) = server.terminate();
        assert_eq!(code, Some(0), "{log:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert!(!log.iter().any(|line| line.contains("cut off")), "{log:?}");
    }
    let stored = Stored::read(&community.database);
    let server = serve(&url);
    receivers.wait_for(stored.changes.len() - begun);
    server.terminate();
    assert_eq!(receivers.check(&stored, i64::try_from(begun).expect("few")), 0);
}
