//! `GET` and `POST /console/members/{number}/{action}`: ban, kick and archive a member, and bring them
//! back. It asks once more before anything is taken away.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use jiff::Timestamp;
use rankledger_storage::roster::RosterRow;

use super::member::find;
use crate::console::frame::Frame;
use crate::console::parts::dates;
use crate::console::parts::structure::Structure;
use crate::console::path::PagePath;
use crate::console::visit::{Sent, Visit};
use crate::http::caller::{AccountsRead, AccountsWrite};
use crate::http::checks;
use crate::ops::accounts::membership::{ChangeMembership, MembershipAction};
use crate::wire::problem::Problem;

/// An action, as the pages call it.
pub(super) struct Action {
    /// The last part of its path.
    pub(super) word: &'static str,
    /// What the button says: it is the whole deed.
    pub(super) label: &'static str,
    command: MembershipAction,
    /// What it means, a sentence each.
    facts: &'static [&'static str],
}

/// The actions that put somebody out.
static OUT: [Action; 3] = [
    Action {
        word: "kick",
        label: "Kick",
        command: MembershipAction::Kick,
        facts: &["The member is put out of the community, and archived.", "Restore brings them back."],
    },
    Action {
        word: "ban",
        label: "Ban",
        command: MembershipAction::Ban,
        facts: &["The member can be given no rank until the ban ends.", "Lifting the ban brings them back."],
    },
    Action {
        word: "archive",
        label: "Archive",
        command: MembershipAction::Archive,
        facts: &["The member is put aside: for those who have left.", "Restore brings them back."],
    },
];

/// The actions that bring somebody back.
static BACK: [Action; 2] = [
    Action {
        word: "unban",
        label: "Lift the ban",
        command: MembershipAction::Unban,
        facts: &[
            "The member can be given ranks again.",
            "The ranks that the ban took are not given back: undo that change.",
        ],
    },
    Action {
        word: "restore",
        label: "Restore",
        command: MembershipAction::Restore,
        facts: &[
            "The member is one again, and can be given ranks.",
            "The ranks that were taken are not given back: undo that change.",
        ],
    },
];

#[derive(Template)]
#[template(path = "console/standing.html")]
struct StandingPage {
    frame: Frame,
    number: i64,
    name: String,
    action: &'static Action,
    takes: bool,
    is_ban: bool,
    /// The number of ranks that the member holds.
    held: usize,
    why: String,
    until: String,
    wrong_until: String,
    keeps_ranks: bool,
    refusal: Option<String>,
}

/// Returns the actions that can be done to a member who is as they are.
pub(super) fn actions(member: &RosterRow) -> Vec<&'static Action> {
    let account = &member.standing.account;
    let is_apt = |action: &&Action| match action.command {
        MembershipAction::Ban => !account.banned,
        MembershipAction::Kick | MembershipAction::Archive => !account.archived,
        MembershipAction::Unban => account.banned,
        MembershipAction::Restore => account.archived,
    };
    OUT.iter().chain(&BACK).filter(is_apt).collect()
}

impl Action {
    fn find(word: &str) -> Result<&'static Self, Problem> {
        let found = OUT.iter().chain(&BACK).find(|action| action.word == word);
        found.ok_or_else(|| Problem::path_not_found(&format!("/console/members/.../{word}")))
    }

    /// Whether it takes something away.
    pub(super) fn takes(&self) -> bool {
        OUT.iter().any(|out| out.word == self.word)
    }
}

/// What was entered.
#[derive(Default)]
struct Entered {
    why: String,
    until: String,
    wrong_until: String,
    keeps_ranks: bool,
}

/// Asks whether it is to be done.
pub(in crate::console) async fn ask(
    mut visit: Visit,
    PagePath((number, word)): PagePath<(i64, String)>,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    visit.require::<AccountsWrite>()?;
    let action = Action::find(&word)?;
    let member = find(&mut visit, number).await?;
    respond(&mut visit, &member, action, Entered::default(), None).await
}

/// Does it.
pub(in crate::console) async fn act(
    PagePath((number, word)): PagePath<(i64, String)>,
    Sent { mut visit, form }: Sent,
) -> Result<Response, Problem> {
    visit.require::<AccountsRead>()?;
    let action = Action::find(&word)?;
    let member = find(&mut visit, number).await?;
    let mut entered = Entered {
        why: form.text("why").to_owned(),
        until: form.text("until").to_owned(),
        wrong_until: String::new(),
        keeps_ranks: form.entered("keep").is_some(),
    };
    let done = match dates::end(&entered.until, visit.now) {
        Ok(until) => change(&mut visit, &member, action, &entered, until).await,
        Err(wrong) => {
            entered.wrong_until.clone_from(&wrong);
            Err(Problem::invalid_body("/until", &wrong))
        }
    };
    match done {
        Ok(change) => {
            let query = change.map(|number| format!("?changed={number}")).unwrap_or_default();
            Ok(Redirect::to(&format!("/console/members/{number}{query}#result")).into_response())
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => respond(&mut visit, &member, action, entered, Some(&problem)).await,
    }
}

/// Hands the command to the ledger. Returns the number of the rank change, if one was made.
async fn change(
    visit: &mut Visit,
    member: &RosterRow,
    action: &Action,
    entered: &Entered,
    until: Option<Timestamp>,
) -> Result<Option<i64>, Problem> {
    let command = ChangeMembership {
        actor: visit.actor::<AccountsWrite>()?,
        account: member.standing.account.id,
        action: action.command,
        keep_ranks: entered.keeps_ranks || !action.takes(),
        until,
        reason: checks::reason(Some(entered.why.clone()))?,
    };
    let changed = visit.submit(command).await?;
    Ok(changed.change.map(|change| change.number.0))
}

async fn respond(
    visit: &mut Visit,
    member: &RosterRow,
    action: &'static Action,
    entered: Entered,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let structure = Structure::load(visit).await?;
    let title = format!("{} {}", action.label, member.name);
    let refusal =
        problem.filter(|_| entered.wrong_until.is_empty()).map(|problem| problem.detail().to_owned());
    let template = StandingPage {
        frame: Frame::of(visit, &structure, "/console/members", &title).await?,
        number: member.unique_id,
        name: member.name.clone(),
        takes: action.takes(),
        is_ban: action.command == MembershipAction::Ban,
        action,
        held: member.standing.account.ranks.len(),
        why: entered.why,
        until: entered.until,
        wrong_until: entered.wrong_until,
        keeps_ranks: entered.keeps_ranks,
        refusal,
    };
    Ok(visit.page(problem.map_or(StatusCode::OK, Problem::status), &template))
}
