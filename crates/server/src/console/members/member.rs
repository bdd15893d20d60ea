//! `GET /console/members/{number}`: a member, the ranks they hold, and everything that happened to them.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use rankledger_domain::account::AccountPower;
use rankledger_domain::credential::Scope;
use rankledger_domain::ids::ChangeNumber;
use rankledger_storage::history::{HistoryFilter, LinkedChange, Order};
use rankledger_storage::roster::RosterRow;

use super::flows::{FlowPreview, preview as flow_preview};
use super::preview::{Draft, Preview};
use super::side::Side;
use crate::console::frame::Frame;
use crate::console::parts::bursts::{Item, plain};
use crate::console::parts::chips::Chip;
use crate::console::parts::deed::Deed;
use crate::console::parts::entries::{Entries, Outcome, holds_now};
use crate::console::parts::moment::Moment;
use crate::console::parts::names::{Doer, Names};
use crate::console::parts::structure::{RankOption, Structure};
use crate::console::path::PagePath;
use crate::console::visit::Visit;
use crate::http::caller::AccountsRead;
use crate::wire::problem::Problem;

/// Number of changes on the page.
const TAKE: u32 = 15;

#[derive(Template)]
#[template(path = "console/member.html")]
struct MemberPage {
    frame: Frame,
    number: i64,
    name: String,
    /// What they are: status, number, power.
    line: String,
    held: Vec<Held>,
    options: Vec<RankOption>,
    draft: Draft,
    preview: Option<Preview>,
    /// What the last press has changed, or why it has changed nothing.
    outcome: Option<Outcome>,
    may_change: bool,
    side: Side,
    flow: Option<FlowPreview>,
    entries: Vec<Item>,
    /// The query of the page with older changes.
    older: Option<String>,
    /// Whether the page shows older changes than the newest.
    is_older: bool,
    /// The path of this page with its query, to come back to.
    back: String,
}

/// A rank that is held.
struct Held {
    id: String,
    chip: Chip,
    is_ticked: bool,
    /// The change that gave it, if it is among the changes of the page.
    since: Option<Since>,
}

struct Since {
    number: i64,
    doer: Doer,
    at: Moment,
}

/// Shows a member.
pub(in crate::console) async fn show(
    mut visit: Visit,
    PagePath(number): PagePath<i64>,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let member = find(&mut visit, number).await?;
    respond(&mut visit, &member, Shown::default()).await
}

/// What the page of a member shows besides what is stored.
pub(super) struct Shown {
    /// What was entered.
    pub(super) draft: Draft,
    /// What that would bring about.
    pub(super) preview: Option<Preview>,
    /// What came of the last press.
    pub(super) outcome: Option<Outcome>,
    pub(super) status: StatusCode,
}

impl Default for Shown {
    fn default() -> Self {
        Self { draft: Draft::default(), preview: None, outcome: None, status: StatusCode::OK }
    }
}

/// Finds the member with this number.
pub(super) async fn find(visit: &mut Visit, number: i64) -> Result<RosterRow, Problem> {
    let found = visit.tx.roster_row_numbered(visit.community(), number).await?;
    found.ok_or_else(|| Problem::member_not_found(number))
}

/// Writes the page of a member.
pub(super) async fn respond(
    visit: &mut Visit,
    member: &RosterRow,
    shown: Shown,
) -> Result<Response, Problem> {
    let Shown { draft, preview, outcome, status } = shown;
    let community = visit.community();
    let account = &member.standing.account;
    let structure = Structure::load(visit).await?;
    let filter = HistoryFilter { accounts: vec![account.id], ..HistoryFilter::default() };
    let after = visit.query.entered("after").and_then(|number| number.parse().ok()).map(ChangeNumber);
    let page = visit.tx.history(community, &filter, Order::NewestFirst, after, TAKE).await?;
    let mut entries = Entries::of(visit, &page.changes, &structure, Some(account.id)).await?;
    entries.tell_outcome(visit, &structure).await?;
    let outcome = match outcome {
        Some(outcome) => Some(outcome),
        None if entries.outcome.is_some() => entries.outcome.take(),
        None => changed(visit, &page.changes, &member.name, &structure),
    };
    let older = page.next.map(|next| format!("after={next}"));
    let path = format!("/console/members/{}", member.unique_id);
    let held_ids = account.rank_ids();
    let chosen = draft.give;
    let template = MemberPage {
        number: member.unique_id,
        name: member.name.clone(),
        line: line(visit, member).await?,
        held: held(member, &page.changes, &entries.names, &structure, &draft),
        options: structure.options(chosen, if draft.until.is_empty() { &held_ids } else { &[] }),
        draft,
        preview,
        outcome,
        may_change: visit.may(Scope::RanksWrite),
        side: Side::load(visit, member).await?,
        flow: flow_preview(visit, member).await?,
        entries: plain(entries.all),
        older,
        is_older: after.is_some(),
        back: after.map_or_else(|| path.clone(), |after| format!("{path}?after={after}")),
        frame: Frame::of(visit, &structure, "/console/members", &member.name).await?,
    };
    Ok(visit.page(status, &template))
}

/// Says what the change that the query names has left, if it was made on this page.
fn changed(visit: &Visit, changes: &[LinkedChange], name: &str, structure: &Structure) -> Option<Outcome> {
    let number: i64 = visit.query.text("changed").parse().ok()?;
    let change = &changes.iter().find(|linked| linked.change.number.0 == number)?.change;
    let sentence = holds_now(change, name, structure).replace(" again", " now");
    Some(Outcome::Undone(sentence, number))
}

async fn line(visit: &mut Visit, member: &RosterRow) -> Result<String, Problem> {
    let account = &member.standing.account;
    let ranks = visit.tx.ranks(visit.community()).await?;
    let status = match (account.banned, account.archived, account.com_status) {
        (true, ..) => "Banned",
        (_, true, _) => "Archived",
        (.., true) => "Active",
        _ => "Inactive",
    };
    let power = match account.power(&ranks, visit.now) {
        AccountPower::Owner => "owner".to_owned(),
        AccountPower::Power(power) => format!("power {power}"),
    };
    Ok(format!("{status} \u{b7} member {} \u{b7} {power}", member.unique_id))
}

fn held(
    member: &RosterRow,
    changes: &[LinkedChange],
    names: &Names,
    structure: &Structure,
    draft: &Draft,
) -> Vec<Held> {
    let gave = |rank| {
        let gave = |linked: &&LinkedChange| linked.change.transition.added().any(|held| held.rank == rank);
        changes.iter().find(gave).map(|linked| &linked.change)
    };
    let one = |held: &rankledger_domain::account::HeldRank| Held {
        id: held.rank.to_string(),
        chip: structure.chip(*held),
        is_ticked: draft.take.contains(&held.rank),
        since: gave(held.rank).map(|change| Since {
            number: change.number.0,
            doer: names.doer(change.actor, change.credential, change.source),
            at: Moment::of(change.at),
        }),
    };
    member.standing.account.ranks.iter().map(one).collect()
}
