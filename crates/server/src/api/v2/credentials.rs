//! `/v2/community/credentials`: what the community's API keys may do. The keys themselves are shown once.

use axum::extract::State;
use jiff::Timestamp;
use rankledger_domain::credential::{Credential, Scope, Scopes};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::rank::Power;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::path::CredentialPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::credentials::{CreateCredential, RevokeCredential};
use crate::system::new_api_key;
use crate::wire::problem::Problem;
use crate::wire::texts::Name;
use crate::wire::time::Time;
use crate::wire::whole_number;

/// A credential on the wire, without its secret.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialBody {
    id: CredentialId,
    name: String,
    scopes: Vec<String>,
    power_ceiling: Option<u32>,
    created_at: Time,
    expires_at: Option<Time>,
    revoked_at: Option<Time>,
}

/// A credential that was made now, with its secret.
#[derive(Serialize, JsonSchema)]
pub struct NewCredentialBody {
    #[serde(flatten)]
    credential: CredentialBody,
    /// The API key: shown this once, and stored nowhere. Null where the answer to a repeated request is given again.
    key: Option<String>,
}

/// What creating a credential takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// What it is called.
    #[schemars(with = "Name")]
    name: String,
    /// What it may do.
    #[schemars(length(min = 1), extend("items" = scope_schema()))]
    scopes: Vec<String>,
    /// It changes only what stands strictly below this power; everything, if absent.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(max = u32::MAX))]
    power_ceiling: Option<u32>,
    /// When it ends; never, if absent.
    #[schemars(with = "Option<Time>")]
    expires_at: Option<Timestamp>,
}

fn scope_schema() -> serde_json::Value {
    serde_json::json!({ "type": "string", "enum": Scope::ALL.map(Scope::as_str) })
}

impl From<Credential> for CredentialBody {
    fn from(credential: Credential) -> Self {
        let scopes = credential.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
        Self {
            id: credential.id,
            name: credential.name,
            scopes,
            power_ceiling: credential.power_ceiling.map(|power| power.0),
            created_at: Time(credential.created_at),
            expires_at: credential.expires_at.map(Time),
            revoked_at: credential.revoked_at.map(Time),
        }
    }
}

/// `GET /v2/community/credentials`: oldest first, revoked ones included.
pub async fn list(
    State(app): State<App>,
    caller: Caller<Admin>,
) -> Result<Reply<Vec<CredentialBody>>, Problem> {
    let credentials = app.storage.read().await?.credentials(caller.community()).await?;
    Ok(Reply::new(credentials.into_iter().map(CredentialBody::from).collect()))
}

/// `POST /v2/community/credentials`: at most what the caller's own credential has.
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<NewCredentialBody>, Problem> {
    checks::name("/name", &body.name)?;
    if body.expires_at.is_some_and(|end| end <= write.app.clock.now()) {
        return Err(Problem::invalid_body(
            "/expiresAt",
            "it has passed: choose a time to come, or leave it out",
        ));
    }
    let key = new_api_key().map_err(|error| Problem::internal(&error))?;
    let command = CreateCredential {
        maker: caller.credential(),
        hash: key.hash(),
        name: body.name,
        scopes: scopes(&body.scopes)?,
        power_ceiling: body.power_ceiling.map(Power),
        expires_at: body.expires_at,
    };
    let key = key.reveal().to_owned();
    let tell = move |credential: Credential| {
        let credential = CredentialBody::from(credential);
        let without_key = NewCredentialBody { credential: credential.clone(), key: None };
        Reply::new(NewCredentialBody { credential, key: Some(key) }).kept_as(&without_key)
    };
    write.submit(command, tell).await
}

/// `DELETE /v2/community/credentials/{credentialId}`: it is not accepted any more.
pub async fn revoke(
    write: Write,
    caller: Caller<Admin>,
    CredentialPath(id): CredentialPath,
) -> Result<Reply<CredentialBody>, Problem> {
    let command = RevokeCredential { revoker: caller.credential(), id };
    write.submit(command, |credential| Reply::new(credential.into())).await
}

fn scopes(names: &[String]) -> Result<Scopes, Problem> {
    if names.is_empty() {
        return Err(Problem::invalid_body("/scopes", "there must be at least one"));
    }
    let read = names.iter().enumerate().map(|(index, name)| {
        let scope = name.parse::<Scope>();
        scope.map_err(|error| Problem::invalid_body(&format!("/scopes/{index}"), &error.to_string()))
    });
    read.collect()
}
