//! `GET /console/history`: the changes that fit, newest first.

use askama::Template;
use axum::response::Response;
use futures_util::FutureExt;
use http::StatusCode;
use rankledger_domain::ids::{AccountId, ChangeNumber, RankId};
use rankledger_domain::rank_change::Source;
use rankledger_storage::ReadTx;
use rankledger_storage::history::{HistoryFilter, HistoryPage as HistoryPart, Order};
use uuid::Uuid;

use crate::console::fields::Fields;
use crate::console::frame::Frame;
use crate::console::parts::bursts::{Item, folded};
use crate::console::parts::dates;
use crate::console::parts::deed::Deed;
use crate::console::parts::entries::{Entries, Outcome};
use crate::console::parts::structure::{RankOption, Structure};
use crate::console::visit::Visit;
use crate::http::caller::AccountsRead;
use crate::ops::OpError;
use crate::ops::accounts::find::find_account;
use crate::wire::problem::Problem;

/// Number of changes on a page.
const TAKE: u32 = 50;

/// The sources, and how the filter calls them.
const SOURCES: [(Source, &str); 9] = [
    (Source::Api, "Changes and undos"),
    (Source::Flow, "Promotion flows"),
    (Source::Rollback, "Rollbacks"),
    (Source::Ban, "Bans"),
    (Source::Kick, "Kicks"),
    (Source::Archive, "Archiving"),
    (Source::Retirement, "Retired ranks"),
    (Source::Expiry, "Ends of ranks"),
    (Source::Import, "Imports"),
];

#[derive(Template)]
#[template(path = "console/history.html")]
struct HistoryPage {
    frame: Frame,
    by: Person,
    member: Person,
    ranks: Vec<RankOption>,
    sources: Vec<Choice>,
    in_force: [Choice; 3],
    since: String,
    until: String,
    /// What is wrong with the days. Empty if nothing is.
    wrong_day: String,
    entries: Vec<Item>,
    outcome: Option<Outcome>,
    older: Option<String>,
    is_filtered: bool,
    back: String,
}

/// Somebody whom a filter names: as it was entered, and what is wrong with that.
#[derive(Default)]
struct Person {
    text: String,
    wrong: String,
    id: Option<AccountId>,
}

struct Choice {
    word: &'static str,
    label: &'static str,
    is_chosen: bool,
}

/// Shows a page of the changes that fit.
pub(in crate::console) async fn show(mut visit: Visit) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let community = visit.community();
    let structure = Structure::load(&mut visit).await?;
    let by = person(&mut visit, "by").await?;
    let member = person(&mut visit, "member").await?;
    let (mut filter, wrong_day) = filter(&visit, &structure);
    filter.actor = by.id;
    filter.accounts = member.id.into_iter().collect();
    let is_filtered = filter != HistoryFilter::default();
    let after = visit.query.entered("after").and_then(|number| number.parse().ok()).map(ChangeNumber);
    let is_wrong = !wrong_day.is_empty() || !by.wrong.is_empty() || !member.wrong.is_empty();
    let page = if is_wrong {
        HistoryPart { changes: Vec::new(), next: None }
    } else {
        let read = move |mut tx: Box<dyn ReadTx>| {
            async move { Ok(tx.history(community, &filter, Order::NewestFirst, after, TAKE).await?) }.boxed()
        };
        visit.app.read_maybe_long(is_filtered, read).await?
    };
    let mut entries = Entries::of(&mut visit, &page.changes, &structure, None).await?;
    entries.tell_outcome(&mut visit, &structure).await?;
    let query = visit.query.clone();
    let template = HistoryPage {
        by,
        member,
        ranks: structure.options(rank(&query), &[]),
        sources: SOURCES
            .iter()
            .map(|(source, label)| choice(&query, "source", source.as_str(), label))
            .collect(),
        in_force: [("", "All"), ("yes", "In force"), ("no", "Undone")]
            .map(|(word, label)| choice(&query, "force", word, label)),
        since: query.text("since").to_owned(),
        until: query.text("until").to_owned(),
        wrong_day,
        entries: folded(entries.all),
        outcome: entries.outcome,
        older: page
            .next
            .map(|next| query.query_with(&["after", "done", "refused"], &[("after", &next.to_string())])),
        is_filtered,
        back: format!("/console/history?{}", query.query_with(&["done", "refused"], &[])),
        frame: Frame::of(&mut visit, &structure, "/console/history", "History").await?,
    };
    Ok(visit.page(if is_wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK }, &template))
}

fn choice(query: &Fields, name: &str, word: &'static str, label: &'static str) -> Choice {
    Choice { word, label, is_chosen: query.text(name) == word }
}

fn rank(query: &Fields) -> Option<RankId> {
    Uuid::parse_str(query.text("rank")).ok().map(RankId)
}

/// Reads what the filter says besides people. The text says what is wrong with its days.
fn filter(visit: &Visit, structure: &Structure) -> (HistoryFilter, String) {
    let query = &visit.query;
    let day = |name| dates::past(query.text(name), visit.now);
    let (since, until) = (day("since"), day("until"));
    let wrong = since.as_ref().err().or(until.as_ref().err()).cloned().unwrap_or_default();
    let filter = HistoryFilter {
        ranks: rank(query).filter(|rank| structure.rank(*rank).is_some()).into_iter().collect(),
        source: Source::parse(query.text("source")),
        undone: match query.text("force") {
            "yes" => Some(false),
            "no" => Some(true),
            _ => None,
        },
        from: since.ok().flatten().map(|(begin, _)| begin),
        to: until.ok().flatten().map(|(_, end)| end),
        ..HistoryFilter::default()
    };
    (filter, wrong)
}

/// Finds the member whom a field names by number, Discord id or whole name.
async fn person(visit: &mut Visit, name: &str) -> Result<Person, Problem> {
    let Some(text) = visit.query.entered(name).map(str::to_owned) else { return Ok(Person::default()) };
    let community = visit.community();
    match find_account(visit.tx.as_mut(), community, &text).await {
        Ok(id) => Ok(Person { text, wrong: String::new(), id: Some(id) }),
        Err(OpError::Refused(problem)) => Ok(Person { text, wrong: problem.detail().to_owned(), id: None }),
        Err(error) => Err(error.into()),
    }
}
