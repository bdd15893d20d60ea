//! `rankledger rollback`: undo all that somebody did. A preview is shown first; the rollback runs when it is
//! confirmed.

mod effect;

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{ArgGroup, Args};
use rankledger_domain::ids::{AccountId, BatchId, CredentialId};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::acting::ActingArgs;
use super::client::Client;
use super::client::Refusal;
use super::client::read;
use super::client::target::Target;
use super::confirm::confirmed;
use super::find;
use super::moment;
use super::moment::Moment;
use super::names::Names;
use super::newest::newest;
use super::print;
use crate::wire::history::HistoryBody;
use crate::wire::problem::ProblemSummary;
use crate::wire::rollback::{EffectBody, NotCaughtBody, PreviewBody, ReportBody};
use crate::wire::rollback_request::{FilterBody, RollbackBody};
use effect::{Tense, touched};

const PATH: &str = "/v2/community/rank-changes/rollback";

/// Time between two requests for the progress of a rollback.
const PERIOD: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct Rollback {
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    target: Target,
}

/// What is to be done.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args(
    ["user", "credential", "batch", "account", "rank", "from", "to", "plan_token"],
))]
struct Order {
    /// Undo what later changes superseded, too; a key needs the scope ranks:force for it, besides
    /// ranks:rollback
    #[arg(long)]
    force: bool,
    /// Carry out what a preview with --json showed, by its planToken
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["FilterArgs", "force"])]
    plan_token: Option<String>,
    #[command(flatten)]
    acting: ActingArgs,
    /// Do it without a preview, and without asking
    #[arg(long)]
    yes: bool,
    /// Print the API's data as JSON: of the preview, or with --yes of what was done
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Which changes are taken back: those that fit everything that is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which changes")]
struct FilterArgs {
    /// Only what this person did: a member's name, number, Discord id or UUID
    #[arg(long, value_name = "MEMBER")]
    user: Option<String>,
    /// Only what was done with this API key: name or id
    #[arg(long, value_name = "KEY")]
    credential: Option<String>,
    /// Only what this rollback recorded, as a whole: its batch id, or `last` for the newest rollback
    #[arg(long, value_name = "BATCH_ID|last")]
    batch: Option<BatchName>,
    /// Only for this member: name, number, Discord id or UUID; may be given several times
    #[arg(long, value_name = "MEMBER")]
    account: Vec<String>,
    /// Only what gave, took or prolonged this rank: key, label, `Department/Label` or UUID; may be given
    /// several times
    #[arg(long)]
    rank: Vec<String>,
    /// Only at this time or later: 2026-04-15, 2026-04-15T18:30:00Z, or how long ago: 2h, 3d
    #[arg(long, value_name = moment::FORMAT)]
    from: Option<Moment>,
    /// Only before this time
    #[arg(long, value_name = moment::FORMAT)]
    to: Option<Moment>,
}

impl Rollback {
    pub(super) fn run(self) -> Result<()> {
        let Self { order, target } = self;
        let client = target.open()?;
        let mut names = if order.json { None } else { Some(Names::new(&client)?) };
        match order.settled_plan(&client, names.as_mut())? {
            Some(token) => order.carry_out(&client, &token, names.as_mut()),
            None => Ok(()),
        }
    }
}

impl Order {
    /// Returns the token of the plan to carry out, or `None` if there is nothing to do or it is not
    /// confirmed. Without names, JSON is printed.
    fn settled_plan(&self, client: &Client, names: Option<&mut Names<'_>>) -> Result<Option<String>> {
        if self.plan_token.is_some() {
            return Ok(self.plan_token.clone());
        }
        let on_conflict = if self.force { "force" } else { "skip" };
        let body = RollbackBody {
            filter: Some(self.filter.body(client)?),
            on_conflict: Some(on_conflict.to_owned()),
            user_id: self.acting.actor.person(client)?,
            ..RollbackBody::default()
        };
        let reply = client.post(PATH, &body)?;
        let PreviewBody { plan_token, effect, .. } = reply.read()?;
        let is_nothing = touched(&effect) == 0;
        // With --yes the report says the same again.
        if is_nothing || !self.yes {
            show(&reply.data, Tense::Preview, names)?;
        }
        let is_settled = if is_nothing {
            if !self.json {
                print::say!("nothing to do");
            }
            false
        } else {
            self.yes || (!self.json && is_wanted(&effect)?)
        };
        Ok(is_settled.then_some(plan_token))
    }

