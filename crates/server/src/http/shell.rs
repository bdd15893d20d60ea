//! The shell around all routes: what every request passes, whatever its path.
//!
//! The shell is one service, with one future for each request, instead of a layer for each of its tasks: a
//! layer costs several allocations, and moves the request and the answer once more.

use std::convert::Infallible;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::Response;
use axum::{BoxError, http};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Uri};
use tower::{Layer, Service};
use tower_http::cors::CorsLayer;

use crate::http::body::BODY_LIMIT;
use crate::http::cors::cors;
use crate::http::peer::Peer;
use crate::http::reply::Seal;
use crate::http::{App, of_panic, request};

/// All routes, and the shell around them.
#[derive(Clone)]
pub struct Shell {
    app: App,
    seal: Seal,
    routes: Router,
    peer: Option<Peer>,
    cors: Option<CorsLayer>,
}

impl Shell {
    /// Puts the shell around routes.
    #[must_use]
    pub fn new(app: App, seal: Seal, routes: Router) -> Self {
        let cors = cors(&app.sites.cors_origins);
        Self { app, seal, routes, peer: None, cors }
    }

    /// Returns the shell for the requests of a connection with this other end.
    #[must_use]
    pub fn of_peer(&self, peer: Peer) -> Self {
        Self { peer: Some(peer), ..self.clone() }
    }

    /// Answers a request: within its time, with its id and its line in the log, also if a handler panics, and
    /// with the body written.
    async fn answer(self, mut request: Request) -> Response {
        let Self { app, seal, mut routes, peer, .. } = self;
        with_single_slashes(request.uri_mut());
        let (path, method) = (request.uri().path().to_owned(), request.method().clone());
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let answer = |request: Request| async move {
            let answered = AssertUnwindSafe(async move { routes.call(request).await }).catch_unwind().await;
            answered.map_or_else(of_panic, |Ok(response)| response)
        };
        let response = request::within_its_time(&app, request, answer).await;
        seal.sealed(&app, &method, &path, response)
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
        let answer = self.clone().answer_page(request.map(Body::new));
        Box::pin(async move { Ok(answer.await) })
    }
}
