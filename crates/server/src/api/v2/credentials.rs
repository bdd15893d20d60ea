//! `/v2/community/credentials`: what the community's API keys may do. The keys themselves are shown once.

use axum::extract::State;
use jiff::Timestamp;
use rankledger_domain::credential::{Credential, RateFactor, Scopes};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::rank::Power;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::CredentialPath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::credential_uses::CredentialUses;
use crate::ops::credentials::{CreateCredential, EditCredential, RevokeCredential, Revoked};
use crate::system::new_api_key;
use crate::wire::credentials::{CredentialBody, NewCredentialBody, RevokedBody};
use crate::wire::problem::Problem;
use crate::wire::text_schemas::{Name, ScopeName};
use crate::wire::time::Time;
use crate::wire::whole_number;

/// The body of Create Credential.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// The name of the credential.
    #[schemars(with = "Name")]
    name: String,
    /// The scopes of the credential.
    #[schemars(with = "Vec<ScopeName>", length(min = 1))]
    scopes: Vec<String>,
    /// The power ceiling: the credential can change only ranks and accounts of a power below it. Without it,
    /// there is no ceiling.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(max = u32::MAX))]
    power_ceiling: Option<u32>,
    /// By how much the rate limits of the endpoints are multiplied for the credential. Without it, they are
    /// as documented.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = 1, max = RateFactor::MOST))]
    rate_factor: Option<u32>,
    /// The time at which the credential ends. Without it, it does not end.
    #[schemars(with = "Option<Time>")]
    expires_at: Option<Timestamp>,
}

/// `GET /v2/community/credentials`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Administration, "getCredentials", "List the credentials, without their keys")
        .per_minute(60)
        .example(Example {
            path: "/v2/community/credentials",
            data: r#"[
            {
                "id": "77777777-7777-7777-7777-777777777777", "name": "demo", "scopes": ["admin"],
                "powerCeiling": null, "rateFactor": 1, "createdAt": "2026-04-15T00:00:00.000Z", "createdBy": null,
                "expiresAt": null, "revokedAt": null, "lastUsedAt": "2026-04-15T00:00:00.000Z"
            }
        ]"#,
            ..Example::EMPTY
        });

/// Lists the credentials, oldest first, with the revoked ones.
pub async fn list(
    State(app): State<App>,
    caller: Caller<Admin>,
) -> Result<Reply<Vec<CredentialBody>>, Problem> {
    Ok(Reply::new(all(&app, caller.community()).await?))
}

/// `GET /v2/community/credentials/{credentialId}`: the endpoint of [`get`].
pub static GET: Endpoint =
    Endpoint::new(Tag::Administration, "getCredential", "Get a credential, without its key")
        .per_minute(60)
        .example(Example {
            path: "/v2/community/credentials/77777777-7777-7777-7777-777777777777",
            data: r#"{
            "id": "77777777-7777-7777-7777-777777777777", "name": "demo", "scopes": ["admin"],
            "powerCeiling": null, "rateFactor": 1, "createdAt": "2026-04-15T00:00:00.000Z", "createdBy": null,
            "expiresAt": null, "revokedAt": null, "lastUsedAt": "2026-04-15T00:00:00.000Z"
        }"#,
            ..Example::EMPTY
        });

/// Answers one credential, also if it has been revoked.
pub async fn get(
    State(app): State<App>,
    caller: Caller<Admin>,
    CredentialPath(id): CredentialPath,
) -> Result<Reply<CredentialBody>, Problem> {
    let found = all(&app, caller.community()).await?.into_iter().find(|credential| credential.id == id);
    Ok(Reply::new(found.ok_or_else(|| Problem::credential_not_found(id))?))
}

async fn all(app: &App, community: CommunityId) -> Result<Vec<CredentialBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let uses = app.feature::<CredentialUses>().of(tx.as_mut(), community).await?;
    let credentials = tx.credentials(community).await?.into_iter();
    let body = |credential: Credential| {
        let last_used_at = uses.get(&credential.id).copied();
        CredentialBody::new(credential, last_used_at)
    };
    Ok(credentials.map(body).collect())
}

/// `POST /v2/community/credentials`: the endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::Administration, "createCredential", "Create a credential")
    .per_minute(60)
    .refuses(CreateCredential::REFUSES)
    .example(Example {
        path: "/v2/community/credentials",
        body: r#"{"name": "Discord bot", "scopes": ["accounts:read", "ranks:write"], "powerCeiling": 50}"#,
        data: r#"{
            "id": "99999999-9999-9999-9999-999999999999", "name": "Discord bot",
            "scopes": ["accounts:read", "ranks:write"], "powerCeiling": 50, "rateFactor": 1,
            "createdAt": "2026-04-15T00:00:00.000Z", "createdBy": "77777777-7777-7777-7777-777777777777",
            "expiresAt": null, "revokedAt": null, "lastUsedAt": null, "key": "rlk_shown_once"
        }"#,
        ..Example::EMPTY
    });

