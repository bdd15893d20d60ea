//! Authentication: the credential of a request.

use aide::openapi::Operation;
use axum::extract::Request;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::Credential;

use crate::http::feature::Feature;
use crate::http::own_community::{OwnCommunity, own_community};
use crate::http::read_view::OpenView;
use crate::http::{App, describe};
use crate::ops::credential_uses::CredentialUses;
use crate::wire::problem::{Problem, types};

/// Proof that a request carries an accepted credential. A caller within the process may add it to the
/// extensions of a request itself; nothing that comes over HTTP gets there.
#[derive(Clone)]
pub struct Authenticated(pub Credential);

/// Finds the credential of a request. One that only reads goes on in the view in which that was found.
pub(super) async fn admit(app: &App, request: &mut Request) -> Result<Credential, Problem> {
    if let Some(Authenticated(credential)) = request.extensions().get() {
        return Ok(credential.clone());
    }
    let key = key(request.headers())?.hash();
    let only_reads = request.method() == Method::GET;
    if !only_reads && let Some((credential, community)) = app.storage.cached_credential(&key).await {
        let credential = accepted(app, Some(credential))?;
        request.extensions_mut().insert(OwnCommunity(community));
        return Ok(credential);
    }
    let mut tx = app.storage.read().await?;
    let credential = accepted(app, tx.credential_by_hash(&key).await?)?;
    if only_reads {
        request.extensions_mut().insert(OpenView::new(tx));
    } else {
        let community = own_community(tx.as_mut(), credential.community).await?;
        request.extensions_mut().insert(OwnCommunity(community));
    }
    Ok(credential)
}

/// Returns the credential that was found, if it is accepted now, and notes its use.
pub fn accepted(app: &App, found: Option<Credential>) -> Result<Credential, Problem> {
    let credential = found.ok_or_else(Problem::unknown_credential)?;
    let now = app.clock.now();
    credential.accepted_at(now).map_err(Problem::ended_credential)?;
    app.feature::<CredentialUses>().note(&credential, now);
    Ok(credential)
}

impl Feature for CredentialUses {
    fn new(_: &App) -> Self {
        Self::default()
    }
}

/// The key that a request carries.
fn key(headers: &HeaderMap) -> Result<ApiKey, Problem> {
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
    ApiKey::parse(key.trim()).map_err(Problem::malformed_credential)
}

/// Describes how an endpoint behind authentication refuses, and its rate limit headers.
pub fn describe(operation: &mut Operation) {
    let kinds = [
        &types::MISSING_CREDENTIAL,
        &types::MALFORMED_CREDENTIAL,
        &types::UNKNOWN_CREDENTIAL,
        &types::REVOKED_CREDENTIAL,
        &types::EXPIRED_CREDENTIAL,
        &types::RATE_LIMITED,
    ];
    describe::problems::add(operation, &kinds);
    for status in [200, 429] {
        describe::add_headers_of_answer(operation, status, &["RateLimit", "RateLimit-Policy"]);
    }
}
