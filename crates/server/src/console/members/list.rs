//! `GET /console/members`: the list of members, with search and filters.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use rankledger_domain::ids::{AccountId, ChangeNumber, DepartmentId, RankId};
use rankledger_storage::roster::{RosterChange, RosterFilter, RosterPlace, RosterRow, RosterStatus};
use uuid::Uuid;

use super::counts::Counts;
use crate::console::fields::Fields;
use crate::console::frame::Frame;
use crate::console::parts::chips::Chips;
use crate::console::parts::moment::Moment;
use crate::console::parts::names::{Doer, Names};
use crate::console::parts::structure::{RankOption, Structure};
use crate::console::visit::Visit;
use crate::http::caller::AccountsRead;
use crate::wire::problem::Problem;

/// Number of members on a page.
const TAKE: u32 = 25;

/// The words of the filter by status.
const STATUSES: [(&str, &str, RosterStatus); 4] = [
    ("active", "Active", RosterStatus::Active),
    ("inactive", "Inactive", RosterStatus::Inactive),
    ("banned", "Banned", RosterStatus::Banned),
    ("archived", "Archived", RosterStatus::Archived),
];

#[derive(Template)]
#[template(path = "console/members.html")]
struct MembersPage {
    frame: Frame,
    counts: Arc<Counts>,
    text: String,
    ranks: Vec<RankOption>,
    statuses: Vec<StatusOption>,
    quick: Vec<Quick>,
    /// The department that the quick filter has chosen, or `none`.
    department: String,
    rows: Vec<Row>,
    /// Number of members that fit.
    found: u32,
    previous: Option<String>,
    next: Option<String>,
}

struct StatusOption {
    word: &'static str,
    label: &'static str,
    is_chosen: bool,
}

/// A filter that is one press away.
struct Quick {
    query: String,
    label: String,
    count: u32,
    is_chosen: bool,
}

struct Row {
    number: i64,
    name: String,
    owner: bool,
    chips: Chips,
    /// Empty if the member is active.
    tag: &'static str,
    last: Option<LastChange>,
}

struct LastChange {
    number: i64,
    doer: Doer,
    at: Moment,
}

