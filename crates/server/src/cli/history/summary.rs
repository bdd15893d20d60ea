//! `rankledger history --summary`: who did how much.

use std::fmt::Write;

use anyhow::Result;
use clap::ValueEnum;

use crate::cli::client::{Client, Query};
use crate::cli::moment::in_words;
use crate::cli::names::Names;
use crate::cli::print::{self, count};
use crate::cli::table::Table;
use crate::wire::history_summary::{CommonBody, CountsBody, GroupBody, SummaryBody};
use crate::wire::time::Time;

/// Number of groups that are shown.
const GROUPS: usize = 100;

/// What the changes are grouped by.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum By {
    /// The person who acted
    User,
    /// The API key that was used
    Key,
    /// The ranks that were given or taken
    Rank,
    /// The hour, in UTC
    Hour,
}

/// Prints the summary of the changes that fit a filter.
pub(super) fn show(client: &Client, filter: Query, by: By, as_json: bool) -> Result<()> {
    let by = match by {
        By::User => "user",
        By::Key => "key",
        By::Rank => "rank",
        By::Hour => "hour",
    };
    let mut query = filter;
    query.extend([("by", by.to_owned()), ("take", GROUPS.to_string())]);
    let reply = client.get("/v2/community/rank-changes/summary", &query)?;
    client.settle()?;
    if as_json {
        return print::json(&reply.data);
    }
    let summary: SummaryBody = reply.read()?;
    if summary.all.changes == 0 {
        print::say!("no changes");
        return Ok(());
    }
    print::print(&described(&summary, by, &mut Names::new(client)?)?)
}

fn described(summary: &SummaryBody, by: &str, names: &mut Names<'_>) -> Result<String> {
    let mut text = format!("{}\n\n{}", in_a_line(&summary.all), table(&summary.groups, by, names)?);
    if summary.more_groups > 0 {
        writeln!(text, "... and {} more", summary.more_groups)?;
    }
    Ok(text)
}

/// Says the counts in a line: `40 changes of 38 members: 30 ranks given, 40 taken, from ... to ... UTC`.
pub(in crate::cli) fn in_a_line(counts: &CountsBody) -> String {
    let CountsBody { changes, ranks_given, ranks_taken, members, first, last } = counts;
    let number = |of: u32| usize::try_from(of).unwrap_or(usize::MAX);
    let (changes, members) = (count(number(*changes), "change"), count(*members, "member"));
    let given = count(number(*ranks_given), "rank");
    let span = match (first, last) {
        (Some(first), Some(last)) => format!(", from {} to {} UTC", in_words(first.0), in_words(last.0)),
        _ => String::new(),
    };
    format!("{changes} of {members}: {given} given, {ranks_taken} taken{span}")
}

fn table(groups: &[GroupBody], by: &str, names: &mut Names<'_>) -> Result<Table<7>> {
    let head = by.to_uppercase();
    let mut table = Table::new([&head, "CHANGES", "GIVEN", "TAKEN", "MEMBERS", "FIRST (UTC)", "LAST (UTC)"]);
    let time = |time: Option<Time>| time.map_or_else(String::new, |at| in_words(at.0));
    for GroupBody { common, counts } in groups {
        table.row([
            name(*common, names)?,
            counts.changes.to_string(),
            counts.ranks_given.to_string(),
            counts.ranks_taken.to_string(),
            counts.members.to_string(),
            time(counts.first),
            time(counts.last),
        ]);
    }
    Ok(table)
}

fn name(common: CommonBody, names: &mut Names<'_>) -> Result<String> {
    match common {
        CommonBody::UserId(Some(user)) => names.account(user),
        CommonBody::UserId(None) => Ok("nobody named".to_owned()),
        CommonBody::CredentialId(Some(key)) => names.credential(key),
        CommonBody::CredentialId(None) => Ok("no key: operator or server".to_owned()),
        CommonBody::Rank(rank) => Ok(names.rank(rank)),
        CommonBody::Hour(hour) => Ok(in_words(hour.0)),
    }
}
