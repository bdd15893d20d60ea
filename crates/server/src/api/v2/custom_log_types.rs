//! `/v2/community/custom-log-types`: the kinds of log entries that the community has made up.

use axum::extract::State;
use rankledger_domain::definition::CustomLogType;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name;
use rankledger_storage::ReadTx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::LogTypePath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::definitions::{Define, Remove};
use crate::wire::problem::Problem;
use crate::wire::text_schemas::{Name, Word};

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

/// `GET /v2/community/custom-log-types`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::General, "getCustomLogTypes", "List the custom log types")
    .per_minute(13)
    .example(Example {
        path: "/v2/community/custom-log-types",
        data: r#"[
            {
                "id": "33333333-3333-3333-3333-333333333333", "label": "Internal Warning",
                "shortCode": "warn", "melonlyId": "101"
            }
        ]"#,
        ..Example::EMPTY
    });

/// Lists the custom log types.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<CustomLogTypeBody>>, Problem> {
    Ok(Reply::new(read_types(app.storage.read().await?.as_mut(), caller.community()).await?))
}

/// Reads the custom log types of a community, in order.
pub(in crate::api) async fn read_types(
    tx: &mut dyn ReadTx,
    community: CommunityId,
) -> Result<Vec<CustomLogTypeBody>, Problem> {
    Ok(tx.custom_log_types(community).await?.into_iter().map(CustomLogTypeBody::from).collect())
}

/// The body of Define Custom Log Type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefineBody {
    /// The label.
    #[schemars(with = "Name")]
    label: String,
    /// The short code: one word.
    #[schemars(with = "Word")]
    short_code: String,
    /// The id of the type in Melonly: one word.
    #[schemars(with = "Option<Word>")]
    melonly_id: Option<String>,
}

/// `PUT /v2/community/custom-log-types/{logTypeId}`: the endpoint of [`define`].
pub static DEFINE: Endpoint =
    Endpoint::new(Tag::Administration, "defineCustomLogType", "Create or edit a custom log type")
        .per_minute(60)
        .refuses(Define::<CustomLogType>::REFUSES)
        .example(Example {
            path: "/v2/community/custom-log-types/88888888-8888-8888-8888-888888888888",
            body: r#"{"label": "Commendation", "shortCode": "commend"}"#,
            data: r#"{
            "id": "88888888-8888-8888-8888-888888888888", "label": "Commendation",
            "shortCode": "commend", "melonlyId": null
        }"#,
            ..Example::EMPTY
        });

/// Creates a custom log type, or edits it.
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
    let command = Define { actor: caller.actor(None), definition };
    write.submit(command, |kind| Reply::new(kind.into())).await
}

/// `DELETE /v2/community/custom-log-types/{logTypeId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint =
    Endpoint::new(Tag::Administration, "removeCustomLogType", "Remove a custom log type")
        .per_minute(60)
        .refuses(Remove::<CustomLogType>::REFUSES)
        .example(Example {
            path: "/v2/community/custom-log-types/33333333-3333-3333-3333-333333333333",
            data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "label": "Internal Warning",
            "shortCode": "warn", "melonlyId": "101"
        }"#,
            ..Example::EMPTY
        });

/// Removes a custom log type.
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    LogTypePath(id): LogTypePath,
) -> Result<Reply<CustomLogTypeBody>, Problem> {
    let command = Remove::<CustomLogType> { actor: caller.actor(None), id };
    write.submit(command, |kind| Reply::new(kind.into())).await
}
