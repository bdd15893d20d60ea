//! `GET /console/changes/{number}`: one change in full, with what its undo would find, its hash and its
//! neighbours.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use rankledger_domain::ids::ChangeNumber;
use rankledger_storage::history::{HistoryFilter, LinkedChange, Order};

use crate::console::frame::Frame;
use crate::console::parts::bursts::{Item, plain};
use crate::console::parts::chips::Chips;
use crate::console::parts::deed::Deed;
use crate::console::parts::entries::{Entries, Outcome};
use crate::console::parts::moment::Moment;
use crate::console::parts::structure::Structure;
use crate::console::path::PagePath;
use crate::console::visit::Visit;
use crate::http::caller::AccountsRead;
use crate::ops::undo_change::ChangeName;
use crate::wire::problem::Problem;

#[derive(Template)]
#[template(path = "console/change.html")]
struct ChangePage {
    frame: Frame,
    number: i64,
    entries: Vec<Item>,
    outcome: Option<Outcome>,
    before: Chips,
    after: Chips,
    status: String,
    at: Moment,
    undo_id: String,
    log_id: String,
    source: &'static str,
    /// The change that it reverses.
    reverses: Option<i64>,
    batch: Option<String>,
    hash: String,
    hash_before: String,
    /// The changes of the member before and after it.
    member_before: Option<i64>,
    member_after: Option<i64>,
    /// The changes of everybody before and after it.
    previous: Option<i64>,
    next: Option<i64>,
    back: String,
}

/// Shows a change.
pub(in crate::console) async fn show(
    mut visit: Visit,
    PagePath(number): PagePath<i64>,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let (community, number) = (visit.community(), ChangeNumber(number));
    let name = ChangeName::Number(number);
    name.find(visit.tx.as_mut(), community).await?;
    let linked = visit.tx.linked_change(community, number).await?;
    let linked = linked.ok_or_else(|| Problem::rank_change_not_found(&name))?;
    let structure = Structure::load(&mut visit).await?;
    let changes = [linked];
    let mut entries = Entries::of(&mut visit, &changes, &structure, None).await?;
    entries.tell_outcome(&mut visit, &structure).await?;
    let [LinkedChange { change, previous, hash }] = changes;
    let before = visit.tx.linked_change(community, number.previous()).await?;
    let of_member = HistoryFilter { accounts: vec![change.account], ..HistoryFilter::default() };
    let later = visit.tx.history(community, &of_member, Order::OldestFirst, Some(number), 1).await?;
    let last = visit.tx.last_change_number(community).await?;
    let transition = &change.transition;
    let status = match (transition.status_before, transition.status_after) {
        (true, true) => "active, not changed",
        (false, false) => "inactive, not changed",
        (false, true) => "became active",
        (true, false) => "became inactive",
    };
    let title = format!("Change {number}");
    let template = ChangePage {
        number: number.0,
        entries: plain(entries.all),
        outcome: entries.outcome,
        before: Chips::held(&transition.before, &structure),
        after: Chips::held(&transition.after, &structure),
        status: status.to_owned(),
        at: Moment::of(change.at),
        undo_id: change.undo_id.to_string(),
        log_id: change.log_id.to_string(),
        source: change.source.as_str(),
        reverses: change.reverses.map(|number| number.0),
        batch: change.batch.map(|batch| batch.to_string()),
        hash: hash.to_string(),
        hash_before: before.as_ref().map(|before| before.hash.to_string()).unwrap_or_default(),
        member_before: Some(previous.0).filter(|number| *number > 0),
        member_after: later.changes.first().map(|linked| linked.change.number.0),
        previous: before.map(|before| before.change.number.0),
        next: (number < last).then_some(number.0 + 1),
        back: format!("/console/changes/{number}"),
        frame: Frame::of(&mut visit, &structure, "/console/history", &title).await?,
    };
    Ok(visit.page(StatusCode::OK, &template))
}
