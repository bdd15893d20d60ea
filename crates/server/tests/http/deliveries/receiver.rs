//! Receivers of events on loopback, and subscriptions that lead to them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::subscription::{Delivery, Disabled, Progress, Subscription, SubscriptionKind};
use rankledger_server::config::WebhookSettings;
use rankledger_server::jobs::deliveries::client::{Client, TIMEOUT};
use rankledger_server::jobs::deliveries::{DeliveryJob, DeliveryParts};
use rankledger_storage::deliveries::DeliveriesOf;
use serde_json::Value;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::kit::Server;

/// Longest time that anything here may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The secret of the subscriptions.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How a receiver answers.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// With this status and body.
    Answers(u16, &'static str),
    /// With this status, a header and a body.
    AnswersWith(u16, (&'static str, &'static str), &'static str),
    /// With status 200, after a while.
    Slow(Duration),
    /// With status 500 to this share of the requests, of 100; else with 200.
    FailsAtRandom(u8),
    /// With a gigabyte.
    Endless,
}

/// A request that a receiver got.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
    /// The status that it was answered with.
    pub(crate) status: u16,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }
}

/// A receiver of events.
pub(crate) struct Receiver {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    manner: Mutex<Manner>,
    received: Mutex<Vec<Received>>,
    under_way: Mutex<(usize, usize)>,
    random: Mutex<u64>,
}

impl Receiver {
    /// Starts one.
    pub(crate) async fn start(manner: Manner) -> Self {
        let shared = Arc::new(Shared {
            manner: Mutex::new(manner),
            received: Mutex::default(),
            under_way: Mutex::default(),
            random: Mutex::new(0x9e37_79b9_7f4a_7c15),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let router = Router::new().fallback(receive).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The URL by a name that leads to this machine.
    pub(crate) fn url_by_name(&self) -> String {
        format!("http://localhost:{}/hook", self.port)
    }

    /// Lets it answer like this from now on.
    pub(crate) fn set(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// Returns all that it got.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns what it has taken.
    pub(crate) fn taken(&self) -> Vec<Received> {
        self.received().into_iter().filter(|received| received.status == 200).collect()
    }

    /// The most requests that were under way at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.under_way.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Waits until it has got so many requests.
    pub(crate) async fn got(&self, count: usize) -> Vec<Received> {
        until(&format!("{count} requests"), async || self.received().len() >= count).await;
        self.received()
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, text: String) -> Response {
    let counted = Counted::new(Arc::clone(&shared));
    let manner = shared.manner.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (status, header, answer) = match manner {
        Manner::Answers(status, body) => (status, None, Body::from(body)),
        Manner::AnswersWith(status, header, body) => (status, Some(header), Body::from(body)),
        Manner::Slow(pause) => {
            tokio::time::sleep(pause).await;
            (200, None, Body::empty())
        }
        Manner::FailsAtRandom(share) => {
            let fails = shared.roll() < u64::from(share);
            (if fails { 500 } else { 200 }, None, Body::empty())
        }
        Manner::Endless => {
            let chunks = (0..16_384).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 65_536]));
            (200, None, Body::from_stream(futures_util::stream::iter(chunks)))
        }
    };
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    let received = Received { headers, text, body, status };
    shared.received.lock().unwrap_or_else(PoisonError::into_inner).push(received);
    drop(counted);
    let mut response = Response::new(answer);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().expect("a header"));
    }
    response
}

/// A request under way. It is over when this is dropped, also if its client has gone away.
struct Counted(Arc<Shared>);

impl Counted {
    fn new(shared: Arc<Shared>) -> Self {
        let mut under_way = shared.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.0 += 1;
        under_way.1 = under_way.1.max(under_way.0);
        drop(under_way);
        Self(shared)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
    }
}

impl Shared {
    /// A number below 100.
    fn roll(&self) -> u64 {
        let mut state = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state % 100
    }
}

/// Waits until the condition holds.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "it did not come about: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The settings with which receivers on this machine are reached.
pub(crate) fn loopback() -> WebhookSettings {
    WebhookSettings::of_demo()
}

/// A client like that of a server.
pub(crate) fn client(settings: WebhookSettings) -> Arc<Client> {
    Arc::new(Client::new(settings, TIMEOUT))
}

/// Starts to deliver.
pub(crate) fn start(server: &Server) -> DeliveryJob {
    start_with(server, client(loopback()))
}

/// Starts to deliver with this client.
pub(crate) fn start_with(server: &Server, client: Arc<Client>) -> DeliveryJob {
    server.start_deliveries(|parts| DeliveryParts { client, ..parts })
}

/// Makes a subscription of the community `club`, which begins at the end of its feed.
pub(crate) async fn subscribe(
    server: &Server,
    kind: SubscriptionKind,
    url: &str,
    edit: impl FnOnce(&mut Subscription),
) -> SubscriptionId {
    let id = SubscriptionId(Uuid::new_v5(&Uuid::NAMESPACE_URL, url.as_bytes()));
    let mut subscription = Subscription {
        id,
        kind,
        name: "Test".to_owned(),
        url: url.to_owned(),
        secret: (kind != SubscriptionKind::Discord).then(|| SECRET.to_owned()),
        previous_secret: None,
        types: Vec::new(),
        summarises_rollbacks: false,
        server: None,
        created_at: server.now(),
        disabled: None,
        revision: 1,
    };
    edit(&mut subscription);
    let community = server.community("club").await;
    let mut tx = server.storage.begin().await.expect("a transaction");
    // Nothing is sent to the subscription that the kit's community has from the beginning.
    for mut other in tx.subscriptions(community).await.expect("a list") {
        if other.url.starts_with("https:") {
            other.disabled = Some(Disabled { at: server.now(), because: None });
            tx.put_subscription(community, &other).await.expect("a subscription");
        }
    }
    let place = tx.end_of_events(community).await.expect("the end");
    tx.put_subscription(community, &subscription).await.expect("a subscription");
    let progress = Progress::beginning_after(place);
    tx.put_subscription_progress(community, id, &progress).await.expect("its progress");
    tx.commit().await.expect("a commit");
    id
}

/// Changes a subscription, as its administrator does.
pub(crate) async fn change(server: &Server, id: SubscriptionId, edit: impl FnOnce(&mut Subscription)) {
    let community = server.community("club").await;
    let mut tx = server.storage.begin().await.expect("a transaction");
    let mut found = tx.subscription(community, id).await.expect("a look-up").expect("the subscription");
    edit(&mut found);
    found.revision += 1;
    tx.put_subscription(community, &found).await.expect("a subscription");
    tx.commit().await.expect("a commit");
}

/// Returns the subscription as it is stored, and how far its deliveries are.
pub(crate) async fn stored(server: &Server, id: SubscriptionId) -> (Subscription, Progress) {
    let community = server.community("club").await;
    let mut tx = server.storage.read().await.expect("a view");
    let subscription = tx.subscription(community, id).await.expect("a look-up").expect("the subscription");
    let progress = tx.subscription_progress(community, id).await.expect("a look-up").expect("its progress");
    (subscription, progress)
}

/// Returns the deliveries that are kept, oldest event first.
pub(crate) async fn deliveries(server: &Server, id: SubscriptionId) -> Vec<Delivery> {
    let community = server.community("club").await;
    let mut tx = server.storage.read().await.expect("a view");
    let mut found =
        tx.deliveries(community, id, DeliveriesOf::Any, None, u32::MAX >> 1).await.expect("a look-up");
    found.reverse();
    found
}
