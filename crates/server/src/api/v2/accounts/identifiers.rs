//! `GET` and `POST /v2/community/accounts/{accountId}/identifiers`, and `DELETE` of one of them.

use axum::extract::State;
use rankledger_domain::identifier::{BadIdentifier, IdentifierName};
use rankledger_domain::ids::{AccountId, FlagId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::v2::accounts::require_account;
use crate::http::account_path::AccountPath;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsRead, AccountsWrite, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::IdentifierPath;
use crate::http::reply::{RegisteredEach, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::accounts::identifiers::{
    RegisterIdentifiers, Registration, RegistrationOutcome, RemoveIdentifier,
};
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
    /// The identifiers. Those that can be registered are: `meta.identifiers` says what became of each.
    #[schemars(length(max = MOST_IDENTIFIERS))]
    #[serde(deserialize_with = "objects")]
    identifiers: Vec<IdentifierEntry>,
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
            meta: r#"{
                "identifiers": [
                    {
                        "type": "discord", "value": "1234567890", "outcome": "registered", "flagId": null,
                        "owner": null, "detail": null
                    }
                ]
            }"#,
            ..Example::EMPTY
        });

/// Registers identifiers of an account, and returns those that were registered now. An identifier that
/// belongs to another account, or does not have the form of its type, keeps the others out only if none is
/// left. An identifier of a type that people share, such as `ip`, is registered for several accounts, and
/// they are flagged.
pub async fn register(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<RegisterBody>,
) -> Result<Reply<Vec<RegisteredBody>, RegisteredEach>, Problem> {
    let (command, told) = body.command(caller, account)?;
    write.submit(command, |registrations| told.reply(registrations)).await
}

/// What became of the identifiers of a request: the malformed ones, before the others are registered.
#[derive(Clone)]
pub(in crate::api) struct Told(Vec<Option<ToldBody>>);

/// What became of an identifier of a request.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldBody {
    r#type: String,
    value: String,
    outcome: &'static str,
    flag_id: Option<FlagId>,
    owner: Option<AccountId>,
    detail: Option<String>,
}

impl ToldBody {
    fn new(name: IdentifierName, outcome: RegistrationOutcome) -> Self {
        let IdentifierName { kind, value } = name;
        let of =
            |outcome, flag_id, owner, detail| Self { r#type: kind, value, outcome, flag_id, owner, detail };
        match outcome {
            RegistrationOutcome::Registered { flag } => of("registered", flag, None, None),
            RegistrationOutcome::Taken { owner } => {
                let detail = format!("It belongs to account {owner}: a verified identifier has one owner.");
                of("taken", None, Some(owner), Some(detail))
            }
        }
    }
}

impl RegisterBody {
    /// The command for this account, and what can be told already.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
    ) -> Result<(RegisterIdentifiers, Told), Problem> {
        refuse_too_many(&self.identifiers)?;
        let (mut identifiers, mut told, mut first_refusal) = (Vec::new(), Vec::new(), None);
        for (index, IdentifierEntry { r#type, value }) in self.identifiers.into_iter().enumerate() {
            let refused = |error: &BadIdentifier| {
                Problem::invalid_body(&format!("/identifiers/{index}"), &error.to_string())
            };
            told.push(match IdentifierName::parse(&r#type, &value) {
                Ok(name) => {
                    identifiers.push((index, name));
                    None
                }
                Err(error @ BadIdentifier::Value { .. }) => {
                    first_refusal = first_refusal.or_else(|| Some(refused(&error)));
                    let (outcome, detail) = ("malformed", Some(error.to_string()));
                    Some(ToldBody { r#type, value, outcome, flag_id: None, owner: None, detail })
                }
                Err(error) => return Err(refused(&error)),
            });
        }
        match first_refusal {
            Some(problem) if identifiers.is_empty() => Err(problem),
            _ => Ok((RegisterIdentifiers { actor: caller.actor(None), account, identifiers }, Told(told))),
        }
    }
}

impl Told {
    /// The answer, with what became of each identifier in `meta.identifiers`.
    fn reply(self, registrations: Vec<Registration>) -> Reply<Vec<RegisteredBody>, RegisteredEach> {
        let Self(mut told) = self;
        let mut registered: Vec<IdentifierName> = Vec::new();
        for Registration { index, name, outcome } in registrations {
            let is_registered = matches!(outcome, RegistrationOutcome::Registered { .. });
            if is_registered && !registered.contains(&name) {
                registered.push(name.clone());
            }
            told[index] = Some(ToldBody::new(name, outcome));
        }
        let told: Vec<_> = told.into_iter().flatten().map(|told| json!(told)).collect();
        let body = |IdentifierName { kind, value }| RegisteredBody { r#type: kind, value };
        Reply::new(registered.into_iter().map(body).collect()).registered_each(told)
    }
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
    refuse_too_many(entries)?;
    let names = entries.iter().enumerate();
    names
        .map(|(index, entry)| {
            checks::identifier(&format!("/identifiers/{index}"), &entry.r#type, &entry.value)
        })
        .collect()
}

fn refuse_too_many(entries: &[IdentifierEntry]) -> Result<(), Problem> {
    if entries.len() > MOST_IDENTIFIERS {
        let what = format!("there are {}: send at most {MOST_IDENTIFIERS} at once", entries.len());
        return Err(Problem::invalid_body("/identifiers", &what));
    }
    Ok(())
}
