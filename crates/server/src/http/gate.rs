//! The gate of an endpoint that needs a credential: who comes through has one that is accepted, has not used
//! up its rate limit, and was not answered before.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use rankledger_domain::credential::Credential;
use tower::{Layer, Service};

use crate::http::authenticate::{Authenticated, admit};
use crate::http::guard_trips::{self, Refused};
use crate::http::peer::Address;
use crate::http::rate_limit::Verdict;
use crate::http::{App, Endpoint, idempotency};
use crate::wire::problem::Problem;

/// Puts the gate before the handler of an endpoint.
#[derive(Clone)]
pub struct Gate {
    /// The state of the server.
    pub app: App,
    /// The endpoint behind it.
    pub endpoint: &'static Endpoint,
    /// Whether the endpoint writes, so that answers are kept for requests that are sent again.
    pub writes: bool,
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, handler: S) -> Gated<S> {
        Gated { gate: self.clone(), handler }
    }
}

/// A handler behind its gate.
#[derive(Clone)]
pub struct Gated<S> {
    gate: Gate,
    handler: S,
}

impl<S> Gated<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
{
    async fn answer(self, mut request: Request) -> Response {
        let Self { gate: Gate { app, endpoint, writes }, mut handler } = self;
        let credential = match admit(&app, &mut request).await {
            Ok(credential) => credential,
            Err(problem) => return problem.into_response(),
        };
        let (verdict, credential) = match counted(&app, endpoint, credential, &mut request).await {
            Ok(counted) => counted,
            Err(problem) => return problem.into_response(),
        };
        let refused = Refused::of(&credential, Address::among(request.extensions()).0);
        let mut response = if let Some(problem) = verdict.and_then(|verdict| verdict.refusal()) {
            problem.into_response()
        } else {
            request.extensions_mut().insert(Authenticated(credential));
            let answer = |request: Request| async move {
                let Ok(response) = handler.call(request).await;
                response.into_response()
            };
            let response =
                if writes { idempotency::recall(&app, request, answer).await } else { answer(request).await };
            in_words_of(endpoint, response)
        };
        guard_trips::note(&app, refused, response.extensions().get::<Problem>());
        if let Some(verdict) = verdict {
            verdict.write_headers(response.headers_mut());
        }
        response
    }
}

/// Counts a request, which waits for its turn where the endpoint has it so. Returns the credential as it is
/// then.
async fn counted(
    app: &App,
    endpoint: &'static Endpoint,
    credential: Credential,
    request: &mut Request,
) -> Result<(Option<Verdict>, Credential), Problem> {
    if !endpoint.waits {
        return Ok((app.limiter.check(&credential, endpoint).await, credential));
    }
    let (verdict, has_waited) = app.limiter.check_in_turn(&credential, endpoint).await;
    let credential = if has_waited { admit(app, request).await? } else { credential };
    Ok((verdict, credential))
}

/// Says a problem of the handler in the words of the endpoint, if it has its own.
fn in_words_of(endpoint: &Endpoint, mut response: Response) -> Response {
    if let Some(in_words) = endpoint.in_words
        && let Some(problem) = response.extensions_mut().remove::<Problem>()
    {
        response.extensions_mut().insert(in_words(problem));
    }
    response
}

impl<S> Service<Request> for Gated<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let answer = self.clone().answer(request);
        Box::pin(async move { Ok(answer.await) })
    }
}
