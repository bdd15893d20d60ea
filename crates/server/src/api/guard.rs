//! Who calls: the credential of a request, and whether it may call again so soon.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Credential;

use super::problem::Problem;
use super::{App, Endpoint};

/// Stands before an endpoint.
#[derive(Clone)]
pub struct Guard {
    /// What it needs.
    pub app: App,
    /// The endpoint.
    pub endpoint: &'static Endpoint,
}

/// Proof that a request carries an accepted credential.
#[derive(Clone)]
pub struct Authenticated(pub Credential);

/// Lets a request through that carries an accepted credential which has not called too often.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let credential = match authenticate(&guard.app, request.headers()).await {
        Ok(credential) => credential,
        Err(problem) => return problem.into_response(),
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
    let header = headers.get(AUTHORIZATION).ok_or_else(Problem::missing_credential)?;
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
