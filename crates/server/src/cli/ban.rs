//! `rankledger ban` and `rankledger unban`.

use anyhow::Result;
use clap::Args;
use serde::Deserialize;

use super::acting::{ActingArgs, ActorArgs, RecordedMeta, recorded};
use super::client::target::Target;
use super::client::{Client, Reply};
use super::confirm::confirmed;
use super::find;
use super::moment::{EndArgs, in_words};
use super::names::Names;
use super::print::{self, harmless};
use crate::wire::account_summary::SummaryBody;
use crate::wire::history::HistoryBody;
use crate::wire::time::Time;

#[derive(Debug, Args)]
pub(super) struct Ban {
    /// The member: by name, number, Discord id or UUID
    #[arg(value_name = "MEMBER")]
    member: String,
    #[command(flatten)]
    end: EndArgs,
    /// Leave the member's ranks and status as they are
    #[arg(long)]
    keep_ranks: bool,
    #[command(flatten)]
    acting: ActingArgs,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Unban {
    /// The member: by name, number, Discord id or UUID
    #[arg(value_name = "MEMBER")]
    member: String,
    #[command(flatten)]
    actor: ActorArgs,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// What is read of the account after a ban.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BannedBody {
    ban_expiration: Option<Time>,
}

impl Ban {
    pub(super) fn run(self) -> Result<()> {
        let Self { member, end, keep_ranks, acting, yes, json, target } = self;
        let client = target.open()?;
        let account = find::account(&client, &member)?;
        let takes = if keep_ranks { "" } else { " and take all their ranks" };
        let what = format!("ban {}{takes}", harmless(&account.acc_name));
        if !yes && !confirmed(&what)? {
            return Ok(());
        }
        let mut body = acting.members(&client)?;
        body.extend(end.members());
        body.insert("keepRanks".to_owned(), keep_ranks.into());
        let reply = client.post(&format!("/v2/community/accounts/{}/ban", account.acc_id), &body)?;
        if json {
            return print::json(&reply.data);
        }
        print::print(&banned(&account, &reply, &client)?)
    }
}

fn banned(account: &SummaryBody, reply: &Reply, client: &Client) -> Result<String> {
    let name = harmless(&account.acc_name);
    let until = match reply.read::<BannedBody>()?.ban_expiration {
        Some(end) => format!("until {} UTC", in_words(end.0)),
        None => "until the ban is lifted".to_owned(),
    };
    let ranks = match RecordedMeta::of(reply)?.change_number {
        Some(number) => {
            let names = Names::new(client)?;
            format!("  ranks taken: {}\n", recorded(number, client, &names)?)
        }
        None => String::new(),
    };
    Ok(format!("{name} is banned {until}\n{ranks}to lift the ban: rankledger unban {}\n", account.unique_id))
}

impl Unban {
    pub(super) fn run(self) -> Result<()> {
        let Self { member, actor, json, target } = self;
        let client = target.open()?;
        let account = find::account(&client, &member)?;
        let body = actor.members(&client)?;
        let reply = client.post(&format!("/v2/community/accounts/{}/unban", account.acc_id), &body)?;
        if json {
            return print::json(&reply.data);
        }
        let name = harmless(&account.acc_name);
        if !account.banned {
            return print::print(&format!("nothing to change: {name} is not banned\n"));
        }
        print::print(&format!("the ban of {name} is lifted\n{}", ranks_taken(&account, &client)?))
    }
}

/// Says how the ranks come back that the ban took; empty if it took none.
fn ranks_taken(account: &SummaryBody, client: &Client) -> Result<String> {
    let query = vec![
        ("accountId", account.acc_id.to_string()),
        ("source", "ban".to_owned()),
        ("undone", "false".to_owned()),
        ("take", "1".to_owned()),
    ];
    let taken: Option<HistoryBody> = client.get_if_allowed("/v2/community/rank-changes", &query)?;
    let Some(change) = taken.and_then(|page| page.rank_changes.into_iter().next()) else {
        return Ok(String::new());
    };
    let (number, what) = (change.change_number, Names::new(client)?.what(&change));
    Ok(format!("  the ban took ranks: {what}\nto give them back: rankledger undo {number}\n"))
}
