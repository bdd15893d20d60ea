//! `rankledger undo`: undo one rank change.

use std::fmt::Write;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use rankledger_domain::ids::RankId;
use serde::Deserialize;
use serde_json::Value;

use super::client::ChangeName;
use super::client::Reply;
use super::client::read;
use super::client::target::Target;
use super::history::in_the_way;
use super::names::Names;
use super::print;
use crate::wire::account_summary::SummaryBody;
use crate::wire::rank_change::GrantBody;
use crate::wire::undo::{UndoBody, UndoneBody};
use crate::wire::undo_items::ItemBody;

#[derive(Debug, Args)]
pub(super) struct Undo {
    /// The change, by number or undo id, as `rankledger history` shows it
    change: ChangeName,
    /// What to do if a part of it cannot be undone: refuse it all, or skip that part
    #[arg(long, value_name = "HOW", default_value = "refuse")]
    on_conflict: OnConflict,
    /// Who acts: an account id, or a Discord id
    #[arg(long = "as", alias = "user", value_name = "USER")]
    acting: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Tell what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnConflict {
    Refuse,
    Skip,
}

/// The members of `meta` in the reply.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    change_number: Option<i64>,
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    skipped: Vec<ItemBody>,
}

impl Undo {
    pub(super) fn run(self) -> Result<()> {
        let body = self.body();
        let client = self.target.open()?;
        let reply = client.post(&format!("/v2/community/rank-changes/{}/undo", self.change), &body)?;
        let meta: Meta = read(&Value::Object(reply.meta.clone()))?;
        if let (true, false, Some(number)) = (self.dry_run, meta.dry_run, meta.change_number) {
            bail!(
                "the server is too old for --dry-run: it has undone the change, which is recorded as change {number}; \
                 `rankledger undo {number}` takes that back"
            );
        }
        if self.json {
            return print::json(&reply.data);
        }
        print::print(&in_words(&self.change, &reply, &meta, &mut Names::new(&client)?)?)
    }

    fn body(&self) -> UndoBody {
        let on_conflict = match self.on_conflict {
            OnConflict::Refuse => "refuse",
            OnConflict::Skip => "skip",
        };
        UndoBody {
            user_id: self.acting.clone(),
            on_conflict: Some(on_conflict.to_owned()),
            reason: self.reason.clone(),
            dry_run: self.dry_run.then_some(true),
        }
    }
}

fn in_words(change: &ChangeName, reply: &Reply, meta: &Meta, names: &mut Names<'_>) -> Result<String> {
    let undone: UndoneBody<SummaryBody> = reply.read()?;
    let account = print::harmless(&undone.account.acc_name);
    let permanent = |ranks: &[RankId]| -> Vec<GrantBody> {
        ranks.iter().map(|&rank| GrantBody { rank, expires_at: None }).collect()
    };
    let before = names.grants(&permanent(&undone.previous_ranks));
    let after = names.grants(&permanent(&undone.current_ranks));
    let mut text = match (meta.dry_run, meta.change_number) {
        (true, _) => format!("nothing was written; an undo of change {change} of {account} would do this\n"),
        (false, Some(number)) => format!("undid change {change} of {account}, recorded as change {number}\n"),
        (false, None) => {
            format!("nothing to undo: {account} is as the undo of change {change} would leave it\n")
        }
    };
    writeln!(text, "  ranks before  {before}\n  ranks after   {after}")?;
    for item in &meta.skipped {
        writeln!(text, "  skipped       {}", in_the_way(item, names)?)?;
    }
    if let (false, Some(number)) = (meta.dry_run, meta.change_number) {
        writeln!(text, "to take that back: rankledger undo {number}")?;
    }
    Ok(text)
}
