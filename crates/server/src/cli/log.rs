//! `rankledger log`: what was done besides rank changes, newest first.

use anyhow::Result;
use clap::Args;
use rankledger_domain::log::ActKind;
use serde_json::value::RawValue;

use super::client::target::Target;
use super::client::{Client, Query, given};
use super::filter::MadeArgs;
use super::moment::in_words;
use super::names::Names;
use super::newest::newest;
use super::print;
use super::table::Table;
use crate::wire::log::{LogBody, LogEntryBody};

/// Number of characters of what was before and after that the list shows.
const STATE: usize = 48;

#[derive(Debug, Args)]
pub(super) struct Log {
    /// How many entries to list at most
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    target: Target,
}

/// A filter: what fits everything that is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which entries")]
struct FilterArgs {
    /// Of this kind, such as account.banned or key.created
    #[arg(long, value_parser = parse_kind)]
    kind: Option<ActKind>,
    #[command(flatten)]
    made: MadeArgs,
}

fn parse_kind(word: &str) -> Result<ActKind, String> {
    let known = || ActKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    ActKind::parse(word).ok_or_else(|| format!("the kinds are {}", known()))
}

impl FilterArgs {
    /// As the parameters of a query.
    fn query(&self, client: &Client) -> Result<Query> {
        let mut query = self.made.query(client)?;
        query.extend(given([("kind", self.kind.map(|kind| kind.as_str().to_owned()))]));
        Ok(query)
    }
}

impl Log {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let rows_of = |page: LogBody| (page.entries, page.next_cursor);
        let (entries, next_cursor) =
            newest(&client, "/v2/community/administration", &self.filter.query(&client)?, limit, rows_of)?;
        client.settle()?;
        let log = LogBody { entries, next_cursor };
        if self.json {
            return print::json(&log);
        }
        if log.entries.is_empty() {
            print::say!("no entries");
            return Ok(());
        }
        print::print(&table(&log.entries, &mut Names::new(&client)?)?.to_string())?;
        if log.next_cursor.is_some() {
            print::say!("there are older ones: --limit shows more");
        }
        Ok(())
    }
}

fn table(entries: &[LogEntryBody], names: &mut Names<'_>) -> Result<Table<8>> {
    names.learn(entries.iter().flat_map(|entry| entry.acc_id.into_iter().chain(entry.user_id)))?;
    let mut table = Table::new(["PLACE", "WHEN (UTC)", "WHAT", "ACCOUNT", "WHO", "FROM", "BEFORE", "AFTER"]);
    for entry in entries {
        table.row([
            entry.place.to_string(),
            in_words(entry.at.0),
            entry.kind.clone().into_owned(),
            entry.acc_id.map(|id| names.account(id)).transpose()?.unwrap_or_default(),
            names.who(entry.user_id, entry.credential_id)?,
            entry.address.map(|address| address.to_string()).unwrap_or_default(),
            state(entry.before.as_deref()),
            state(entry.after.as_deref()),
        ]);
    }
    Ok(table)
}

fn state(json: Option<&RawValue>) -> String {
    print::shortened(json.map_or("", RawValue::get), STATE)
}
