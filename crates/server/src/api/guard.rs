//! Who calls: the credential of a request, and whether it may call again so soon.

use aide::openapi::Operation;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Credential;

use super::openapi::{parts, refusals};
use super::problem::{Problem, kinds};
use super::{App, Endpoint};

/// Stands before an endpoint.
#[derive(Clone)]
pub struct Guard {
    /// What it needs.
    pub app: App,
    /// The endpoint.
    pub endpoint: &'static Endpoint,
}

/// Proof that a request carries an accepted credential. A caller within the process may put it into the extensions of a
/// request by itself; nothing that comes over HTTP gets there.
#[derive(Clone)]
pub struct Authenticated(pub Credential);

/// Lets a request through that carries an accepted credential which has not called too often.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let within = request.extensions().get::<Authenticated>().cloned();
    let credential = match within {
        Some(Authenticated(credential)) => credential,
        None => match authenticate(&guard.app, request.headers()).await {
            Ok(credential) => credential,
            Err(problem) => return problem.into_response(),
        },
    };
    let verdict = guard.app.limiter.check(credential.id, guard.endpoint);
    let mut response = if let Some(wait) = verdict.and_then(|verdict| verdict.wait) {
        Problem::rate_limited(wait).into_response()
    } else {
        request.extensions_mut().insert(Authenticated(credential));
        next.run(request).await
    };
    if let Some(verdict) = verdict {
        verdict.write_headers(response.headers_mut());
    }
    response
}

async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Credential, Problem> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let header = sent.next().ok_or_else(Problem::missing_credential)?;
    if sent.next().is_some() {
        return Err(Problem::several_credentials());
    }
    let text = header.to_str().map_err(|_| Problem::not_a_bearer())?;
    let (scheme, key) = text.split_once(' ').ok_or_else(Problem::not_a_bearer)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::not_a_bearer());
    }
    let key = ApiKey::parse(key.trim()).map_err(Problem::malformed_credential)?;
    let mut tx = app.storage.read().await?;
    let credential = tx.credential_by_hash(&key.hash()).await?.ok_or_else(Problem::unknown_credential)?;
    credential.accepted_at(app.clock.now()).map_err(Problem::ended_credential)?;
    Ok(credential)
}

/// How an endpoint behind the guard refuses, and what it says of its limit.
pub fn describe(operation: &mut Operation) {
    let kinds = [
        &kinds::MISSING_CREDENTIAL,
        &kinds::MALFORMED_CREDENTIAL,
        &kinds::UNKNOWN_CREDENTIAL,
        &kinds::REVOKED_CREDENTIAL,
        &kinds::EXPIRED_CREDENTIAL,
        &kinds::RATE_LIMITED,
    ];
    refusals::add(operation, &kinds);
    for status in [200, 429] {
        parts::add_headers_of_answer(operation, status, &["RateLimit", "RateLimit-Policy"]);
    }
}
