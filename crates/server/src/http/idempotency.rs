//! `Idempotency-Key`: a client that did not get the answer sends its request again, and gets the same answer.
//!
//! This module reads the key and computes the fingerprint of the request. If an answer is stored, it is sent
//! again before any other check. The ledger writer decides in the end: see [`crate::ops::once`]. Requests
//! without the header pass.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName};
use rankledger_domain::credential::Credential;
use rankledger_storage::idempotency_keys::IdempotencyKey;
use sha2::{Digest, Sha256};

use crate::http::authenticate::Authenticated;
use crate::http::reply::Reply;
use crate::http::{App, body};
use crate::ops::once::{Earlier, KeyedRequest};
use crate::wire::problem::Problem;

/// The header with the key.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer had been given before.
pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The most characters of a key.
pub const LONGEST_KEY: usize = 255;

/// Sends the stored answer again if the request carries a key and was answered before. Adds a
/// [`KeyedRequest`] to any other request with a key, and has it carried out.
pub async fn recall<F: Future<Output = Response>>(
    app: &App,
    request: Request,
    carry_out: impl FnOnce(Request) -> F,
) -> Response {
    if !request.headers().contains_key(IDEMPOTENCY_KEY) {
        return carry_out(request).await;
    }
    match identify(app, request).await {
        Ok((request, keyed)) => answer(app, request, keyed, carry_out).await,
        Err(problem) => problem.into_response(),
    }
}

/// Reads the key and the body of a request. The body is put back.
async fn identify(app: &App, request: Request) -> Result<(Request, KeyedRequest), Problem> {
    let key = key(request.headers())?;
    let credential = request.extensions().get::<Authenticated>().cloned();
    let Authenticated(Credential { community, id: credential, .. }) =
        credential.ok_or_else(Problem::missing_credential)?;
    let (parts, body) = request.into_parts();
    let bytes = body::read(Request::from_parts(parts.clone(), body), app).await?;
    let fingerprint = fingerprint(&parts, &bytes);
    let keyed = KeyedRequest { community, credential, key, fingerprint };
    Ok((Request::from_parts(parts, Body::from(bytes)), keyed))
}

async fn answer<F: Future<Output = Response>>(
    app: &App,
    mut request: Request,
    keyed: KeyedRequest,
    carry_out: impl FnOnce(Request) -> F,
) -> Response {
    let earlier = async { keyed.earlier(app.storage.read().await?.as_mut(), app.clock.now()).await }.await;
    match earlier {
        Ok(Earlier::Same(before)) => replay(app, &before).await.into_response(),
        // The handler knows whether the key of another request matters: a dry run has no use for it.
        Ok(Earlier::None | Earlier::Other) => {
            request.extensions_mut().insert(keyed);
            carry_out(request).await
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Returns the stored answer, once it is durable: it may have been committed a moment ago.
async fn replay(app: &App, before: &IdempotencyKey) -> Result<Reply<()>, Problem> {
    app.storage.flush().await?;
    Reply::recall(before)
}

fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut sent = headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = sent.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_fit = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_fit && sent.next().is_none() {
        Ok(key.to_owned())
    } else {
        Err(Problem::invalid_idempotency_key(LONGEST_KEY))
    }
}

/// Returns the fingerprint of a request: a hash of its method, its path with the query, and its body.
fn fingerprint(parts: &Parts, body: &Bytes) -> [u8; 32] {
    let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut hash = Sha256::new();
    // No method and no path has a line break in it.
    hash.update(format!("{} {path}\n", parts.method));
    hash.update(body);
    hash.finalize().into()
}
