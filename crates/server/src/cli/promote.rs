//! `rankledger promote` and `rankledger demote`: run a promotion flow, forwards or in reverse.

use std::fmt::Write;

use anyhow::{Result, bail};
use clap::Args;
use rankledger_domain::ids::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::acting::{ChangeArgs, recorded};
use super::client::{Client, Reply, read};
use super::confirm::confirmed;
use super::find;
use super::names::Names;
use super::print::{self, harmless};

#[derive(Debug, Args)]
pub(super) struct Promote {
    #[command(flatten)]
    run: Run,
}

#[derive(Debug, Args)]
pub(super) struct Demote {
    #[command(flatten)]
    run: Run,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

/// A flow, and on whom it is run.
#[derive(Debug, Args)]
struct Run {
    /// The promotion flow: by key, as "Cadet -> Officer", or by the step that it leads to
    #[arg(value_name = "FLOW")]
    flow: String,
    /// The members: each by name, number, Discord id or UUID
    #[arg(value_name = "MEMBER", required = true)]
    members: Vec<String>,
    /// Run the flow also on somebody who does not stand where it begins
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    how: ChangeArgs,
}

/// The result of the flow for one member.
#[derive(Deserialize)]
struct ResultBody {
    users: Vec<String>,
    succeeded: bool,
    message: String,
}

/// A recorded change in `meta`; without a number, nothing changed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedBody {
    acc_id: AccountId,
    change_number: Option<i64>,
}

impl Promote {
    pub(super) fn run(self) -> Result<()> {
        self.run.run(true, true)
    }
}

impl Demote {
    pub(super) fn run(self) -> Result<()> {
        self.run.run(false, self.yes)
    }
}

impl Run {
    fn run(self, promote: bool, is_wanted: bool) -> Result<()> {
        let Self { flow, members, force, how } = self;
        let ChangeArgs { acting, dry_run, json, target } = how;
        let client = target.open()?;
        let flow = find::flow(&client, &flow)?;
        let accounts: Vec<_> =
            members.iter().map(|name| find::account(&client, name)).collect::<Result<_>>()?;
        let (flow_id, flow) = (flow.id, find::flow_in_words(&flow));
        let named: Vec<_> = accounts.iter().map(|account| harmless(&account.acc_name)).collect();
        let what = format!("demote {} by the flow {flow}", named.join(", "));
        if !is_wanted && !dry_run && !confirmed(&what)? {
            return Ok(());
        }
        let users: Vec<_> = accounts.iter().map(|account| account.acc_id).collect();
        let mut body = acting.members(&client)?;
        body.extend([
            ("data".to_owned(), json!([{ "flowId": flow_id, "users": users, "promote": promote }])),
            ("force".to_owned(), force.into()),
            ("dryRun".to_owned(), dry_run.into()),
        ]);
        let reply = client.post("/v2/community/promotion-flows/trigger", &body)?;
        if json {
            return print::json(&reply.data);
        }
        told(&client, &reply, dry_run)
    }
}

/// Prints what became of each member. An error if the flow was refused for somebody.
fn told(client: &Client, reply: &Reply, dry_run: bool) -> Result<()> {
    let mut names = Names::new(client)?;
    let results: Vec<ResultBody> = reply.read()?;
    let changes: Vec<RecordedBody> = read(reply.meta.get("changes").unwrap_or(&Value::Array(Vec::new())))?;
    let (mut text, mut refused) = (String::new(), Vec::new());
    for ResultBody { users, succeeded, message } in &results {
        let user = users.first().map_or("", String::as_str);
        let id = Uuid::parse_str(user).ok().map(AccountId);
        let name = id.map_or(Ok(harmless(user)), |id| names.account(id))?;
        let of_user = changes.iter().find(|change| Some(change.acc_id) == id);
        match of_user.and_then(|change| change.change_number) {
            _ if !succeeded => refused.push(format!("{name}: {}", harmless(message))),
            Some(number) => writeln!(
                text,
                "{name}: {}; to take that back: rankledger undo {number}",
                recorded(number, client, &names)?
            )?,
            None if dry_run => writeln!(text, "{name}: it would succeed; nothing was written")?,
            None => writeln!(text, "{name}: {}", harmless(message))?,
        }
    }
    print::print(&text)?;
    match refused.as_slice() {
        [] => Ok(()),
        refused => bail!("{}", refused.join("\n")),
    }
}
