//! `POST /v2/community/rank-changes/rollback` and `GET /v2/community/rank-changes/rollbacks/{batchId}`.

pub mod filter;
mod plans_in_turn;
pub mod under_way;

use std::time::Duration;

use axum::extract::State;
use rankledger_domain::credential::Scope;
use rankledger_domain::ids::BatchId;
use rankledger_domain::undo::OnConflict;
use serde_json::json;

use crate::api::v2::rank_changes::rollback::plans_in_turn::PlansInTurn;
use crate::api::v2::rank_changes::rollback::under_way::{Progress, Running, RunningRollbacks};
use crate::http::body::StrictBody;
use crate::http::caller::{Caller, RanksRollback};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::feature::Feature;
use crate::http::path::RollbackPath;
use crate::http::reply::{MaybeAccepted, Reply};
use crate::http::signing_key::signing_secret;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::actor::Actor;
use crate::ops::rollback::{RollbackRequest, RolledBack, RunRollback, digest};
use crate::ops::{Planned, View};
use crate::wire::problem::{Problem, types};
use crate::wire::rollback::{
    NotCaughtBody, PreviewBody, ReportBody, RollbackAnswer, RunningBody, StatusBody,
};
use crate::wire::rollback_request::{PlanToken, RollbackBody};

/// The longest time that a request waits for a rollback to be carried out.
pub struct Patience(pub Duration);

impl Feature for Patience {
    fn new(_: &App) -> Self {
        Self(Duration::from_secs(2))
    }
}

/// `POST /v2/community/rank-changes/rollback`: the endpoint of [`roll_back`].
pub static ROLL_BACK: Endpoint = Endpoint::new(Tag::Ledger, "rollBackRankChanges", "Preview a rollback of many rank changes, or carry it out")
    .per_minute(13)
    .refuses(&[
        &types::USER_REQUIRED,
        &types::MISSING_SCOPE,
        &types::OWN_ROLLBACK,
        &types::PLAN_STALE,
        &types::READS_BUSY,
        &types::ROLLBACK_TOO_LARGE,
        &types::UNKNOWN_RANK,
        &types::UNKNOWN_USER,
        &types::INSUFFICIENT_POWER,
        &types::COMMUNITY_FROZEN,
        &types::ABNORMAL_USAGE,
    ])
    .example(Example {
        path: "/v2/community/rank-changes/rollback",
        body: r#"{
            "filter": {"userId": "11111111-1111-1111-1111-111111111111", "from": "2026-04-15T00:00:00Z"}
        }"#,
        data: r#"{
            "planToken": "eyJmaWx0ZXIiOnsidXNlcklkIjoiMTExMTExMTEtMTExMS0xMTExLTExMTEtMTExMTExMTExMTExIn0sImZvcmNlIjpmYWxzZSwiZGlnZXN0IjoiIn0.c2lnbmF0dXJl",
            "notCaught": [],
            "counts": {"accounts": 1, "changes": 1, "undone": 1, "already": 0, "skipped": 0},
            "accounts": [
                {
                    "accId": "88888888-8888-8888-8888-888888888888",
                    "previousRanks": ["11111111-1111-1111-1111-111111111111"],
                    "currentRanks": ["22222222-2222-2222-2222-222222222222"], "previousStatus": true,
                    "currentStatus": true,
                    "changes": [
                        {
                            "undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 6,
                            "at": "2026-04-15T00:00:00.000Z", "outcome": "undone", "problem": null,
                            "items": []
                        }
                    ]
                }
            ]
        }"#,
        ..Example::EMPTY
    });

