//! A stand-in for the hosted original: it answers the requests of the documented API that are read, with its
//! limits, and with the faults that a test asks for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The key that it accepts.
pub(crate) const KEY: &str = "key-of-the-community-there";

/// The requests a minute of the documentation, by the beginning of the path; the longest that fits counts.
const LIMITS: [(&str, u32); 4] = [
    ("/v2/community", 13),
    ("/v2/community/accounts?", 22),
    ("/v2/community/accounts/", 27),
    ("/v2/community/servers", 13),
];

/// The limits are a thousand times the documented ones, so that a test need not wait.
const FACTOR: u32 = 1000;

/// A fault: an answer instead of the true one.
#[derive(Clone)]
pub(crate) struct Fault {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: String,
}

impl Fault {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: "<html>not today</html>".to_owned() }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string() }
    }
}

/// What it knows, and what was asked.
#[derive(Default)]
pub(crate) struct There {
    /// `data` of the lists, by path.
    pub(crate) lists: HashMap<&'static str, Value>,
    /// `data` of Get Account, in the order of the list.
    pub(crate) accounts: Vec<Value>,
    /// The most accounts of a page.
    pub(crate) longest_page: usize,
    /// Answers to the requests whose target begins like this, each once, the first first.
    pub(crate) faults: Vec<(String, Fault)>,
    /// Accounts that are deleted before the request of this number is answered.
    pub(crate) deletions: Vec<(usize, String)>,
    /// Whether every page is the first one.
    pub(crate) repeats_pages: bool,
    /// The targets of all requests.
    pub(crate) asked: Vec<String>,
    /// How many requests were beyond their limit.
    pub(crate) too_fast: usize,
    pub(crate) last: HashMap<&'static str, Instant>,
}

/// The stand-in at work.
pub(crate) struct StandIn {
    pub(crate) address: String,
    there: Arc<Mutex<There>>,
    _runtime: Runtime,
}

impl StandIn {
    pub(crate) fn new(there: There) -> Self {
        let there = Arc::new(Mutex::new(there));
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&there));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, there, _runtime: runtime }
    }

    pub(crate) fn there(&self) -> MutexGuard<'_, There> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how often a target that begins like this was asked for.
    pub(crate) fn asked(&self, target: &str) -> usize {
        self.there().asked.iter().filter(|asked| asked.starts_with(target)).count()
    }
}

async fn answer(State(there): State<Arc<Mutex<There>>>, request: Request) -> Response {
    let target = request.uri().to_string();
    let authorization = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let is_accepted = authorization == Some(&format!("Bearer {KEY}"));
    let mut there = there.lock().unwrap_or_else(PoisonError::into_inner);
    there.asked.push(target.clone());
    let number = there.asked.len();
    let gone: Vec<_> =
        there.deletions.iter().filter(|(at, _)| *at <= number).map(|(_, id)| id.clone()).collect();
    there.accounts.retain(|account| !gone.iter().any(|id| account["accId"] == id.as_str()));

    let fault = there.faults.iter().position(|(begin, _)| target.starts_with(begin));
    let Fault { status, headers, body } = match fault {
        Some(index) => there.faults.remove(index).1,
        None if !is_accepted => Fault::json(401, &json!({"success": false, "message": "INVALID API KEY"})),
        None => there.documented(&target),
    };
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).expect("an answer")
}

impl There {
    /// Returns the documented answer, or that the request is beyond its limit.
    fn documented(&mut self, target: &str) -> Fault {
        let (kind, per_minute) = limit_of(target);
        let interval = Duration::from_mins(1) / (per_minute * FACTOR);
        let is_early = self.last.get(kind).is_some_and(|last| last.elapsed() < interval);
        self.too_fast += usize::from(is_early);
        let answer = if is_early { limited() } else { self.data(target) };
        self.last.insert(kind, Instant::now());
        answer
    }

    fn data(&self, target: &str) -> Fault {
        let path = target.split('?').next().unwrap_or_default();
        if path == "/v2/community/accounts" {
            return self.page(target);
        }
        if let Some(id) = path.strip_prefix("/v2/community/accounts/") {
            let account = self.accounts.iter().find(|account| account["accId"] == id);
            return account.map_or_else(not_found, |account| success(path, account));
        }
        self.lists.get(path).map_or_else(not_found, |data| success(path, data))
    }

    fn page(&self, target: &str) -> Fault {
        let number = |name: &str| {
            let text = target.split(['?', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            text.and_then(|text| text.parse::<usize>().ok())
        };
        let (skip, take) = (number("skip").unwrap_or(0), number("take").unwrap_or(25));
        if take > self.longest_page {
            return Fault::json(400, &json!({"success": false, "message": "take IS TOO LARGE"}));
        }
        let from = if self.repeats_pages { 0 } else { skip };
        let listed = |account: &Value| {
            let mut listed = account.clone();
            for member in
                ["ranks", "identifiers", "profileFields", "clockData", "owner", "joinDate", "lastLogin"]
            {
                listed.as_object_mut().expect("an account").remove(member);
            }
            listed
        };
        let items: Vec<_> = self.accounts.iter().skip(from).take(take).map(listed).collect();
        let data = json!({"items": items, "total": self.accounts.len(), "skip": skip, "take": take});
        success("/v2/community/accounts", &data)
    }
}

fn limit_of(target: &str) -> (&'static str, u32) {
    let fits = LIMITS.iter().filter(|(begin, _)| target.starts_with(begin));
    let longest = fits.max_by_key(|(begin, _)| begin.len()).copied().expect("a documented request");
    // Each list has a limit of its own.
    let lists = ["departments", "promotion-flows", "profile-fields", "clockin-types", "custom-log-types"];
    let list = lists.into_iter().find(|list| target.ends_with(list));
    list.map_or(longest, |list| (list, longest.1))
}

fn success(path: &str, data: &Value) -> Fault {
    let meta = json!({"timestamp": "2026-04-15T00:00:00.000Z", "path": path});
    Fault::json(200, &json!({"success": true, "data": data, "meta": meta}))
}

fn not_found() -> Fault {
    Fault::json(404, &json!({"success": false, "message": "NOT FOUND"}))
}

fn limited() -> Fault {
    let body = json!({"success": false, "message": "RATE LIMIT EXCEEDED"});
    Fault { headers: vec![("retry-after", "1")], ..Fault::json(429, &body) }
}
