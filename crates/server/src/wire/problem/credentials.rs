//! Problems of the credential that a request carries: whether it counts, what it may do and how often.

use std::time::Duration;

use http::header::WWW_AUTHENTICATE;
use rankledger_domain::api_key::MalformedKey;
use rankledger_domain::credential::{EndedCredential, Scope};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::wire_format;
use serde_json::json;

use super::examples::{TIME, UNKNOWN};
use super::{Problem, ProblemType};
use crate::wire::time::whole_seconds;

types![
    MISSING_CREDENTIAL,
    MALFORMED_CREDENTIAL,
    UNKNOWN_CREDENTIAL,
    REVOKED_CREDENTIAL,
    EXPIRED_CREDENTIAL,
    MISSING_SCOPE,
    EXCEEDS_CREDENTIAL,
    CREDENTIAL_NOT_FOUND,
    TOO_MANY_CREDENTIALS,
    RATE_LIMITED,
];

/// Challenge of a 401 if no credential was sent.
const CHALLENGE: &str = "Bearer realm=\"rankledger\"";

/// Challenge of a 401 if the credential that was sent is not accepted.
const CHALLENGE_ANEW: &str = "Bearer realm=\"rankledger\", error=\"invalid_token\"";

impl Problem {
    fn unauthorized(r#type: &'static ProblemType, detail: impl Into<String>) -> Self {
        Self::new(r#type, detail).header(WWW_AUTHENTICATE, CHALLENGE_ANEW)
    }
}

problem_type! {
    MISSING_CREDENTIAL = 401 "missing-credential" {
        title: "No credential",
        cause: "The request has no Authorization header.",
        way_out: "Send `Authorization: Bearer <API key>`.",
        example: Problem::missing_credential(),
    }
}

impl Problem {
    pub(crate) fn missing_credential() -> Self {
        let detail =
            "The request carries no credential: send the header \"Authorization: Bearer <API key>\".";
        Self::new(&MISSING_CREDENTIAL, detail).header(WWW_AUTHENTICATE, CHALLENGE)
    }
}

problem_type! {
    MALFORMED_CREDENTIAL = 401 "malformed-credential" {
        title: "The credential cannot be read",
        cause: "The Authorization header is not a bearer token, is there twice, or the key has lost a part: keys made by Rankledger carry a checksum.",
        way_out: "Copy the whole key.",
        example: Problem::not_a_bearer(),
    }
}

impl Problem {
    pub(crate) fn not_a_bearer() -> Self {
        Self::unauthorized(
            &MALFORMED_CREDENTIAL,
            "The Authorization header cannot be read: it must be \"Bearer\", a space, and the API key.",
        )
    }

    pub(crate) fn several_credentials() -> Self {
        Self::unauthorized(
            &MALFORMED_CREDENTIAL,
            "The request has more than one Authorization header: send one, for it cannot be told which is meant.",
        )
    }

