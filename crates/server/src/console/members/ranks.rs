//! `POST /console/members/{number}/ranks`: the preview of a change of ranks, and the change itself.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::member::{Shown, find, respond};
use super::preview::{Draft, Preview};
use crate::console::parts::entries::Outcome;
use crate::console::path::PagePath;
use crate::console::visit::{Sent, Visit};
use crate::http::caller::AccountsRead;
use crate::ops::change_ranks::ChangeRanks;
use crate::wire::problem::{Problem, types};

/// Shows what would happen, or does it if the button of a preview was pressed. What was entered stays,
/// whatever comes of it.
pub(in crate::console) async fn change(
    PagePath(number): PagePath<i64>,
    Sent { mut visit, form }: Sent,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let member = find(&mut visit, number).await?;
    let mut draft = Draft::read(&form);
    let command = draft.command(&visit, member.standing.account.id);
    let version = form.entered("version").and_then(|version| version.parse().ok());
    let done = match command {
        Ok(command) if form.text("step") == "run" => run(&mut visit, command, version).await,
        Ok(command) => Ok(Step::Preview(command)),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(Step::Done(path)) => {
            Ok(Redirect::to(&path.replace("{number}", &number.to_string())).into_response())
        }
        Ok(Step::Preview(command)) => preview(&mut visit, number, draft, command, false).await,
        Ok(Step::Moved(command)) => preview(&mut visit, number, draft, command, true).await,
        Err(problem) => refused(&mut visit, number, draft, problem).await,
    }
}

/// What comes next.
enum Step {
    /// It is done: the path to go to.
    Done(String),
    /// The preview is to be shown.
    Preview(ChangeRanks),
    /// The member was changed since the preview: a new one is to be shown.
    Moved(ChangeRanks),
}

async fn run(visit: &mut Visit, command: ChangeRanks, version: Option<i64>) -> Result<Step, Problem> {
    let seen = ChangeRanks { if_version: version.map(|version| vec![version]), ..command.clone() };
    match visit.submit(seen).await {
        Ok(changed) => Ok(match changed.change {
            Some(change) => {
                Step::Done(format!("/console/members/{{number}}?changed={}#result", change.number))
            }
            None => Step::Preview(command),
        }),
        Err(problem) if problem.is(&types::VERSION_MISMATCH) => Ok(Step::Moved(command)),
        Err(problem) => Err(problem),
    }
}

async fn preview(
    visit: &mut Visit,
    number: i64,
    draft: Draft,
    command: ChangeRanks,
    has_moved: bool,
) -> Result<Response, Problem> {
    if has_moved {
        visit.renew().await?;
    }
    let member = find(visit, number).await?;
    let planned = match visit.app.submit_or_dry_run(command, true).await {
        Ok(planned) => planned,
        Err(problem) => return refused(visit, number, draft, problem).await,
    };
    let preview = Preview { has_moved, ..Preview::of(visit, &member, &planned).await? };
    let status = if has_moved { StatusCode::CONFLICT } else { StatusCode::OK };
    respond(visit, &member, Shown { draft, preview: Some(preview), outcome: None, status }).await
}

async fn refused(
    visit: &mut Visit,
    number: i64,
    draft: Draft,
    problem: Problem,
) -> Result<Response, Problem> {
    if problem.status().is_server_error() {
        return Err(problem);
    }
    let member = find(visit, number).await?;
    let outcome = draft.wrong_until.is_empty().then(|| Outcome::Refused(problem.detail().to_owned()));
    respond(visit, &member, Shown { draft, preview: None, outcome, status: problem.status() }).await
}
