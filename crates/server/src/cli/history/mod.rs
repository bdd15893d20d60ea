//! `rankledger history`: the changes, newest first; their counts; or one change with its undo outlook.

mod one;
mod summary;

pub(super) use one::in_the_way;

use anyhow::Result;
use clap::Args;

use super::client::ChangeName;
use super::client::target::Target;
use super::filter::FilterArgs;
use super::moment::in_words;
use super::names::Names;
use super::newest::newest;
use super::print;
use super::table::Table;
use crate::wire::history::HistoryBody;
use crate::wire::rank_change::RankChangeBody;

/// Number of characters of a reason that the list shows.
const REASON: usize = 40;

#[derive(Debug, Args)]
pub(super) struct History {
    /// One change, by number or undo id: all of it, and whether it can be undone
    #[arg(conflicts_with_all = ["MadeArgs", "rank", "source", "undone", "live", "batch", "summary"])]
    change: Option<ChangeName>,
    /// Count the changes instead of listing them: who did how much
    #[arg(long)]
    summary: bool,
    /// What --summary counts by [default: user]
    #[arg(long, value_name = "WHAT", requires = "summary")]
    by: Option<summary::By>,
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

impl History {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        if let Some(change) = &self.change {
            return one::show(&client, change, self.json);
        }
        let filter = self.filter.query(&client)?;
        if self.summary {
            return summary::show(&client, filter, self.by.unwrap_or(summary::By::User), self.json);
        }
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let rows_of = |page: HistoryBody| (page.rank_changes, page.next_cursor);
        let (rank_changes, next_cursor) =
            newest(&client, "/v2/community/rank-changes", &filter, limit, rows_of)?;
        client.settle()?;
        let history = HistoryBody { rank_changes, next_cursor };
        if self.json {
            return print::json(&history);
        }
        if history.rank_changes.is_empty() {
            print::say!("no changes");
            return Ok(());
        }
        print::print(&table(&history.rank_changes, &mut Names::new(&client)?)?.to_string())?;
        if history.next_cursor.is_some() {
            print::say!("there are older ones: --limit shows more, `rankledger export` all");
        }
        Ok(())
    }
}

/// Returns a table of changes, in their order.
pub(super) fn table(changes: &[RankChangeBody], names: &mut Names<'_>) -> Result<Table<8>> {
    names.learn(changes.iter().flat_map(|change| [change.acc_id].into_iter().chain(change.user_id)))?;
    let mut table =
        Table::new(["NUMBER", "WHEN (UTC)", "ACCOUNT", "WHAT", "WHO", "SOURCE", "UNDONE BY", "REASON"]);
    for change in changes {
        let what = names.what(change);
        table.row([
            change.change_number.to_string(),
            in_words(change.at.0),
            names.account(change.acc_id)?,
            match change.reverses {
                Some(reversed) => format!("{} of {reversed}: {what}", change.kind),
                None => what,
            },
            names.who_made(change)?,
            change.source.clone().into_owned(),
            change.reversed_by.map(|number| number.to_string()).unwrap_or_default(),
            print::shortened(change.reason.as_deref().unwrap_or_default(), REASON),
        ]);
    }
    Ok(table)
}