    pub(crate) fn malformed_credential(error: MalformedKey) -> Self {
        Self::unauthorized(&MALFORMED_CREDENTIAL, format!("The API key cannot be right: {error}."))
    }
}

problem_type! {
    UNKNOWN_CREDENTIAL = 401 "unknown-credential" {
        title: "The credential is not known",
        cause: "No community of this server has a credential with this key.",
        way_out: "Make a key with `rankledger key create`, or take an existing one over with `rankledger key adopt`.",
        example: Problem::unknown_credential(),
    }
}

impl Problem {
    pub(crate) fn unknown_credential() -> Self {
        Self::unauthorized(
            &UNKNOWN_CREDENTIAL,
            "This server does not know the API key. An operator makes one with `rankledger key create`, or takes an \
             existing one over with `rankledger key adopt`.",
        )
    }
}

problem_type! {
    REVOKED_CREDENTIAL = 401 "revoked-credential" {
        title: "The credential was revoked",
        cause: "An operator has revoked the key.",
        way_out: "Ask the operator for a new key.",
        example: Problem::ended_credential(EndedCredential::Revoked(TIME)),
    }
}

problem_type! {
    EXPIRED_CREDENTIAL = 401 "expired-credential" {
        title: "The credential has expired",
        cause: "The key was made with an end, and that time has passed.",
        way_out: "Ask the operator for a new key.",
        example: Problem::ended_credential(EndedCredential::Expired(TIME)),
    }
}

impl Problem {
    pub(crate) fn ended_credential(ended: EndedCredential) -> Self {
        let (r#type, how, when) = match ended {
            EndedCredential::Revoked(when) => (&REVOKED_CREDENTIAL, "was revoked", when),
            EndedCredential::Expired(when) => (&EXPIRED_CREDENTIAL, "expired", when),
        };
        let detail = format!("The API key {how} at {}: ask the operator for a new one.", wire_format(when));
        Self::unauthorized(r#type, detail)
    }
}

problem_type! {
    MISSING_SCOPE = 403 "missing-scope" {
        title: "The credential may not do this",
        cause: "The endpoint needs a scope that the credential does not have. `scope` names it.",
        way_out: "Use a credential that has the scope.",
        example: Problem::missing_scope("Discord bot", Scope::RanksWrite),
    }
}

impl Problem {
    pub(crate) fn missing_scope(credential: &str, scope: Scope) -> Self {
        let detail = format!(
            "The credential \"{credential}\" lacks the scope {scope}. An operator makes one that has it with `rankledger \
             key create --scopes`."
        );
        Self::new(&MISSING_SCOPE, detail).member("scope", json!(scope.as_str()))
    }
}

problem_type! {
    EXCEEDS_CREDENTIAL = 403 "exceeds-credential" {
        title: "More than the credential has",
        cause: "A credential makes, changes and revokes no credential that could do more than itself, reach higher, or last longer.",
        way_out: "Ask for less, or have the operator do it with `rankledger key`.",
        example: Problem::exceeds_credential("its power ceiling must be at most 50"),
        at: "/v2/community/credentials",
    }
}

impl Problem {
    /// `limit`: the bound that the other credential must keep to, as the end of a sentence.
    pub(crate) fn exceeds_credential(limit: &str) -> Self {
        let detail =
            format!("A credential makes, changes and revokes none that could do more than itself: {limit}.");
        Self::new(&EXCEEDS_CREDENTIAL, detail)
    }
}

problem_type! {
    CREDENTIAL_NOT_FOUND = 404 "credential-not-found" {
        title: "No such credential",
        cause: "The community of the credential has no credential with this id.",
        way_out: "GET /v2/community/credentials lists the credentials.",
        example: Problem::credential_not_found(CredentialId(UNKNOWN)),
        at: "/v2/community/credentials/99999999-9999-9999-9999-999999999999",
    }
}

impl Problem {
    pub(crate) fn credential_not_found(id: CredentialId) -> Self {
        let detail =
            format!("This community has no credential {id}. GET /v2/community/credentials lists them.");
        Self::new(&CREDENTIAL_NOT_FOUND, detail)
    }

    pub(crate) fn credential_revoked(id: CredentialId) -> Self {
        let detail = format!("Credential {id} was revoked, and cannot be changed. Make another one.");
        Self::new(&CREDENTIAL_NOT_FOUND, detail)
    }
}

problem_type! {
    TOO_MANY_CREDENTIALS = 409 "too-many-credentials" {
        title: "Too many credentials",
        cause: "The community has as many credentials in force as are made over the API.",
        way_out: "Revoke those that nobody uses, or have the operator make another with `rankledger key create`.",
        example: Problem::too_many_credentials(200),
        at: "/v2/community/credentials",
    }
}

impl Problem {
    /// `most`: how many credentials may be in force.
    pub(crate) fn too_many_credentials(most: usize) -> Self {
        let detail = format!(
            "This community has {most} credentials in force, and no more are made over the API: revoke those that nobody uses (GET /v2/community/credentials lists them), or have the operator make another with `rankledger key create`."
        );
        Self::new(&TOO_MANY_CREDENTIALS, detail)
    }
}

problem_type! {
    RATE_LIMITED = 429 "rate-limited" {
        title: "Too many requests",
        cause: "The credential has called this endpoint too often, or all credentials of its community together have, or somebody without a credential has asked the documentation too often. A burst of the documented count a minute passes at once, then the count refills evenly; the header `RateLimit-Policy` says which limit is meant.",
        way_out: "Wait as many seconds as Retry-After says: the next request will pass.",
        example: Problem::rate_limited(Duration::from_secs(3)),
    }
}

impl Problem {
    pub(crate) fn rate_limited(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let detail = format!(
            "Too many requests with this credential to this endpoint: the next one passes in {seconds} s."
        );
        Self::new(&RATE_LIMITED, detail).retry_after(wait)
    }

    /// The refusal of a request that needs no credential, because its address has sent too many.
    pub(crate) fn address_rate_limited(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let detail =
            format!("Too many requests like this from your address: the next one passes in {seconds} s.");
        Self::new(&RATE_LIMITED, detail).retry_after(wait)
    }

    /// The refusal of a request because all credentials of its community together have sent too many.
    pub(crate) fn community_rate_limited(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let detail = format!(
            "Too many requests to this endpoint by all credentials of this community together: the next one passes in {seconds} s."
        );
        Self::new(&RATE_LIMITED, detail).retry_after(wait)
    }
}
