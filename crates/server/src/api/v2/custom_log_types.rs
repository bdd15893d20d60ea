//! `/v2/community/custom-log-types`: the kinds of log entries that the community has made up.

use axum::extract::State;
use rankledger_domain::definition::CustomLogType;
use rankledger_domain::name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::path::LogTypePath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::definitions::{Define, Remove};
use crate::wire::problem::Problem;
use crate::wire::texts::{Name, Word};

/// A custom log type on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomLogTypeBody {
    id: Uuid,
    label: String,
    short_code: String,
    melonly_id: Option<String>,
}

impl From<CustomLogType> for CustomLogTypeBody {
    fn from(kind: CustomLogType) -> Self {
        Self {
            id: kind.id,
            label: kind.label.into(),
            short_code: kind.short_code.into(),
            melonly_id: kind.melonly_id.map(String::from),
        }
    }
}

/// `GET /v2/community/custom-log-types`
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<CustomLogTypeBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let types = tx.custom_log_types(caller.community()).await?;
    Ok(Reply::new(types.into_iter().map(CustomLogTypeBody::from).collect()))
}

/// What a custom log type is made of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefineBody {
    /// What people call it.
    #[schemars(with = "Name")]
    label: String,
    /// What it is called for short: a word.
    #[schemars(with = "Word")]
    short_code: String,
    /// Its id in Melonly: a word.
    #[schemars(with = "Option<Word>")]
    melonly_id: Option<String>,
}

/// `PUT /v2/community/custom-log-types/{logTypeId}`: makes the type, or brings it up to date.
pub async fn define(
    write: Write,
    caller: Caller<Admin>,
    LogTypePath(id): LogTypePath,
    StrictBody(body): StrictBody<DefineBody>,
) -> Result<Reply<CustomLogTypeBody>, Problem> {
    let definition = CustomLogType {
        id,
        label: checks::text("/label", name::Name::parse(body.label))?,
        short_code: checks::text("/shortCode", name::Word::parse(body.short_code))?,
        melonly_id: checks::optional_text("/melonlyId", body.melonly_id.map(name::Word::parse))?,
        position: 0,
    };
    let command = Define { community: caller.community(), definition };
    write.submit(command, |kind| Reply::new(kind.into())).await
}

/// `DELETE /v2/community/custom-log-types/{logTypeId}`
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    LogTypePath(id): LogTypePath,
) -> Result<Reply<CustomLogTypeBody>, Problem> {
    let command = Remove::<CustomLogType> { community: caller.community(), id };
    write.submit(command, |kind| Reply::new(kind.into())).await
}
