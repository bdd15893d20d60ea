//! The shell around all routes: what every request passes, whatever its path.
//!
//! The shell is one service, with one future for each request, instead of a layer for each of its tasks: a
//! layer costs several allocations, and moves the request and the answer once more.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderValue;
use http::header::CONNECTION;
use tower::Service;

use crate::http::body::BODY_LIMIT;
use crate::http::connections::{Admitted, Connection, Connections, RequestUnderWay, Waiting};
use crate::http::peer::Peer;
use crate::http::reply::Seal;
use crate::http::{App, of_panic, request};
use crate::wire::problem::Problem;

/// All routes, and the shell around them.
#[derive(Clone)]
pub struct Shell {
    app: App,
    seal: Seal,
    routes: Router,
    /// The paths that are answered on every connection, also when there are too many.
    always: &'static [&'static str],
    peer: Option<Peer>,
    on: Option<On>,
}

/// The connection of a request, among the others.
#[derive(Clone)]
struct On {
    connection: Arc<Connection>,
    connections: Connections,
}

impl Shell {
    /// Puts the shell around routes. The paths `always` are answered also when there are too many
    /// connections.
    #[must_use]
    pub fn new(app: App, seal: Seal, routes: Router, always: &'static [&'static str]) -> Self {
        Self { app, seal, routes, always, peer: None, on: None }
    }

    /// Returns the shell for requests from this address.
    #[must_use]
    pub fn of_peer(&self, peer: Peer) -> Self {
        Self { peer: Some(peer), ..self.clone() }
    }

    /// Returns the shell for the requests of this connection.
    #[must_use]
    pub fn of_connection(&self, admitted: &Admitted) -> Self {
        let connection = Arc::clone(admitted.connection());
        let peer = Some(Peer::from(connection.address()));
        let on = On { connection, connections: admitted.connections().clone() };
        Self { peer, on: Some(on), ..self.clone() }
    }

    /// Answers a request: within its time, with its id and its line in the log, also if a handler panics, and
    /// with the body written.
    async fn answer(self, mut request: Request) -> Response {
        let Self { app, seal, mut routes, always, peer, on } = self;
        let (path, method) = (request.uri().path().to_owned(), request.method().clone());
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
        let mut admission = Ok(None);
        if let Some(peer) = peer {
            let mut from = peer;
            if let Some(on) = &on {
                from = peer.behind_proxies(request.headers(), on.connections.limits());
                admission = on.admit(peer, from, always.contains(&path.as_str()));
            }
            request.extensions_mut().insert(from);
        }
        let is_refused = admission.is_err();
        let answer = |request: Request| async move {
            let _under_way = match admission {
                Ok(under_way) => under_way,
                Err(problem) => return problem.into_response(),
            };
            let answered = AssertUnwindSafe(async move { routes.call(request).await }).catch_unwind().await;
            answered.map_or_else(of_panic, |Ok(response)| response)
        };
        let response = request::within_its_time(&app, request, answer).await;
        let mut response = seal.sealed(&app, &method, &path, response);
        if is_refused {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl On {
    /// Lets a request in. Refuses it on a connection of the reserve, and if too many requests from its
    /// address are under way, unless it is one that is `always` answered.
    fn admit(&self, peer: Peer, from: Peer, always: bool) -> Result<Option<RequestUnderWay>, Problem> {
        if always {
            return Ok(None);
        }
        if self.connection.is_reserve() {
            self.connections.note_refused();
            return Err(Problem::too_many_connections());
        }
        if from == peer {
            return Ok(None);
        }
        let under_way = self.connections.request_from(from.address());
        if under_way.is_none() {
            self.connections.note_refused();
        }
        under_way.map(Some).ok_or_else(Problem::too_many_requests_at_once)
    }
}

impl<B> Service<http::Request<B>> for Shell
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let shell = self.clone();
        let Some(On { connection, .. }) = &self.on else {
            let answer = shell.answer(request.map(Body::new));
            return Box::pin(async move { Ok(answer.await) });
        };
        let work = connection.work();
        let answer = shell.answer(request.map(|body| Waiting::on(connection, Body::new(body))));
        Box::pin(async move { Ok(answer.await.map(|body| work.until_sent(body))) })
    }
}
