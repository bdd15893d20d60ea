//! `POST /console/members/{number}/flow`: runs a promotion flow on a member; and its preview, which the
//! page of the member shows.

use axum::response::{IntoResponse, Redirect, Response};
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_storage::roster::RosterRow;
use uuid::Uuid;

use super::member::{Shown, find, respond};
use super::preview::Preview;
use crate::console::fields::Fields;
use crate::console::parts::entries::Outcome;
use crate::console::path::PagePath;
use crate::console::visit::{Sent, Visit};
use crate::http::caller::{AccountsRead, RanksWrite};
use crate::http::checks;
use crate::ops::change_ranks::ChangeRanks;
use crate::ops::promotion_flows::trigger::{FlowRun, TriggerFlows};
use crate::wire::problem::Problem;

/// What a flow would bring about.
pub(super) struct FlowPreview {
    pub(super) id: String,
    pub(super) way: String,
    pub(super) label: String,
    pub(super) preview: Preview,
}

/// Makes the preview of the flow that a query names, if it names one that fits.
pub(super) async fn preview(visit: &mut Visit, member: &RosterRow) -> Result<Option<FlowPreview>, Problem> {
    let Some((flow, promote)) = named(visit, &visit.query.clone()).await? else { return Ok(None) };
    if flow.fits(&member.standing.account, promote).is_err() {
        return Ok(None);
    }
    let Ok(request) = flow.request(promote) else { return Ok(None) };
    let (actor, account) = (visit.actor::<RanksWrite>()?, member.standing.account.id);
    let command = ChangeRanks { actor, account, request, reason: None, if_version: None };
    let planned = visit.app.submit_or_dry_run(command, true).await?;
    let preview = Preview::of(visit, member, &planned).await?;
    let (from, to) = (flow.label_from.as_str(), flow.label_to.as_str());
    let label = if promote { format!("{from} to {to}") } else { format!("{to} to {from}") };
    Ok(Some(FlowPreview { id: flow.id.to_string(), way: way(promote).to_owned(), label, preview }))
}

fn way(promote: bool) -> &'static str {
    if promote { "promote" } else { "demote" }
}

/// Finds the flow and the direction that fields name.
async fn named(visit: &mut Visit, fields: &Fields) -> Result<Option<(PromotionFlow, bool)>, Problem> {
    let Ok(id) = Uuid::parse_str(fields.text("flow")) else { return Ok(None) };
    let flows = visit.tx.promotion_flows(visit.community()).await?;
    Ok(flows.into_iter().find(|flow| flow.id == id).map(|flow| (flow, fields.text("way") != "demote")))
}

/// Runs the flow.
pub(in crate::console) async fn run(
    PagePath(number): PagePath<i64>,
    Sent { mut visit, form }: Sent,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let member = find(&mut visit, number).await?;
    let named = named(&mut visit, &form).await?;
    let (flow, promote) = named.ok_or_else(|| Problem::promotion_flow_not_found(form.text("flow")))?;
    let run = FlowRun {
        actor: visit.actor::<RanksWrite>()?,
        flow: flow.id.to_string(),
        users: vec![member.standing.account.id.to_string()],
        promote,
        force: false,
    };
    let reason = checks::reason(Some(form.text("why").to_owned()))?;
    let command = TriggerFlows { community: visit.community(), runs: vec![run], reason };
    let ran = visit.submit(command).await;
    let outcome = ran.and_then(|mut results| {
        results.pop().map_or(Ok(None), |result| result.outcome.map_err(Problem::from))
    });
    match outcome {
        Ok(change) => {
            let recorded = change.and_then(|change| change.recorded);
            let query = recorded.map(|change| format!("?changed={}", change.number)).unwrap_or_default();
            Ok(Redirect::to(&format!("/console/members/{number}{query}#result")).into_response())
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            visit.note(&problem);
            let outcome = Some(Outcome::Refused(problem.detail().to_owned()));
            let shown = Shown { outcome, status: problem.status(), ..Shown::default() };
            respond(&mut visit, &member, shown).await
        }
    }
}
