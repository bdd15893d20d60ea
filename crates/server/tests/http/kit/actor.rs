//! Somebody who calls the API.

use std::net::SocketAddr;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Request};
use rankledger_server::http::shell::Shell;
use serde_json::Value;
use tower::ServiceExt;

use super::Answer;
use super::endpoints::Endpoint;

/// A caller with a credential, or without.
#[derive(Clone)]
pub(crate) struct Actor {
    router: Shell,
    headers: Vec<(String, String)>,
}

impl Actor {
    pub(super) fn new(router: Shell, key: &str) -> Self {
        Self::anonymous(router).with("authorization", &format!("Bearer {key}"))
    }

    /// Returns a caller without a credential.
    pub(crate) fn anonymous(router: Shell) -> Self {
        Self { router, headers: Vec::new() }
    }

    /// Returns the same caller with this header, which replaces an earlier value.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut actor = self.clone();
        actor.headers.retain(|(other, _)| other != name);
        actor.headers.push((name.to_owned(), value.to_owned()));
        actor
    }

    /// Returns the same caller with one more header of this name.
    pub(crate) fn with_also(&self, name: &str, value: &str) -> Self {
        let mut actor = self.clone();
        actor.headers.push((name.to_owned(), value.to_owned()));
        actor
    }

    /// Returns the same caller, whose requests come from this address.
    pub(crate) fn from(&self, address: SocketAddr) -> Self {
        Self { router: self.router.of_peer(address.into()), headers: self.headers.clone() }
    }

    /// Returns the same caller, whose requests go to another server.
    pub(crate) fn at(&self, router: Shell) -> Self {
        Self { router, headers: self.headers.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, String::new()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, body.to_string()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, body.to_string()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, String::new()).await
    }

    /// Sends a request whose answer is read while it comes.
    pub(crate) async fn open(&self, path: &str) -> Response {
        let headers = self.headers.iter();
        let request = headers.fold(Request::get(path), |request, (name, value)| request.header(name, value));
        let request = request.body(Body::empty()).expect("a valid request");
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }

    /// Sends a body as it is.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let path = path.split('?').next().unwrap_or_default();
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body.into()).expect("a valid request");
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        Answer::read(path, response).await
    }

    /// Sends a request with the caller's headers, as far as the request has no such headers of its own.
    pub(crate) async fn send_as_it_is(&self, mut request: Request<Body>) -> Answer {
        let own: Vec<_> = request.headers().keys().cloned().collect();
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name).expect("a name of the kit");
            if !own.contains(&name) {
                request.headers_mut().append(name, HeaderValue::try_from(value).expect("a value of the kit"));
            }
        }
        let path = request.uri().path().to_owned();
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        Answer::read(&path, response).await
    }

    /// Calls an endpoint as it is listed.
    pub(crate) async fn call(&self, endpoint: &Endpoint) -> Answer {
        self.send(endpoint.method.clone(), endpoint.path, endpoint.body).await
    }

    /// Set Account Ranks.
    pub(crate) async fn set_ranks(&self, account: &str, body: Value) -> Answer {
        self.patch(&format!("/v2/community/accounts/{account}/ranks"), body).await
    }

    /// Undo Rank Change, by undo id or number.
    pub(crate) async fn undo(&self, change: impl std::fmt::Display, body: Value) -> Answer {
        self.post(&format!("/v2/community/rank-changes/{change}/undo"), body).await
    }

    /// Set Account Ranks, which must succeed. Returns the undo id of the change.
    pub(crate) async fn change_ranks(&self, account: &str, body: Value) -> String {
        self.set_ranks(account, body).await.undo_id()
    }

    /// Returns the ranks that an account holds now.
    pub(crate) async fn ranks_of(&self, account: &str) -> Value {
        self.get(&format!("/v2/community/accounts/{account}/ranks")).await.ok()["data"].clone()
    }
}