/// Shows a page of the members that fit.
pub(in crate::console) async fn show(mut visit: Visit) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let community = visit.community();
    let structure = Structure::load(&mut visit).await?;
    let counts = Counts::of(&mut visit, &structure).await?;
    let filter = filter(&visit.query, &structure);
    let place = place(&visit.query);
    let mut members = visit.tx.roster(community, &filter, place, TAKE + 1).await?;
    let found = match known_count(&filter, &visit.query, &counts) {
        Some(found) => found,
        None => visit.tx.roster_size(community, &filter).await?,
    };
    let (previous, next) = around(&mut members, place, &visit.query);
    let rows = rows(&mut visit, &members, &structure).await?;
    let chosen = filter.ranks.as_deref().filter(|_| visit.query.entered("rank").is_some());
    let chosen = chosen.and_then(|ranks| ranks.first().copied());
    let status = visit.query.text("status").to_owned();
    let page = MembersPage {
        text: visit.query.text("q").to_owned(),
        ranks: structure.options(chosen, &[]),
        statuses: STATUSES
            .map(|(word, label, _)| StatusOption { word, label, is_chosen: word == status })
            .into_iter()
            .collect(),
        quick: quick(&visit.query, &structure, &counts),
        department: visit.query.text("department").to_owned(),
        frame: Frame::of(&mut visit, &structure, "/console/members", "Members").await?,
        counts,
        rows,
        found,
        previous,
        next,
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// Reads the filter of a query. A rank or a department that there is not is nobody's.
fn filter(query: &Fields, structure: &Structure) -> RosterFilter {
    let rank = query.entered("rank").map(|id| Uuid::parse_str(id).map(RankId));
    let rank = rank.map(|id| id.ok().filter(|id| structure.rank(*id).is_some()).into_iter().collect());
    let department = query.entered("department").filter(|word| *word != "none");
    let department = department.map(|id| Uuid::parse_str(id).map(DepartmentId));
    let department: Option<Vec<RankId>> =
        department.map(|id| id.map(|id| structure.ranks_of(id)).unwrap_or_default());
    let status = query.text("status");
    RosterFilter {
        text: query.entered("q").map(str::to_owned),
        ranks: rank.or(department),
        without_rank: query.text("department") == "none",
        status: STATUSES.iter().find(|(word, ..)| *word == status).map(|(.., status)| *status),
    }
}

fn place(query: &Fields) -> RosterPlace {
    let member = |name: &str| Uuid::parse_str(query.text(name)).ok().map(AccountId);
    match (member("after"), member("before")) {
        (Some(after), _) => RosterPlace::After(after),
        (None, Some(before)) => RosterPlace::Before(before),
        (None, None) => RosterPlace::Start,
    }
}

/// Returns the number of members that fit, if the counts tell it.
fn known_count(filter: &RosterFilter, query: &Fields, counts: &Counts) -> Option<u32> {
    if filter.text.is_some() || filter.status.is_some() {
        return None;
    }
    match (filter.ranks.as_deref(), query.entered("rank"), filter.without_rank) {
        (None, _, false) => Some(counts.members),
        (None, _, true) => Some(counts.members - counts.holders),
        (Some([rank]), Some(_), false) => Some(counts.by_rank.get(rank).copied().unwrap_or(0)),
        (Some(_), None, false) => {
            let department = Uuid::parse_str(query.text("department")).ok()?;
            Some(counts.by_department.get(&DepartmentId(department)).copied().unwrap_or(0))
        }
        _ => None,
    }
}

/// Takes the one member too many away, and returns the queries of the pages before and after.
fn around(
    members: &mut Vec<RosterRow>,
    place: RosterPlace,
    query: &Fields,
) -> (Option<String>, Option<String>) {
    let take = usize::try_from(TAKE).unwrap_or(usize::MAX);
    let is_more = members.len() > take;
    let (has_previous, has_next) = match place {
        RosterPlace::Start => (false, is_more),
        RosterPlace::After(_) => (true, is_more),
        RosterPlace::Before(_) => (is_more, true),
    };
    if is_more {
        match place {
            RosterPlace::Before(_) => drop(members.remove(0)),
            _ => members.truncate(take),
        }
    }
    let of = |name: &str, row: Option<&RosterRow>| {
        let id = row?.standing.account.id.to_string();
        Some(query.query_with(&["after", "before"], &[(name, &id)]))
    };
    let previous = of("before", members.first()).filter(|_| has_previous);
    (previous, of("after", members.last()).filter(|_| has_next))
}

/// Makes the rows of a page: with the last change of each member, and who made it.
async fn rows(visit: &mut Visit, members: &[RosterRow], structure: &Structure) -> Result<Vec<Row>, Problem> {
    let community = visit.community();
    let numbers: Vec<_> = members.iter().map(|row| row.standing.newest_change).collect();
    let numbers: Vec<_> = numbers.into_iter().filter(|number| *number != ChangeNumber(0)).collect();
    let changes = visit.tx.roster_changes(community, &numbers).await?;
    let actors = changes.iter().filter_map(|change| change.actor).collect();
    let names = Names::load(visit, actors).await?;
    let changes: HashMap<ChangeNumber, RosterChange> =
        changes.into_iter().map(|change| (change.number, change)).collect();
    let row = |of: &RosterRow| {
        let account = &of.standing.account;
        let last = changes.get(&of.standing.newest_change).map(|change| LastChange {
            number: change.number.0,
            doer: names.doer(change.actor, change.credential, change.source),
            at: Moment::of(change.at),
        });
        Row {
            number: of.unique_id,
            name: of.name.clone(),
            owner: account.owner,
            chips: Chips::held(&account.ranks, structure),
            tag: match (account.banned, account.archived, account.com_status) {
                (true, ..) => "banned",
                (_, true, _) => "archived",
                (.., true) => "",
                _ => "inactive",
            },
            last,
        }
    };
    Ok(members.iter().map(row).collect())
}

fn quick(query: &Fields, structure: &Structure, counts: &Counts) -> Vec<Quick> {
    let chosen = query.text("department");
    let one = |word: &str, label: &str, count| Quick {
        query: query.query_with(&["department", "after", "before"], &[("department", word)]),
        label: label.to_owned(),
        count,
        is_chosen: chosen == word,
    };
    let mut all = vec![one("", "All", counts.members)];
    let used = structure.departments.iter().filter(|department| !department.retired);
    all.extend(used.map(|department| {
        let count = counts.by_department.get(&department.id).copied().unwrap_or(0);
        one(&department.id.to_string(), &department.label, count)
    }));
    all.push(one("none", "No rank", counts.members - counts.holders));
    all
}
