//! `rankledger members`: who is in the community, and what they hold.

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use super::client::target::Target;
use super::client::{Client, Query, given};
use super::find;
use super::holdings::holdings;
use super::names::Names;
use super::print;
use super::spreadsheet::Spreadsheet;
use super::table::Table;
use crate::wire::account_summary::{PageBody, SummaryBody};
use crate::wire::rank_change::GrantBody;

/// Largest number of accounts in a page of the API.
const PAGE: u32 = 100;

#[derive(Debug, Args)]
pub(super) struct Members {
    #[command(flatten)]
    filter: FilterArgs,
    /// Print JSON: each account as the API lists it, with the grants of its ranks
    #[arg(long)]
    json: bool,
    /// Print a table for spreadsheet programs
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    target: Target,
}

/// Which members are listed; without any of these, all that are not archived.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which members")]
struct FilterArgs {
    /// Who hold this rank: by key, label, `Department/Label` or UUID
    #[arg(long)]
    rank: Option<String>,
    /// Who are banned
    #[arg(long)]
    banned: bool,
    /// Who are archived
    #[arg(long)]
    archived: bool,
    /// Who are not active
    #[arg(long)]
    inactive: bool,
}

/// A member in the list.
#[derive(Serialize)]
struct Member {
    #[serde(flatten)]
    account: SummaryBody,
    ranks: Vec<GrantBody>,
}

impl Members {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let accounts = all(&client, &self.filter.query(&client)?)?;
        let mut holdings = holdings(&client)?;
        client.settle()?;
        let members: Vec<_> = accounts
            .into_iter()
            .map(|account| Member { ranks: holdings.remove(&account.acc_id).unwrap_or_default(), account })
            .collect();
        if self.json {
            return print::json(&members);
        }
        if self.csv {
            return spreadsheet(members, &Names::new(&client)?);
        }
        if members.is_empty() {
            print::say!("no members");
            return Ok(());
        }
        print::print(&table(members, &Names::new(&client)?).to_string())
    }
}

impl FilterArgs {
    /// As the parameters of a query.
    fn query(&self, client: &Client) -> Result<Query> {
        let rank = self.rank.as_deref().map(|name| find::rank(client, name)).transpose()?;
        let flag = |is_given: bool, value: &str| is_given.then(|| value.to_owned());
        Ok(given([
            ("rank", rank),
            ("banned", flag(self.banned, "true")),
            ("archived", Some(self.archived.to_string())),
            ("comStatus", flag(self.inactive, "false")),
        ]))
    }
}

/// Loads all accounts that fit, page after page.
fn all(client: &Client, filter: &Query) -> Result<Vec<SummaryBody>> {
    let mut all = Vec::new();
    loop {
        let mut query = filter.clone();
        query.extend([("take", PAGE.to_string()), ("skip", all.len().to_string())]);
        let PageBody { items, total, .. } = client.get("/v2/community/accounts", &query)?.read()?;
        let is_last = items.is_empty();
        all.extend(items);
        if is_last || u32::try_from(all.len()).is_ok_and(|read| read >= total) {
            return Ok(all);
        }
    }
}

/// Prints a table for spreadsheet programs.
fn spreadsheet(members: Vec<Member>, names: &Names<'_>) -> Result<()> {
    let mut file = Vec::new();
    let mut table = Spreadsheet::new(&mut file, &["number", "name", "discord id", "ranks", "status", "id"])?;
    for Member { account, ranks } in members {
        let status = find::standing(&account).to_owned();
        table.row([
            account.unique_id.to_string(),
            account.acc_name,
            account.discord_id.unwrap_or_default(),
            names.grants(&ranks),
            status,
            account.acc_id.to_string(),
        ])?;
    }
    table.finish().context("the table is not whole")?;
    print::copy(&mut file.as_slice()).context("cannot print")
}

fn table(members: Vec<Member>, names: &Names<'_>) -> Table<5> {
    let mut table = Table::new(["NUMBER", "NAME", "DISCORD ID", "RANKS", "STATUS"]);
    for Member { account, ranks } in members {
        let status = find::standing(&account).to_owned();
        table.row([
            account.unique_id.to_string(),
            account.acc_name,
            account.discord_id.unwrap_or_else(|| "-".to_owned()),
            names.grants(&ranks),
            status,
        ]);
    }
    table
}
