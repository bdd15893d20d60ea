//! `POST /console/changes/{number}/undo`: the undo or redo of a change, from whatever page shows it.

use axum::response::{IntoResponse, Redirect, Response};
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::undo::OnConflict;

use super::fields::Fields;
use super::path::PagePath;
use super::visit::{Sent, Visit};
use crate::http::caller::RanksUndo;
use crate::ops::actor::Actor;
use crate::ops::undo_change::{ChangeName, UndoChange};
use crate::wire::problem::Problem;

/// Undoes a change, and goes back to the page that the form stands on. What came of it, that page reads
/// from the ledger: it names the reversal in its query, or the change that was not undone.
pub(super) async fn undo(
    PagePath(number): PagePath<i64>,
    Sent { visit, form }: Sent,
) -> Result<Response, Problem> {
    let command = command(visit.actor::<RanksUndo>()?, ChangeNumber(number));
    let undone = visit.submit(command).await;
    let outcome = match undone {
        Ok(undone) => match undone.reversal {
            Some(reversal) => format!("done={}", reversal.number),
            None => format!("refused={number}"),
        },
        Err(problem) if problem.status().is_server_error() => return Err(problem),
        Err(_) => format!("refused={number}"),
    };
    Ok(Redirect::to(&back(&form, &outcome, number)).into_response())
}

/// Says why the undo of a change would be refused at this moment.
pub(super) async fn refusal_now(visit: &mut Visit, number: ChangeNumber) -> String {
    const GONE: &str = "Whatever was in the way is gone by now. Press again.";
    let Ok(actor) = visit.actor::<RanksUndo>() else { return String::new() };
    match visit.app.submit_or_dry_run(command(actor, number), true).await {
        Ok(planned) if planned.before == planned.after => "It is as the undo would leave it.".to_owned(),
        Ok(_) => GONE.to_owned(),
        Err(problem) => problem.detail().to_owned(),
    }
}

fn command(actor: Actor, number: ChangeNumber) -> UndoChange {
    let (change, on_conflict) = (ChangeName::Number(number), OnConflict::Refuse);
    UndoChange { actor, change, on_conflict, reason: None, if_version: None }
}

/// Returns the page to go back to, with the outcome in its query, at the entry of the change. A place that
/// is not one of the console's is not gone to.
fn back(form: &Fields, outcome: &str, number: i64) -> String {
    let back = form.text("back");
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let path = if super::is_page(path) { path } else { "/console" };
    let query = Fields::parse(query.as_bytes()).query_with(&["done", "refused"], &[]);
    let separator = if query.is_empty() { "" } else { "&" };
    format!("{path}?{query}{separator}{outcome}#c{number}")
}
