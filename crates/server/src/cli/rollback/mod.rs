//! `rankledger rollback`: undo all that somebody did. A preview is shown first; the rollback runs when it is
//! confirmed.

mod effect;

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use clap::{ArgGroup, Args};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::client::Client;
use super::client::Refusal;
use super::client::read;
use super::client::target::Target;
use super::confirm::confirmed;
use super::moment;
use super::moment::Moment;
use super::names::Names;
use super::print;
use crate::wire::problem::ProblemSummary;
use crate::wire::rollback::{EffectBody, PreviewBody, ReportBody};
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
    /// Who acts: an account id, or a Discord id
    #[arg(long = "as", value_name = "USER")]
    acting: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
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
    /// Made by this person: an account id, or a Discord id
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Made with this API key, by its id
    #[arg(long, value_name = "KEY_ID")]
    credential: Option<Uuid>,
    /// Recorded by this rollback: undoes it as a whole
    #[arg(long, value_name = "BATCH_ID")]
    batch: Option<Uuid>,
    /// Of this account; may be given several times
    #[arg(long, value_name = "ACCOUNT_ID")]
    account: Vec<Uuid>,
    /// That gave, took or prolonged this rank, by id or key; may be given several times
    #[arg(long)]
    rank: Vec<String>,
    /// At this time or later: 2026-04-15T00:00:00Z, or how long ago: 2h, 3d
    #[arg(long, value_name = moment::FORMAT)]
    from: Option<Moment>,
    /// Before this time
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
            filter: Some(self.filter.body()),
            on_conflict: Some(on_conflict.to_owned()),
            user_id: self.acting.clone(),
            ..RollbackBody::default()
        };
        let reply = client.post(PATH, &body)?;
        let PreviewBody { plan_token, effect } = reply.read()?;
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
            user_id: self.acting.clone(),
            reason: self.reason.clone(),
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

/// Prints a preview or a report: in words, or without names as JSON.
fn show(data: &Value, tense: Tense, names: Option<&mut Names<'_>>) -> Result<()> {
    match names {
        None => print::json(data),
        Some(names) => print::print(&effect::in_words(&read::<EffectBody>(data)?, tense, names)?),
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
    fn body(&self) -> FilterBody {
        FilterBody {
            user_id: self.user.clone(),
            credential_id: self.credential,
            batch_id: self.batch,
            from: self.from.map(Moment::on_the_wire),
            to: self.to.map(Moment::on_the_wire),
            ranks: given(&self.rank),
            accounts: given(&self.account),
        }
    }
}

/// Returns the list, or `None` if it is empty: the API takes no empty lists.
fn given<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
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
