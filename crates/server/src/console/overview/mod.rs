//! `GET /console`: the last changes as they happen, the last day hour by hour, who changed most, and
//! warnings.

mod chart;
mod warnings;

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jiff::ToSpan;
use rankledger_storage::history::{HistoryFilter, LinkedChange, Order};

use chart::Chart;
use warnings::Warnings;

use super::frame::Frame;
use super::members::counts::Counts;
use super::parts::bursts::{Item, folded};
use super::parts::deed::Deed;
use super::parts::entries::{Entries, Outcome};
use super::parts::names::{Named, Names};
use super::parts::structure::Structure;
use super::visit::Visit;
use crate::http::caller::AccountsRead;
use crate::wire::problem::Problem;

/// Number of changes on the page, those in bursts included.
const TAKE: u32 = 100;

/// Number of changes that are counted at the most.
const COUNTED: u32 = 1000;

/// Number of people who are named there.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct OverviewPage {
    frame: Frame,
    entries: Vec<Item>,
    outcome: Option<Outcome>,
    counts: Arc<Counts>,
    warnings: Warnings,
    chart: Chart,
    busiest: Vec<Busy>,
    /// Number of changes of the last day that were counted.
    counted: usize,
    /// Whether there were more.
    is_cut: bool,
    /// The number of the newest change on the page.
    newest: i64,
    back: &'static str,
}

/// Somebody who has changed much.
struct Busy {
    who: Named,
    gave: u32,
    took: u32,
    /// Widths of the bars, of 100.
    wide_took: u32,
    wide_gave: u32,
}

/// Shows the overview.
pub(super) async fn show(mut visit: Visit) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let community = visit.community();
    let structure = Structure::load(&mut visit).await?;
    let counts = Counts::of(&mut visit, &structure).await?;
    let all = HistoryFilter::default();
    let page = visit.tx.history(community, &all, Order::NewestFirst, None, TAKE).await?;
    let mut entries = Entries::of(&mut visit, &page.changes, &structure, None).await?;
    entries.tell_outcome(&mut visit, &structure).await?;
    let since = HistoryFilter { from: visit.now.checked_sub(24.hours()).ok(), ..HistoryFilter::default() };
    let lately = visit.tx.history(community, &since, Order::NewestFirst, None, COUNTED).await?;
    let busiest = busiest(&mut visit, &lately.changes).await?;
    let template = OverviewPage {
        frame: Frame::of(&mut visit, &structure, "/console", "Overview").await?,
        entries: folded(entries.all),
        outcome: entries.outcome,
        counts,
        warnings: Warnings::load(&mut visit).await?,
        chart: Chart::of(&lately.changes, visit.now),
        busiest,
        counted: lately.changes.len(),
        is_cut: lately.next.is_some(),
        newest: page.changes.first().map_or(0, |linked| linked.change.number.0),
        back: "/console",
    };
    Ok(visit.page(StatusCode::OK, &template))
}

/// Finds who made most of these changes.
async fn busiest(visit: &mut Visit, changes: &[LinkedChange]) -> Result<Vec<Busy>, Problem> {
    let mut by: HashMap<_, (u32, u32)> = HashMap::new();
    for LinkedChange { change, .. } in changes {
        let (gave, took) = by.entry((change.actor, change.credential, change.source)).or_default();
        let takes = change.transition.removed().next().is_some();
        *(if takes { took } else { gave }) += 1;
    }
    let actors = by.keys().filter_map(|(actor, ..)| *actor).collect();
    let names = Names::load(visit, actors).await?;
    let mut by_name: HashMap<(String, Option<i64>), (u32, u32)> = HashMap::new();
    for ((actor, credential, source), (gave, took)) in by {
        let Named { name, number } = names.doer(actor, credential, source).who;
        let counted = by_name.entry((name, number)).or_default();
        *counted = (counted.0 + gave, counted.1 + took);
    }
    let mut busiest: Vec<_> = by_name.into_iter().collect();
    busiest.sort_by(|(a, (ag, at)), (b, (bg, bt))| (bg + bt).cmp(&(ag + at)).then_with(|| a.cmp(b)));
    busiest.truncate(NAMED);
    let most = busiest.first().map_or(1, |(_, (gave, took))| gave + took).max(1);
    let busy = |((name, number), (gave, took)): ((String, Option<i64>), (u32, u32))| Busy {
        who: Named { name, number },
        gave,
        took,
        wide_took: took * 100 / most,
        wide_gave: gave * 100 / most,
    };
    Ok(busiest.into_iter().map(busy).collect())
}
