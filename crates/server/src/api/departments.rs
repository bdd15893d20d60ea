//! `GET /v2/community/departments`.

use axum::extract::State;
use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_storage::departments::{Department, DepartmentRank};
use serde::Serialize;

use super::App;
use super::caller::{Caller, CommunityRead};
use super::envelope::Reply;
use super::problem::Problem;

/// A department on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentBody {
    uuid: DepartmentId,
    label: String,
    label_two: String,
    ranks: Vec<RankBody>,
}

/// A rank on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RankBody {
    id: RankId,
    label: String,
    primary_only: bool,
    secondary_only: bool,
    power: u32,
}

/// `GET /v2/community/departments`: every department with the ranks that can be given. A retired rank is not shown.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<DepartmentBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let departments = tx.departments(caller.community()).await?;
    let ranks = tx.department_ranks(caller.community()).await?;
    Ok(Reply::new(departments.into_iter().map(|department| with_ranks(department, &ranks)).collect()))
}

fn with_ranks(department: Department, ranks: &[DepartmentRank]) -> DepartmentBody {
    let own = ranks.iter().filter(|of| of.rank.department == department.id && !of.rank.retired);
    let ranks = own
        .map(|of| RankBody {
            id: of.rank.id,
            label: of.rank.label.clone(),
            primary_only: of.primary_only,
            secondary_only: of.secondary_only,
            power: of.rank.power.0,
        })
        .collect();
    DepartmentBody { uuid: department.id, label: department.label, label_two: department.label_two, ranks }
}
