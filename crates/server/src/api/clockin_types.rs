//! `/v2/community/clockin-types`: the kinds of duty.

use axum::extract::State;
use rankledger_storage::definitions::ClockInType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::App;
use super::body::JsonBody;
use super::caller::{Admin, Caller, CommunityRead};
use super::envelope::Reply;
use super::input;
use super::path::ClockInTypePath;
use super::problem::Problem;
use super::texts::Name;
use super::write::Write;
use crate::ops::definitions::{Define, Remove};

/// A clock-in type on the wire.
#[derive(Serialize, JsonSchema)]
pub struct ClockInTypeBody {
    id: String,
    label: String,
}

impl From<ClockInType> for ClockInTypeBody {
    fn from(kind: ClockInType) -> Self {
        Self { id: kind.id, label: kind.label }
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
    JsonBody(body): JsonBody<DefineBody>,
) -> Result<Reply<ClockInTypeBody>, Problem> {
    input::name("/label", &body.label)?;
    let definition = ClockInType { id, label: body.label, position: 0 };
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
