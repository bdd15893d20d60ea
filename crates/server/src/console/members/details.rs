//! `POST /console/members/{number}/name` and `/clock`: the name of a member, and whether they are on duty.

use axum::response::{IntoResponse, Redirect, Response};

use super::member::{Shown, find, respond};
use crate::console::parts::entries::Outcome;
use crate::console::path::PagePath;
use crate::console::visit::{Sent, Visit};
use crate::http::caller::{AccountsRead, AccountsWrite};
use crate::http::checks;
use crate::ops::accounts::clock_in_out::{ClockAccount, ClockAction};
use crate::ops::accounts::name::SetName;
use crate::wire::problem::Problem;

/// Renames a member.
pub(in crate::console) async fn name(
    PagePath(number): PagePath<i64>,
    Sent { mut visit, form }: Sent,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let account = find(&mut visit, number).await?.standing.account.id;
    let renamed = match (visit.actor::<AccountsWrite>(), checks::account_name("/name", form.text("name"))) {
        (Ok(actor), Ok(name)) => visit.submit(SetName { actor, account, name }).await,
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    answer(&mut visit, number, renamed).await
}

/// Clocks a member in or out.
pub(in crate::console) async fn clock(
    PagePath(number): PagePath<i64>,
    Sent { mut visit, form }: Sent,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let account = find(&mut visit, number).await?.standing.account.id;
    let action = if form.text("action") == "out" { ClockAction::Out } else { ClockAction::In };
    let clocked = match visit.actor::<AccountsWrite>() {
        Ok(actor) => {
            let command = ClockAccount { actor, account, action, kind: None };
            visit.submit(command).await.map(drop)
        }
        Err(problem) => Err(problem),
    };
    answer(&mut visit, number, clocked).await
}

/// Goes back to the page of the member, or shows there why nothing was done.
async fn answer(visit: &mut Visit, number: i64, done: Result<(), Problem>) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/members/{number}")).into_response()),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let member = find(visit, number).await?;
            let outcome = Some(Outcome::Refused(problem.detail().to_owned()));
            let shown = Shown { outcome, status: problem.status(), ..Shown::default() };
            respond(visit, &member, shown).await
        }
    }
}
