//! The shell around all routes: what every request passes, whatever its path.
//!
//! The shell is one service, with one future for each request, instead of a layer for each of its tasks: a
//! layer costs several allocations, and moves the request and the answer once more.

use std::convert::Infallible;
use std::mem;
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
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, CONNECTION, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Uri};
use tower::{Layer, Service};
use tower_http::cors::CorsLayer;

use crate::http::body::BODY_LIMIT;
use crate::http::connections::{Admitted, Connection, Connections, RequestUnderWay, Waiting};
use crate::http::cors::cors;
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
    cors: Option<CorsLayer>,
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
        let cors = cors(&app.sites.cors_origins);
        Self { app, seal, routes, always, peer: None, on: None, cors }
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
        let Self { app, seal, mut routes, always, peer, on, .. } = self;
        with_single_slashes(request.uri_mut());
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

    /// Answers a request of a browser for a page of another site, too.
    async fn answer_page(mut self, request: Request) -> Response {
        let is_plain_options = request.method() == Method::OPTIONS
            && !request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let response = match self.cors.take() {
            Some(cors) if !is_plain_options => {
                let answer =
                    tower::service_fn(move |request| self.clone().answer(request).map(Ok::<_, Infallible>));
                let Ok(response) = cors.layer(answer).call(request).await;
                response
            }
            _ => self.answer(request).await,
        };
        protected(response)
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

/// Takes each row of slashes in the path for one: a base URL that ends in a slash makes two.
fn with_single_slashes(uri: &mut Uri) {
    if !uri.path().contains("//") {
        return;
    }
    let mut path = String::with_capacity(uri.path().len());
    for c in uri.path().chars() {
        if c != '/' || !path.ends_with('/') {
            path.push(c);
        }
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = mem::take(uri).into_parts();
    parts.path_and_query =
        Some((path + &query).parse().expect("a path without some of its slashes is a path"));
    *uri = Uri::from_parts(parts).expect("the other parts are those of a URI");
}

/// Forbids caches to keep an answer, for most hold data of members or keys; a page that is the same for
/// everybody says otherwise itself. Forbids browsers to guess what an answer is.
fn protected(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
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
            let answer = shell.answer_page(request.map(Body::new));
            return Box::pin(async move { Ok(answer.await) });
        };
        let work = connection.work();
        let answer = shell.answer_page(request.map(|body| Waiting::on(connection, Body::new(body))));
        Box::pin(async move { Ok(answer.await.map(|body| work.until_sent(body))) })
    }
}
