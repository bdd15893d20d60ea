//! `/v2/community/clockin-types`: the kinds of duty.

use axum::extract::State;
use rankledger_domain::definition::ClockInType;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name;
use rankledger_storage::ReadTx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ClockInTypePath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::definitions::{Define, Remove};
use crate::wire::problem::Problem;
use crate::wire::text_schemas::Name;

/// A clock-in type on the wire.
#[derive(Serialize, JsonSchema)]
pub struct ClockInTypeBody {
    id: String,
    label: String,
}

impl From<ClockInType> for ClockInTypeBody {
    fn from(kind: ClockInType) -> Self {
        Self { id: kind.id.into(), label: kind.label.into() }
    }
}

/// `GET /v2/community/clockin-types`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::General, "getClockInTypes", "List the clock-in types")
    .per_minute(13)
    .example(Example {
        path: "/v2/community/clockin-types",
        data: r#"[{"id": "patrol", "label": "Patrol"}]"#,
        ..Example::EMPTY
    });

/// Lists the clock-in types.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<ClockInTypeBody>>, Problem> {
    Ok(Reply::new(read_types(app.storage.read().await?.as_mut(), caller.community()).await?))
}

/// Reads the clock-in types of a community, in order.
pub(in crate::api) async fn read_types(
    tx: &mut dyn ReadTx,
    community: CommunityId,
) -> Result<Vec<ClockInTypeBody>, Problem> {
    Ok(tx.clockin_types(community).await?.into_iter().map(ClockInTypeBody::from).collect())
}

/// The body of Define Clock-In Type.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DefineBody {
    /// The label.
    #[schemars(with = "Name")]
    label: String,
}

/// `PUT /v2/community/clockin-types/{typeId}`: the endpoint of [`define`].
pub static DEFINE: Endpoint =
    Endpoint::new(Tag::Administration, "defineClockInType", "Create or edit a clock-in type")
        .per_minute(60)
        .refuses(Define::<ClockInType>::REFUSES)
        .example(Example {
            path: "/v2/community/clockin-types/training",
            body: r#"{"label": "Training"}"#,
            data: r#"{"id": "training", "label": "Training"}"#,
            ..Example::EMPTY
        });

/// Creates a clock-in type, or edits it.
pub async fn define(
    write: Write,
    caller: Caller<Admin>,
    ClockInTypePath(id): ClockInTypePath,
    StrictBody(body): StrictBody<DefineBody>,
) -> Result<Reply<ClockInTypeBody>, Problem> {
    let label = checks::text("/label", name::Name::parse(body.label))?;
    let definition = ClockInType { id, label, position: 0 };
    let command = Define { actor: caller.actor(None), definition };
    write.submit(command, |kind| Reply::new(kind.into())).await
}

/// `DELETE /v2/community/clockin-types/{typeId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint =
    Endpoint::new(Tag::Administration, "removeClockInType", "Remove a clock-in type")
        .per_minute(60)
        .refuses(Remove::<ClockInType>::REFUSES)
        .example(Example {
            path: "/v2/community/clockin-types/patrol",
            data: r#"{"id": "patrol", "label": "Patrol"}"#,
            ..Example::EMPTY
        });

/// Removes a clock-in type. Its clock rows stay.
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    ClockInTypePath(id): ClockInTypePath,
) -> Result<Reply<ClockInTypeBody>, Problem> {
    let command = Remove::<ClockInType> { actor: caller.actor(None), id };
    write.submit(command, |kind| Reply::new(kind.into())).await
}