/// Undoes all that somebody did. With a `filter` it answers a preview and writes nothing; with the
/// `planToken` of that answer the rollback is carried out, in one transaction.
pub async fn roll_back(
    write: Write,
    caller: Caller<RanksRollback>,
    StrictBody(body): StrictBody<RollbackBody>,
) -> Result<Reply<RollbackAnswer, MaybeAccepted>, Problem> {
    let token = match (body.filter, body.plan_token) {
        (Some(filter), None) => {
            let on_conflict = body.on_conflict.as_deref();
            PlanToken { filter, force: is_force(on_conflict)?, digest: None }
        }
        (None, Some(_)) if body.on_conflict.is_some() => {
            let what = "the planToken says it already: leave it out";
            return Err(Problem::invalid_body("/onConflict", what));
        }
        (None, Some(token)) => {
            let secret = signing_secret(&write.app, caller.community()).await?;
            PlanToken::parse(&token, &secret).ok_or_else(|| {
                let what = "it is not the planToken of a preview: send it as it was answered";
                Problem::invalid_body("/planToken", what)
            })?
        }
        (Some(_), Some(_)) => {
            let what =
                "it comes with a planToken: send a filter for a preview, or the token to carry one out";
            return Err(Problem::invalid_body("/filter", what));
        }
        (None, None) => {
            let what = "it is missing: say which changes, such as {\"userId\": ..., \"from\": ...}";
            return Err(Problem::invalid_body("/filter", what));
        }
    };
    if token.force {
        caller.require(Scope::RanksForce)?;
    }
    let reason = checks::reason(body.reason)?;
    let request = request(caller.actor(body.user_id.as_deref()), &token)?;
    if let Some(previewed) = token.digest.clone() {
        let command = RunRollback { request, previewed, batch: BatchId(write.app.ids.uuid()), reason };
        run(write, command, token).await
    } else {
        let preview = preview(&write.app, request, token).await?;
        Ok(Reply::new(RollbackAnswer::Preview(preview)).ready())
    }
}

fn is_force(on_conflict: Option<&str>) -> Result<bool, Problem> {
    match on_conflict {
        None | Some("skip") => Ok(false),
        Some("force") => Ok(true),
        Some(_) => Err(Problem::invalid_body("/onConflict", "it must be \"skip\" or \"force\"")),
    }
}

fn request(actor: Actor, token: &PlanToken) -> Result<RollbackRequest, Problem> {
    // A rollback skips a change that is not clean as a whole: its undo is planned as one that refuses.
    let on_conflict = if token.force { OnConflict::Force } else { OnConflict::Refuse };
    Ok(RollbackRequest { actor, filter: filter::read(&token.filter)?, on_conflict })
}

/// Plans what the writer would plan, apart from it: what is refused costs the writer nothing.
async fn try_apart(app: &App, command: RunRollback) -> Result<(), Problem> {
    let _turn = app.feature::<PlansInTurn>().turn(command.request.actor.community()).await;
    let now = app.clock.now();
    let plan = app.read_long(move |mut tx| {
        Box::pin(async move { Ok(command.plan(&mut View::new(tx.as_mut(), now)).await.map(drop)?) })
    });
    plan.await
}

/// Plans a rollback, after the plans of the same community that were asked for before.
async fn preview(app: &App, request: RollbackRequest, token: PlanToken) -> Result<PreviewBody, Problem> {
    let community = request.actor.community();
    let secret = signing_secret(app, community).await?;
    let _turn = app.feature::<PlansInTurn>().turn(community).await;
    let now = app.clock.now();
    let plan = app.read_long(move |mut tx| {
        Box::pin(async move { Ok(request.preview(&mut View::new(tx.as_mut(), now)).await?) })
    });
    let (plan, not_caught) = plan.await?;
    let not_caught = not_caught.iter().map(NotCaughtBody::from).collect();
    Ok(PreviewBody { not_caught, ..PreviewBody::new(&plan, token.of(digest(&plan), &secret)) })
}

