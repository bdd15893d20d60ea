//! Requests of v2: variants of the path, the query, the body and the headers of each endpoint.

use std::sync::LazyLock;

use form_urlencoded::byte_serialize;
use http::{HeaderValue, Uri};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use rankledger_server::api::openapi;
use serde_json::Value;

use crate::inputs::{Difference, TextVariant, differences, text, text_variant};
use crate::kit::{Actor, ENDPOINTS, Endpoint, Server};
use crate::play::{judge, play};

/// The names of all parameters that some endpoint reads from its query.
static PARAMETERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(openapi::text()).expect("the document is JSON");
    let paths = document["paths"].as_object().expect("the paths").values();
    let operations = paths.filter_map(Value::as_object).flat_map(|path| path.values());
    let parameters = operations.filter_map(|operation| operation["parameters"].as_array()).flatten();
    let names = parameters.filter(|parameter| parameter["in"] == "query").map(|parameter| &parameter["name"]);
    let mut names: Vec<_> = names.filter_map(Value::as_str).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
});

/// Headers whose values a client chooses.
const HEADERS: &[&str] = &[
    "idempotency-key",
    "if-match",
    "if-none-match",
    "content-type",
    "accept",
    "x-request-id",
    "authorization",
    "x-forwarded-for",
    "origin",
];

/// The body of a request.
#[derive(Debug, Clone)]
enum Body {
    /// That of the endpoint, with differences.
    Different(Vec<Difference>),
    /// That of the endpoint, with a text in it, cut off, or something else.
    Broken(TextVariant),
}

/// A request.
#[derive(Debug, Clone)]
struct Input {
    endpoint: Index,
    /// A segment of the path, and what stands there instead.
    segment: Option<(Index, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

fn inputs() -> impl Strategy<Value = Input> {
    let name = prop_oneof![9 => select(PARAMETERS.clone()), 1 => text()];
    let body = prop_oneof![
        4 => differences().prop_map(Body::Different),
        1 => text_variant().prop_map(Body::Broken),
    ];
    let parts = (
        any::<Index>(),
        option::weighted(0.2, (any::<Index>(), text())),
        vec((name, text()), 0..3),
        vec((select(HEADERS), text()), 0..2),
        body,
    );
    parts.prop_map(|(endpoint, segment, query, headers, body)| Input {
        endpoint,
        segment,
        query,
        headers,
        body,
    })
}

impl Input {
    fn path(&self, endpoint: &Endpoint) -> String {
        let mut segments: Vec<_> = endpoint.path.split('/').map(str::to_owned).collect();
        if let Some((at, text)) = &self.segment {
            let segment = at.index(segments.len());
            segments[segment] = byte_serialize(text.as_bytes()).collect();
        }
        let mut path = segments.join("/");
        for (name, value) in &self.query {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.extend(byte_serialize(name.as_bytes()));
            path.push('=');
            path.extend(byte_serialize(value.as_bytes()));
        }
        path
    }

    fn body(&self, endpoint: &Endpoint) -> Vec<u8> {
        match &self.body {
            Body::Broken(variant) => variant.of(endpoint.body),
            Body::Different(differences) => {
                let mut value = endpoint.members().map_or(Value::Null, Value::Object);
                differences.iter().for_each(|difference| difference.apply(&mut value));
                if value.is_null() { Vec::new() } else { value.to_string().into_bytes() }
            }
        }
    }

    /// Sends the request; one that no client can send is passed over.
    async fn send(&self, actor: &Actor) -> Result<(), String> {
        let endpoint = self.endpoint.get(&ENDPOINTS);
        let path = self.path(endpoint);
        if path.parse::<Uri>().is_err() || !path.starts_with('/') {
            return Ok(());
        }
        let mut actor = actor.clone();
        for (name, value) in &self.headers {
            if HeaderValue::from_str(value).is_ok() {
                actor = actor.with(name, value);
            }
        }
        let answer = actor.send(endpoint.method.clone(), &path, self.body(endpoint)).await;
        judge(&answer).map_err(|what| format!("{} {path}: {what}", endpoint.method))
    }
}

#[test]
fn every_request_is_answered_without_a_fault_of_the_server() {
    let start = async || {
        let server = Server::start().await;
        let admin = server.admin().await;
        (server, admin)
    };
    play(&inputs(), start, async |(_server, admin), input| input.send(admin).await);
}
