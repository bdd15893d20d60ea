//! `rankledger undo`: undo one rank change.

use std::fmt::Write;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use rankledger_domain::ids::RankId;
use serde::Deserialize;
use serde_json::Value;

use super::acting::ChangeArgs;
use super::client::ChangeName;
use super::client::Reply;
use super::client::read;
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
    #[command(flatten)]
    how: ChangeArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnConflict {
    Refuse,
    Skip,
}

impl OnConflict {
    fn on_the_wire(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Skip => "skip",
        }
    }
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
        let Self { change, on_conflict, how } = self;
        let ChangeArgs { acting, dry_run, json, target } = how;
        let client = target.open()?;
        let body = UndoBody {
            user_id: acting.actor.person(&client)?,
            on_conflict: Some(on_conflict.on_the_wire().to_owned()),
            reason: acting.reason,
            dry_run: dry_run.then_some(true),
        };
        let reply = client.post(&format!("/v2/community/rank-changes/{change}/undo"), &body)?;
        let meta: Meta = read(&Value::Object(reply.meta.clone()))?;
        if let (true, false, Some(number)) = (dry_run, meta.dry_run, meta.change_number) {
            bail!(
                "the server is too old for --dry-run: it has undone the change, which is recorded as change {number}; \
                 `rankledger undo {number}` takes that back"
            );
        }
        if json {
            return print::json(&reply.data);
        }
        print::print(&in_words(&change, &reply, &meta, &mut Names::new(&client)?)?)
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