    fn carry_out(&self, client: &Client, token: &str, mut names: Option<&mut Names<'_>>) -> Result<()> {
        let body = RollbackBody {
            plan_token: Some(token.to_owned()),
            user_id: self.acting.actor.person(client)?,
            reason: self.acting.reason.clone(),
            ..RollbackBody::default()
        };
        let report = run(client, &body).map_err(|error| with_fresh_preview(error, names.as_deref_mut()))?;
        show(&report, Tense::Report, names)?;
        if !self.json {
            let ReportBody { batch_id, effect } = read(&report)?;
            match batch_id.filter(|_| effect.counts.undone > 0) {
                Some(batch) => print::say!("to undo it as a whole: rankledger rollback --batch {batch}"),
                None => print::say!("no rank was changed"),
            }
        }
        Ok(())
    }
}

/// What is shown of a preview or a report. Only a preview has what the filter does not catch.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(default)]
    not_caught: Vec<NotCaughtBody>,
    #[serde(flatten)]
    effect: EffectBody,
}

/// Prints a preview or a report: in words, or without names as JSON.
fn show(data: &Value, tense: Tense, names: Option<&mut Names<'_>>) -> Result<()> {
    match names {
        None => print::json(data),
        Some(names) => {
            let Shown { effect, not_caught } = read(data)?;
            print::print(&effect::in_words(&effect, &not_caught, tense, names)?)
        }
    }
}

/// The refusal of a stale plan comes with a fresh preview: it is shown.
fn with_fresh_preview(error: anyhow::Error, names: Option<&mut Names<'_>>) -> anyhow::Error {
    let preview = error.downcast_ref::<Refusal>().and_then(|refusal| refusal.preview.as_ref());
    match preview.map(|preview| show(preview, Tense::Preview, names)) {
        Some(Ok(())) => anyhow!("{error}. What it would do now is shown above"),
        Some(Err(_)) | None => error,
    }
}

impl FilterArgs {
    fn body(&self, client: &Client) -> Result<FilterBody> {
        let account = |name: &String| find::account_id(client, name).map(|AccountId(id)| id);
        let credential = self.credential.as_deref().map(|name| find::key_id(client, name)).transpose()?;
        Ok(FilterBody {
            user_id: self.user.as_deref().map(|name| find::person(client, name)).transpose()?,
            credential_id: credential.map(|CredentialId(id)| id),
            batch_id: self.batch.map(|batch| batch.find(client)).transpose()?,
            from: self.from.map(Moment::on_the_wire),
            to: self.to.map(Moment::on_the_wire),
            ranks: found(&self.rank, |name| find::rank(client, name))?,
            accounts: found(&self.account, account)?,
        })
    }
}

/// A rollback as it is named.
#[derive(Debug, Clone, Copy)]
enum BatchName {
    Id(Uuid),
    Last,
}

impl FromStr for BatchName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "last" => Ok(Self::Last),
            id => Uuid::parse_str(id)
                .map(Self::Id)
                .map_err(|_| "it must be a batch id, which is a UUID, or last"),
        }
    }
}

impl BatchName {
    fn find(self, client: &Client) -> Result<Uuid> {
        if let Self::Id(id) = self {
            return Ok(id);
        }
        let query = vec![("source", "rollback".to_owned())];
        let rows_of = |page: HistoryBody| (page.rank_changes, page.next_cursor);
        let (newest, _) = newest(client, "/v2/community/rank-changes", &query, 1, rows_of)?;
        let last = newest.first().and_then(|change| change.batch_id);
        last.map(|BatchId(id)| id).context("there is no rollback")
    }
}

/// Returns what the names mean, or `None` if there are none: the API takes no empty lists.
fn found<T>(names: &[String], find: impl Fn(&String) -> Result<T>) -> Result<Option<Vec<T>>> {
    let found = names.iter().map(find).collect::<Result<Vec<_>>>()?;
    Ok((!found.is_empty()).then_some(found))
}

/// Asks whether to undo it.
fn is_wanted(effect: &EffectBody) -> Result<bool> {
    let what = format!(
        "undo {} of {}",
        print::count(effect.counts.undone, "change"),
        print::count(touched(effect), "account")
    );
    confirmed(&what)
}

/// The members of a rollback's status that this command reads.
#[derive(Deserialize)]
struct Progress {
    status: String,
    result: Option<Value>,
    problem: Option<ProblemSummary>,
}

/// Carries a plan out, and waits for it. Returns the report.
fn run(client: &Client, body: &RollbackBody) -> Result<Value> {
    let reply = client.post(PATH, body)?;
    let Some(location) = reply.location else { return Ok(reply.data) };
    loop {
        let progress: Progress = client.get(&location, &Vec::new())?.read()?;
        match (progress.status.as_str(), progress.result, progress.problem) {
            ("done", Some(result), _) => return Ok(result),
            ("failed", _, Some(problem)) => bail!("{} ({})", problem.detail, problem.r#type),
            ("running", ..) => std::thread::sleep(PERIOD),
            (other, ..) => bail!("the server says that the rollback is {other}: that means nothing here"),
        }
    }
}
