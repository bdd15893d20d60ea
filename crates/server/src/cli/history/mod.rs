//! `rankledger history`: what was changed, newest first; or one change, and what its undo would find.

mod one;

pub(super) use one::in_the_way;

use anyhow::Result;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::ChangeName;
use super::client::Client;
use super::client::read;
use super::client::target::Target;
use super::entry::Entry;
use super::filter::FilterArgs;
use super::moment::in_words;
use super::names::Names;
use super::print;
use super::table::Table;

/// How many changes a page of the API holds at most.
const PAGE: usize = 100;

/// How many characters of a reason are shown in the list.
const REASON: usize = 40;

#[derive(Debug, Args)]
pub(super) struct History {
    /// One change, by number or undo id: all of it, and whether it can be undone
    #[arg(conflicts_with = "FilterArgs")]
    change: Option<ChangeName>,
    /// How many changes to list at most
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

/// A page of the history, each change as it came.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    rank_changes: Vec<Value>,
    next_cursor: Option<String>,
}

impl History {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        if let Some(change) = &self.change {
            return one::show(&client, change, self.json);
        }
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let Page { rank_changes, next_cursor } = newest(&client, &self.filter, limit)?;
        if self.json {
            return print::json(&json!({ "rankChanges": rank_changes, "nextCursor": next_cursor }));
        }
        let entries: Vec<Entry> = rank_changes.iter().map(read).collect::<Result<_>>()?;
        if entries.is_empty() {
            eprintln!("no changes");
            return Ok(());
        }
        print::print(&table(&entries, &mut Names::new(&client)?)?.to_string())?;
        if next_cursor.is_some() {
            eprintln!("there are older ones: --limit shows more, `rankledger export` all");
        }
        Ok(())
    }
}

/// The newest changes, page after page, up to this many.
fn newest(client: &Client, filter: &FilterArgs, limit: usize) -> Result<Page> {
    let mut all = Page { rank_changes: Vec::new(), next_cursor: None };
    loop {
        let mut query = filter.query();
        query.push(("take", (limit - all.rank_changes.len()).min(PAGE).to_string()));
        query.extend(all.next_cursor.take().map(|cursor| ("cursor", cursor)));
        let page: Page = client.get("/v2/community/rank-changes", &query)?.read()?;
        all.rank_changes.extend(page.rank_changes);
        all.next_cursor = page.next_cursor;
        if all.next_cursor.is_none() || all.rank_changes.len() >= limit {
            return Ok(all);
        }
    }
}

fn table(entries: &[Entry], names: &mut Names<'_>) -> Result<Table<8>> {
    names.learn(entries.iter().flat_map(|entry| [entry.acc_id].into_iter().chain(entry.user_id)))?;
    let mut table =
        Table::new(["NUMBER", "WHEN (UTC)", "ACCOUNT", "WHAT", "WHO", "SOURCE", "UNDONE BY", "REASON"]);
    for entry in entries {
        let what = names.what(entry);
        table.row([
            entry.change_number.to_string(),
            in_words(entry.at),
            names.account(entry.acc_id)?,
            match entry.reverses {
                Some(reversed) => format!("{} of {reversed}: {what}", entry.kind),
                None => what,
            },
            names.who_made(entry)?,
            entry.source.clone(),
            entry.reversed_by.map(|number| number.to_string()).unwrap_or_default(),
            print::shortened(entry.reason.as_deref().unwrap_or_default(), REASON),
        ]);
    }
    Ok(table)
}
