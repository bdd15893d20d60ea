//! `rankledger rank add` and `rankledger rank remove`: give a member ranks, or take them away.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use rankledger_domain::ids::RankId;
use serde_json::{Map, Value, json};

use super::acting::{ChangeArgs, RecordedMeta, recorded};
use super::client::{Client, Reply};
use super::confirm::confirmed;
use super::find;
use super::moment::EndArgs;
use super::names::Names;
use super::print::{self, harmless};
use crate::wire::account_summary::SummaryBody;
use crate::wire::rank_change::GrantBody;

#[derive(Debug, Subcommand)]
pub(super) enum RankCommand {
    /// Give ranks to a member, for ever or until an end
    Add(Add),
    /// Take ranks away from a member
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    end: EndArgs,
    /// What becomes of the end of a rank that is held already: the later end counts, the duration of --for is
    /// added to it, or the end that is given replaces it [default: keep-longer]
    #[arg(long, value_name = "HOW")]
    on_held: Option<OnHeld>,
    /// Do it without asking: `--on-held replace` may take time of a rank away
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    how: ChangeArgs,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    whom: Whom,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    how: ChangeArgs,
}

/// The member and the ranks.
#[derive(Debug, Args)]
struct Whom {
    /// The member: by name, number, Discord id or UUID
    #[arg(value_name = "MEMBER")]
    member: String,
    /// The ranks: each by key, label, `Department/Label` or UUID
    #[arg(value_name = "RANK", required = true)]
    ranks: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnHeld {
    KeepLonger,
    Extend,
    Replace,
}

impl RankCommand {
    pub(super) fn run(self) -> Result<()> {
        match self {
            Self::Add(command) => command.run(),
            Self::Remove(command) => command.run(),
        }
    }
}

impl Add {
    fn run(self) -> Result<()> {
        let Self { whom, end, on_held, yes, how } = self;
        let ChangeArgs { acting, dry_run, json, target } = how;
        let client = target.open()?;
        let (account, ranks) = whom.find(&client)?;
        let what = format!("replace the end of {} of {}", whom.ranks.join(", "), harmless(&account.acc_name));
        if on_held == Some(OnHeld::Replace) && !yes && !dry_run && !confirmed(&what)? {
            return Ok(());
        }
        let mut grant = end.members();
        grant.extend(on_held.and_then(OnHeld::member));
        let entry = |rank: String| {
            let mut entry = Map::from_iter([("rank".to_owned(), rank.into())]);
            entry.extend(grant.clone());
            if grant.is_empty() { entry["rank"].take() } else { Value::Object(entry) }
        };
        let entries: Vec<_> = ranks.into_iter().map(entry).collect();
        let mut body = acting.members(&client)?;
        body.extend([("add".to_owned(), json!(entries)), ("dryRun".to_owned(), dry_run.into())]);
        Changing { client: &client, account: &account, dry_run, json }.send(&body)
    }
}

impl Remove {
    fn run(self) -> Result<()> {
        let Self { whom, yes, how } = self;
        let ChangeArgs { acting, dry_run, json, target } = how;
        let client = target.open()?;
        let (account, ranks) = whom.find(&client)?;
        let what = format!("take {} from {}", whom.ranks.join(", "), harmless(&account.acc_name));
        if !yes && !dry_run && !confirmed(&what)? {
            return Ok(());
        }
        let mut body = acting.members(&client)?;
        body.extend([("remove".to_owned(), json!(ranks)), ("dryRun".to_owned(), dry_run.into())]);
        Changing { client: &client, account: &account, dry_run, json }.send(&body)
    }
}

impl OnHeld {
    fn member(self) -> Option<(String, Value)> {
        let word = match self {
            Self::KeepLonger => return None,
            Self::Extend => "extend",
            Self::Replace => "replace",
        };
        Some(("onHeld".to_owned(), word.into()))
    }
}

impl Whom {
    fn find(&self, client: &Client) -> Result<(SummaryBody, Vec<String>)> {
        let account = find::account(client, &self.member)?;
        let ranks = self.ranks.iter().map(|name| find::rank(client, name)).collect::<Result<_>>()?;
        Ok((account, ranks))
    }
}

/// A change of one member's ranks.
struct Changing<'a> {
    client: &'a Client,
    account: &'a SummaryBody,
    dry_run: bool,
    json: bool,
}

impl Changing<'_> {
    fn send(&self, body: &Map<String, Value>) -> Result<()> {
        let reply =
            self.client.patch(&format!("/v2/community/accounts/{}/ranks", self.account.acc_id), body)?;
        if self.json { print::json(&reply.data) } else { print::print(&self.in_words(&reply)?) }
    }

    fn in_words(&self, reply: &Reply) -> Result<String> {
        let names = Names::new(self.client)?;
        let name = harmless(&self.account.acc_name);
        let SummaryBody { ranks, .. } = reply.read()?;
        let grant = |rank: RankId| GrantBody { rank, expires_at: reply.end(rank) };
        let held: Vec<_> = ranks.into_iter().flatten().map(grant).collect();
        let holds = format!("  ranks now  {}\n", names.grants(&held));
        Ok(match RecordedMeta::of(reply)?.change_number {
            Some(number) => format!(
                "{name}: {}\n{holds}to take that back: rankledger undo {number}\n",
                recorded(number, self.client, &names)?
            ),
            None if self.dry_run => {
                format!("nothing was written; {name} would hold {}\n", names.grants(&held))
            }
            None => format!("nothing to change: {name} holds {}\n", names.grants(&held)),
        })
    }
}
