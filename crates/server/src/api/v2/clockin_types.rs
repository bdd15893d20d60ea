//! `/v2/community/clockin-types`: the kinds of duty.

use axum::extract::State;
use rankledger_domain::definition::ClockInType;
use rankledger_domain::name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::path::ClockInTypePath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::definitions::{Define, Remove};
use crate::wire::problem::Problem;
use crate::wire::texts::Name;

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

/// `GET /v2/community/clockin-types`
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<ClockInTypeBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let types = tx.clockin_types(caller.community()).await?;
    Ok(Reply::new(types.into_iter().map(ClockInTypeBody::from).collect()))
}

/// What a clock-in type is made of.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DefineBody {
    /// What people call it.
    #[schemars(with = "Name")]
    label: String,
}

/// `PUT /v2/community/clockin-types/{typeId}`: makes the type, or brings it up to date.
pub async fn define(
    write: Write,
    caller: Caller<Admin>,
    ClockInTypePath(id): ClockInTypePath,
    StrictBody(body): StrictBody<DefineBody>,
) -> Result<Reply<ClockInTypeBody>, Problem> {
    let label = checks::text("/label", name::Name::parse(body.label))?;
    let definition = ClockInType { id, label, position: 0 };
    let command = Define { community: caller.community(), definition };
    write.submit(command, |kind| Reply::new(kind.into())).await
}

/// `DELETE /v2/community/clockin-types/{typeId}`: clock rows of it stay.
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    ClockInTypePath(id): ClockInTypePath,
) -> Result<Reply<ClockInTypeBody>, Problem> {
    let command = Remove::<ClockInType> { community: caller.community(), id };
    write.submit(command, |kind| Reply::new(kind.into())).await
}
