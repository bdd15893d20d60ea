//! `GET` and `POST /v2/community/accounts/{accountId}/identifiers`, and `DELETE` of one of them.

use axum::extract::State;
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::v2::accounts::require_account;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsRead, AccountsWrite, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::{AccountPath, IdentifierPath};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::accounts::identifiers::{RegisterIdentifiers, RemoveIdentifier};
use crate::wire::account_parts::IdentifierBody;
use crate::wire::objects::objects;
use crate::wire::problem::Problem;
use crate::wire::text_schemas::{IdentifierKind, IdentifierValue};

/// Largest number of identifiers of one request.
pub(super) const MOST_IDENTIFIERS: usize = 100;

/// `GET /v2/community/accounts/{accountId}/identifiers`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Accounts, "getAccountIdentifiers", "List the identifiers of an account")
        .per_minute(22)
        .example(Example {
            path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/identifiers",
            data: r#"[
            {
                "id": "55555555-5555-5555-5555-555555555555",
                "accId": "00000000-0000-0000-0000-000000000000", "type": "discord",
                "value": "1234567890", "refCount": 1, "verified": true, "metadata": {}, "flagId": null,
                "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
            }
        ]"#,
            ..Example::EMPTY
        });

/// Lists the identifiers of an account, oldest first.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<Vec<IdentifierBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    require_account(tx.as_mut(), caller.community(), id).await?;
    let identifiers = tx.identifiers(caller.community(), id).await?;
    Ok(Reply::new(identifiers.into_iter().map(IdentifierBody::from).collect()))
}

/// The body of Register Identifiers.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RegisterBody {
    /// The identifiers. Either all of them are registered, or none.
    #[schemars(length(max = MOST_IDENTIFIERS))]
    #[serde(deserialize_with = "objects")]
    identifiers: Vec<IdentifierEntry>,
}

impl RegisterBody {
    /// The command for this account.
    pub(in crate::api) fn command(
        &self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
    ) -> Result<RegisterIdentifiers, Problem> {
        let identifiers = names_of(&self.identifiers)?;
        Ok(RegisterIdentifiers { actor: caller.actor(None), account, identifiers })
    }
}

/// An identifier in a request.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct IdentifierEntry {
    /// `discord`, `roblox`, `steam`, ...
    #[schemars(with = "IdentifierKind")]
    r#type: String,
    /// The value. It may begin with the type and a colon.
    #[schemars(with = "IdentifierValue")]
    value: String,
}

/// An identifier that was registered, in the spelling that is kept.
#[derive(Serialize, JsonSchema)]
pub struct RegisteredBody {
    r#type: String,
    value: String,
}

/// `POST /v2/community/accounts/{accountId}/identifiers`: the endpoint of [`register`].
pub static REGISTER: Endpoint =
    Endpoint::new(Tag::Accounts, "registerIdentifiers", "Register identifiers of an account")
        .per_minute(22)
        .refuses(RegisterIdentifiers::REFUSES)
        .example(Example {
            path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/identifiers",
            body: r#"{"identifiers": [{"type": "discord", "value": "1234567890"}]}"#,
            data: r#"[{"type": "discord", "value": "1234567890"}, {"type": "roblox", "value": "987654321"}]"#,
            ..Example::EMPTY
        });

/// Registers identifiers of an account, and returns those that were registered now.
pub async fn register(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<RegisterBody>,
) -> Result<Reply<Vec<RegisteredBody>>, Problem> {
    let command = body.command(caller, account)?;
    let body = |IdentifierName { kind, value }| RegisteredBody { r#type: kind, value };
    let tell = move |registered: Vec<_>| Reply::new(registered.into_iter().map(body).collect());
    write.submit(command, tell).await
}

/// `DELETE /v2/community/accounts/{accountId}/identifiers/{identifierId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint = Endpoint::new(Tag::Administration, "removeIdentifier", "Remove an identifier of an account")
    .per_minute(60)
    .refuses(RemoveIdentifier::REFUSES)
    .example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/identifiers/55555555-5555-5555-5555-555555555555",
        data: r#"{
            "id": "55555555-5555-5555-5555-555555555555",
            "accId": "00000000-0000-0000-0000-000000000000", "type": "discord", "value": "1234567890",
            "refCount": 1, "verified": true, "metadata": {}, "flagId": null,
            "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
        }"#,
        ..Example::EMPTY
    });

/// Removes an identifier of an account. Its value is then free for others.
pub async fn remove(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    IdentifierPath(id): IdentifierPath,
) -> Result<Reply<IdentifierBody>, Problem> {
    let command = RemoveIdentifier { actor: caller.actor(None), account, id };
    write.submit(command, |removed| Reply::new(removed.into())).await
}

/// The identifiers of a request in the spelling that is kept, or the first that is none.
pub(super) fn names_of(entries: &[IdentifierEntry]) -> Result<Vec<IdentifierName>, Problem> {
    if entries.len() > MOST_IDENTIFIERS {
        let what = format!("there are {}: send at most {MOST_IDENTIFIERS} at once", entries.len());
        return Err(Problem::invalid_body("/identifiers", &what));
    }
    let names = entries.iter().enumerate();
    names
        .map(|(index, entry)| {
            checks::identifier(&format!("/identifiers/{index}"), &entry.r#type, &entry.value)
        })
        .collect()
}