/// Creates a credential, which can do at most what the caller's own credential can.
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<NewCredentialBody>, Problem> {
    let name = checks::name("/name", &body.name)?;
    if body.expires_at.is_some_and(|end| end <= write.app.clock.now()) {
        return Err(Problem::invalid_body(
            "/expiresAt",
            "it has passed: choose a time to come, or leave it out",
        ));
    }
    let key = new_api_key().map_err(|error| Problem::internal(&error))?;
    let command = CreateCredential {
        actor: caller.actor(None),
        hash: key.hash(),
        name,
        scopes: scopes(&body.scopes)?,
        power_ceiling: body.power_ceiling.map(Power),
        rate_factor: rate_factor(body.rate_factor)?,
        expires_at: body.expires_at,
    };
    let key = key.reveal().to_owned();
    let tell = move |credential: Credential| {
        let credential = CredentialBody::new(credential, None);
        let without_key = NewCredentialBody { credential: credential.clone(), key: None };
        Reply::new(NewCredentialBody { credential, key: Some(key) }).kept_as(&without_key)
    };
    write.submit(command, tell).await
}

/// The body of Edit Credential.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// By how much the rate limits of the endpoints are multiplied for the credential from now on.
    #[serde(deserialize_with = "whole_number::required")]
    #[schemars(range(min = 1, max = RateFactor::MOST))]
    rate_factor: u32,
}

/// `PATCH /v2/community/credentials/{credentialId}`: the endpoint of [`edit`].
pub static EDIT: Endpoint =
    Endpoint::new(Tag::Administration, "editCredential", "Set the rate factor of a credential")
        .per_minute(60)
        .refuses(EditCredential::REFUSES)
        .example(Example {
            path: "/v2/community/credentials/77777777-7777-7777-7777-777777777777",
            body: r#"{"rateFactor": 20}"#,
            data: r#"{
            "id": "77777777-7777-7777-7777-777777777777", "name": "demo", "scopes": ["admin"],
            "powerCeiling": null, "rateFactor": 20, "createdAt": "2026-04-15T00:00:00.000Z", "createdBy": null,
            "expiresAt": null, "revokedAt": null, "lastUsedAt": "2026-04-15T00:00:00.000Z"
        }"#,
            ..Example::EMPTY
        });

/// Sets the rate factor of a credential, at once. Nothing else of a credential can be changed: make another
/// one.
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    CredentialPath(id): CredentialPath,
    StrictBody(EditBody { rate_factor: factor }): StrictBody<EditBody>,
) -> Result<Reply<CredentialBody>, Problem> {
    let rate_factor = rate_factor(Some(factor))?;
    let mut tx = write.app.storage.read().await?;
    let uses = write.app.feature::<CredentialUses>().of(tx.as_mut(), caller.community()).await?;
    drop(tx);
    let last_used_at = uses.get(&id).copied();
    let command = EditCredential { actor: caller.actor(None), id, rate_factor };
    write.submit(command, move |credential| Reply::new(CredentialBody::new(credential, last_used_at))).await
}

/// The query of Revoke Credential.
pub struct RevokeQuery {
    cascade: bool,
}

impl FromQuery for RevokeQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let description =
            "Whether to revoke all credentials that this one made as well, directly or through others.";
        Ok(Self { cascade: params.flag("cascade", description)?.unwrap_or(false) })
    }
}

/// `DELETE /v2/community/credentials/{credentialId}`: the endpoint of [`revoke`].
pub static REVOKE: Endpoint = Endpoint::new(Tag::Administration, "revokeCredential", "Revoke a credential")
    .per_minute(60)
    .refuses(RevokeCredential::REFUSES)
    .example(Example {
        path: "/v2/community/credentials/77777777-7777-7777-7777-777777777777",
        data: r#"{
            "id": "77777777-7777-7777-7777-777777777777", "name": "demo", "scopes": ["admin"],
            "powerCeiling": null, "rateFactor": 1, "createdAt": "2026-04-15T00:00:00.000Z", "createdBy": null,
            "expiresAt": null, "revokedAt": "2026-04-15T00:00:00.000Z",
            "lastUsedAt": "2026-04-15T00:00:00.000Z", "stillInForce": [], "alsoRevoked": []
        }"#,
        ..Example::EMPTY
    });

/// Revokes a credential: it is not accepted any more. The answer names the credentials that it made and that
/// are accepted still; with `cascade=true` they are revoked as well.
pub async fn revoke(
    write: Write,
    caller: Caller<Admin>,
    CredentialPath(id): CredentialPath,
    Query(RevokeQuery { cascade }): Query<RevokeQuery>,
) -> Result<Reply<RevokedBody>, Problem> {
    let uses = write.app.feature::<CredentialUses>().as_ref().clone();
    let command = RevokeCredential { actor: caller.actor(None), id, cascade, uses };
    let tell = |Revoked { credential, last_used_at, still_in_force, also_revoked }| {
        let credential = CredentialBody::new(credential, last_used_at);
        Reply::new(RevokedBody { credential, still_in_force, also_revoked })
    };
    write.submit(command, tell).await
}

fn rate_factor(factor: Option<u32>) -> Result<RateFactor, Problem> {
    let factor = factor.map_or(Some(RateFactor::ONE), RateFactor::new);
    let what = || format!("it must be a whole number from 1 to {}", RateFactor::MOST);
    factor.ok_or_else(|| Problem::invalid_body("/rateFactor", &what()))
}

fn scopes(names: &[String]) -> Result<Scopes, Problem> {
    if names.is_empty() {
        return Err(Problem::invalid_body("/scopes", "there must be at least one"));
    }
    checks::scopes(names)
}