/// Carries a rollback out, also when the client does not wait for it.
async fn run(
    write: Write,
    command: RunRollback,
    token: PlanToken,
) -> Result<Reply<RollbackAnswer, MaybeAccepted>, Problem> {
    let (app, request, batch) = (write.app.clone(), command.request.clone(), command.batch);
    if !write.repeats().await?
        && let Err(refusal) = try_apart(&app, command.clone()).await
    {
        return Err(if refusal.is(&types::PLAN_STALE) {
            refusal.with_preview(json!(preview(&app, request, token).await?))
        } else {
            refusal
        });
    }
    let under_way = app.feature::<RunningRollbacks>().begin(request.actor.community(), batch);
    let carried_out = tokio::spawn(async move {
        let running = under_way.clone();
        let outcome = write.submit(command, move |done| reply(&done, &running)).await;
        under_way.end(outcome.as_ref().err().map(|problem| problem.clone().summary()));
        outcome
    });
    match tokio::time::timeout(app.feature::<Patience>().0, carried_out).await {
        Ok(Ok(Err(stale))) if stale.is(&types::PLAN_STALE) => {
            let fresh = preview(&app, request, token).await?;
            Err(stale.with_preview(json!(fresh)))
        }
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(Problem::internal(&panic)),
        Err(_) => {
            let location = format!("/v2/community/rank-changes/rollbacks/{batch}");
            Ok(Reply::new(RollbackAnswer::Running(RunningBody::new(batch))).accepted(&location))
        }
    }
}

/// Returns the reply with the report. A rollback that undid nothing is not in the database, so its report is
/// kept in `under_way`.
fn reply(done: &RolledBack, under_way: &Running) -> Reply<RollbackAnswer, MaybeAccepted> {
    let report = ReportBody::new(done.batch, &done.plan);
    if done.batch.is_none() {
        under_way.came_to_nothing(report.keep());
    }
    Reply::new(RollbackAnswer::Done(report)).ready()
}

/// `GET /v2/community/rank-changes/rollbacks/{batchId}`: the endpoint of [`status`].
pub static STATUS: Endpoint =
    Endpoint::new(Tag::Ledger, "getRollback", "Get the progress and the result of a rollback")
        .per_minute(60)
        .refuses(&[&types::READS_BUSY])
        .example(Example {
            path: "/v2/community/rank-changes/rollbacks/99999999-9999-9999-9999-999999999999",
            data: r#"{
            "batchId": "99999999-9999-9999-9999-999999999999", "status": "done",
            "result": {
                "batchId": "99999999-9999-9999-9999-999999999999",
                "counts": {"accounts": 1, "changes": 1, "undone": 1, "already": 0, "skipped": 0},
                "accounts": [
                    {
                        "accId": "88888888-8888-8888-8888-888888888888",
                        "previousRanks": ["11111111-1111-1111-1111-111111111111"],
                        "currentRanks": ["22222222-2222-2222-2222-222222222222"],
                        "previousStatus": true, "currentStatus": true,
                        "changes": [
                            {
                                "undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 6,
                                "at": "2026-04-15T00:00:00.000Z", "outcome": "undone", "problem": null,
                                "items": []
                            }
                        ]
                    }
                ]
            },
            "problem": null
        }"#,
            needs: Some("a rollback, of which the demo has none"),
            ..Example::EMPTY
        });

/// `GET /v2/community/rank-changes/rollbacks/{batchId}`: how far a rollback is, and what it did.
pub async fn status(
    State(app): State<App>,
    caller: Caller<RanksRollback>,
    RollbackPath(batch): RollbackPath,
) -> Result<Reply<StatusBody>, Problem> {
    let community = caller.community();
    // Looked at first: what ends between the two is found in the other place.
    let under_way = app.feature::<RunningRollbacks>().progress(community, batch);
    // The report of a rollback that has ended may be long.
    let may_be_long = !matches!(under_way, Some(Progress::Running));
    let status = app.read_maybe_long(may_be_long, move |mut tx| {
        Box::pin(async move {
            let kept = tx.rollback(community, batch).await?;
            let (status, report, problem) = match (kept, under_way) {
                (Some(kept), _) => ("done", Some(kept.report), None),
                (None, Some(Progress::Nothing(report))) => ("done", Some(report), None),
                (None, Some(Progress::Running)) => ("running", None, None),
                (None, Some(Progress::Failed(problem))) => ("failed", None, Some(problem)),
                (None, None) => return Err(Problem::rollback_not_found(batch)),
            };
            let status = StatusBody { batch_id: batch, status: status.into(), result: None, problem };
            let reply = Reply::new(status);
            Ok(match report {
                Some(report) => reply.with_kept("result", report),
                None => reply,
            })
        })
    });
    status.await
}
