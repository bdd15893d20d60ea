//! `GET` and `PUT /v2/community/guards`, `POST /v2/community/freeze` and `POST /v2/community/unfreeze`.

use axum::extract::State;
use rankledger_domain::guard::{Freeze, Guards, LEAST_LIMIT, MOST_LIMIT};
use rankledger_domain::ids::{AccountId, CredentialId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::guards::freeze::{FreezeCommunity, UnfreezeCommunity};
use crate::ops::guards::settings::SetGuards;
use crate::wire::problem::Problem;
use crate::wire::texts::Reason;
use crate::wire::time::Time;
use crate::wire::whole_number;

/// The guards of a community on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuardsBody {
    /// Whether removals of ranks are counted and limited.
    enabled: bool,
    /// How many ranks each person, and each credential, may take away within any 60 seconds.
    removals_per_minute: u32,
    /// The same within any 3600 seconds.
    removals_per_hour: u32,
    /// Who froze the community; null if it is not frozen.
    frozen: Option<FreezeBody>,
}

/// Who froze a community, on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreezeBody {
    at: Time,
    /// The person, if one was named.
    user_id: Option<AccountId>,
    credential_id: CredentialId,
    reason: Option<String>,
}

/// What setting the guards takes. What is absent stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetBody {
    /// Whether removals of ranks are counted and limited.
    enabled: Option<bool>,
    /// How many ranks each person, and each credential, may take away within any 60 seconds.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = LEAST_LIMIT, max = MOST_LIMIT))]
    removals_per_minute: Option<u32>,
    /// The same within any 3600 seconds.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = LEAST_LIMIT, max = MOST_LIMIT))]
    removals_per_hour: Option<u32>,
}

/// What freezing takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FreezeRequestBody {
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// Why, for everybody who is refused.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
}

/// What lifting it takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnfreezeRequestBody {
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

impl From<Guards> for GuardsBody {
    fn from(guards: Guards) -> Self {
        Self {
            enabled: guards.enabled,
            removals_per_minute: guards.limits.per_minute,
            removals_per_hour: guards.limits.per_hour,
            frozen: guards.frozen.as_ref().map(FreezeBody::from),
        }
    }
}

impl From<&Freeze> for FreezeBody {
    fn from(freeze: &Freeze) -> Self {
        Self {
            at: Time(freeze.at),
            user_id: freeze.user,
            credential_id: freeze.credential,
            reason: freeze.reason.clone(),
        }
    }
}

/// `GET /v2/community/guards`
pub async fn show(State(app): State<App>, caller: Caller<Admin>) -> Result<Reply<GuardsBody>, Problem> {
    let guards = app.storage.read().await?.guards(caller.community()).await?;
    Ok(Reply::new(guards.into()))
}

/// `PUT /v2/community/guards`
pub async fn set(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<SetBody>,
) -> Result<Reply<GuardsBody>, Problem> {
    check_limit("/removalsPerMinute", body.removals_per_minute)?;
    check_limit("/removalsPerHour", body.removals_per_hour)?;
    let command = SetGuards {
        community: caller.community(),
        enabled: body.enabled,
        per_minute: body.removals_per_minute,
        per_hour: body.removals_per_hour,
    };
    write.submit(command, |guards| Reply::new(guards.into())).await
}

/// `POST /v2/community/freeze`: no rank is changed until it is lifted.
pub async fn freeze(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<FreezeRequestBody>,
) -> Result<Reply<GuardsBody>, Problem> {
    let reason = checks::reason(body.reason)?;
    let command = FreezeCommunity { actor: caller.actor(body.user_id.as_deref()), reason };
    write.submit(command, |guards| Reply::new(guards.into())).await
}

/// `POST /v2/community/unfreeze`
pub async fn unfreeze(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<UnfreezeRequestBody>,
) -> Result<Reply<GuardsBody>, Problem> {
    let command = UnfreezeCommunity { actor: caller.actor(body.user_id.as_deref()) };
    write.submit(command, |guards| Reply::new(guards.into())).await
}

fn check_limit(pointer: &str, limit: Option<u32>) -> Result<(), Problem> {
    let range = LEAST_LIMIT.into()..=MOST_LIMIT.into();
    limit.map_or(Ok(()), |limit| checks::number(pointer, limit.into(), range))
}
