//! `rankledger member`: one member in full, and the newest changes of their ranks.

use std::fmt::Write;

use anyhow::Result;
use clap::Args;
use rankledger_domain::ids::RankId;
use serde::Deserialize;

use super::client::Client;
use super::client::target::Target;
use super::find;
use super::history;
use super::moment::in_words;
use super::names::Names;
use super::print::{self, harmless};
use crate::wire::account_summary::SummaryBody;
use crate::wire::history::HistoryBody;
use crate::wire::rank_change::GrantBody;
use crate::wire::time::Time;

/// Number of changes that are shown.
const NEWEST: u32 = 5;

#[derive(Debug, Args)]
pub(super) struct Member {
    /// The member: by name, number, Discord id or UUID
    #[arg(value_name = "MEMBER")]
    whom: String,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// What this command reads of an account.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountBody {
    #[serde(flatten)]
    summary: SummaryBody,
    owner: bool,
    join_date: Time,
    last_login: Option<Time>,
    identifiers: IdentifiersBody,
}

#[derive(Deserialize)]
struct IdentifiersBody {
    idents: Vec<IdentifierBody>,
}

#[derive(Deserialize)]
struct IdentifierBody {
    r#type: String,
    value: String,
    verified: bool,
}

impl Member {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let id = find::account_id(&client, &self.whom)?;
        let path = format!("/v2/community/accounts/{id}");
        let reply = client.get(&path, &Vec::new())?;
        let held = held(&client, &format!("{path}/ranks"))?;
        let query = vec![("accountId", id.to_string()), ("take", NEWEST.to_string())];
        let newest: HistoryBody = client.get("/v2/community/rank-changes", &query)?.read()?;
        client.settle()?;
        if self.json {
            return print::json(&reply.data);
        }
        let mut names = Names::new(&client)?;
        let mut text = described(&reply.read()?, &held, &names);
        if newest.rank_changes.is_empty() {
            text.push_str("no changes\n");
        } else {
            write!(text, "\n{}", history::table(&newest.rank_changes, &mut names)?)?;
        }
        print::print(&text)?;
        if newest.next_cursor.is_some() {
            print::say!("there are older ones: rankledger history --account {id}");
        }
        Ok(())
    }
}

/// Loads the ranks that an account holds, with the ends of the grants.
fn held(client: &Client, path: &str) -> Result<Vec<GrantBody>> {
    let reply = client.get(path, &Vec::new())?;
    let ranks: Vec<RankId> = reply.read()?;
    Ok(ranks.into_iter().map(|rank| GrantBody { rank, expires_at: reply.end(rank) }).collect())
}

fn described(account: &AccountBody, held: &[GrantBody], names: &Names<'_>) -> String {
    let AccountBody { summary, owner, join_date, last_login, identifiers } = account;
    let owner = if *owner { ", owner" } else { "" };
    let identifier = |one: &IdentifierBody| {
        let unverified = if one.verified { "" } else { " (not verified)" };
        harmless(&format!("{}:{}{unverified}", one.r#type, one.value))
    };
    let identifiers: Vec<_> = identifiers.idents.iter().map(identifier).collect();
    let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let lines = [
        ("status", format!("{}{owner}", find::standing(summary))),
        ("ranks", names.grants(held)),
        ("Discord id", or_none(summary.discord_id.as_deref().map(harmless).unwrap_or_default())),
        ("identifiers", or_none(identifiers.join(", "))),
        ("joined", format!("{} UTC", in_words(join_date.0))),
        ("last login", last_login.map_or_else(|| "never".to_owned(), |at| format!("{} UTC", in_words(at.0)))),
        ("id", summary.acc_id.to_string()),
    ];
    let first = format!("{}, number {}\n", harmless(&summary.acc_name), summary.unique_id);
    let lines = lines.map(|(name, value)| format!("  {name:<11}  {value}\n"));
    first + &lines.concat()
}
