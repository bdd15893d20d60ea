//! `rankledger rollback`: take back what somebody did. It is shown first, and done when that is confirmed.

mod effect;

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::{ArgGroup, Args};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::Client;
use super::client::Refusal;
use super::client::read;
use super::client::target::Target;
use super::confirm::confirmed;
use super::entry::Problem;
use super::moment;
use super::moment::Moment;
use super::names::Names;
use super::print;
use effect::{Effect, Tense};

const PATH: &str = "/v2/community/rank-changes/rollback";

/// How often to ask how far a rollback is.
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
    /// Undo what later changes superseded, too; a key needs the scope ranks:force for it
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

/// How far a rollback is.
#[derive(Deserialize)]
struct Progress {
    status: String,
    result: Option<Value>,
    problem: Option<Problem>,
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
    /// The token of the plan that is to be carried out; none if none is. Without names, JSON is printed.
    fn settled_plan(&self, client: &Client, names: Option<&mut Names<'_>>) -> Result<Option<String>> {
        if self.plan_token.is_some() {
            return Ok(self.plan_token.clone());
        }
        let on_conflict = if self.force { "force" } else { "skip" };
        let body = json!({ "filter": self.filter.body(), "onConflict": on_conflict, "userId": self.acting });
        let preview = client.post(PATH, &body)?.data;
        let effect: Effect = read(&preview)?;
        let is_nothing = effect.counts.undone == 0;
        // With --yes the report says the same again.
        if is_nothing || !self.yes {
            show(&preview, Tense::Preview, names)?;
        }
        let is_settled = if is_nothing {
            if !self.json {
                eprintln!("nothing to do");
            }
            false
        } else {
            self.yes || (!self.json && is_wanted(&effect)?)
        };
        if !is_settled {
            return Ok(None);
        }
        effect.plan_token.context("the server's preview has no planToken").map(Some)
    }

    fn carry_out(&self, client: &Client, token: &str, mut names: Option<&mut Names<'_>>) -> Result<()> {
        let body = json!({ "planToken": token, "userId": self.acting, "reason": self.reason });
        let report = run(client, &body).map_err(|error| with_fresh_preview(error, names.as_deref_mut()))?;
        show(&report, Tense::Report, names)?;
        if !self.json {
            match read::<Effect>(&report)?.batch_id {
                Some(batch) => eprintln!("to undo it as a whole: rankledger rollback --batch {batch}"),
                None => eprintln!("nothing was undone"),
            }
        }
        Ok(())
    }
}

/// Shows what a rollback would do, or did: in words, or without names as JSON.
fn show(data: &Value, tense: Tense, names: Option<&mut Names<'_>>) -> Result<()> {
    match names {
        None => print::json(data),
        Some(names) => print::print(&read::<Effect>(data)?.in_words(tense, names)?),
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
    fn body(&self) -> Value {
        let list = |empty: bool, list: Value| (!empty).then_some(list);
        let given = [
            ("userId", self.user.as_ref().map(|user| json!(user))),
            ("credentialId", self.credential.map(|id| json!(id))),
            ("batchId", self.batch.map(|id| json!(id))),
            ("accounts", list(self.account.is_empty(), json!(self.account))),
            ("ranks", list(self.rank.is_empty(), json!(self.rank))),
            ("from", self.from.map(|time| json!(time.on_the_wire()))),
            ("to", self.to.map(|time| json!(time.on_the_wire()))),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(given.collect())
    }
}

/// Asks whether to undo it.
fn is_wanted(effect: &Effect) -> Result<bool> {
    let what = format!(
        "undo {} of {}",
        print::count(effect.counts.undone, "change"),
        print::count(effect.touched(), "account")
    );
    confirmed(&what)
}

/// Carries a plan out, and waits for it. Answers what was done.
fn run(client: &Client, body: &Value) -> Result<Value> {
    let answer = client.post(PATH, body)?;
    let Some(location) = answer.location else { return Ok(answer.data) };
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
