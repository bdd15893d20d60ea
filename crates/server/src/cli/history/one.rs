//! One change in words: what it did, and what its undo would find.

use std::fmt::Write;

use anyhow::Result;
use serde::Deserialize;

use crate::cli::client::{ChangeName, Client};
use crate::cli::entry::{ChangeRef, Entry, Item, Problem};
use crate::cli::moment::in_words;
use crate::cli::names::Names;
use crate::cli::print;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(flatten)]
    entry: Entry,
    reversed_change: Option<ChangeRef>,
    reversal: Option<ChangeRef>,
    undo: Outlook,
}

#[derive(Deserialize)]
struct Outlook {
    items: Vec<Item>,
    problem: Option<Problem>,
}

/// Prints one change.
pub(super) fn show(client: &Client, change: &ChangeName, as_json: bool) -> Result<()> {
    let answer = client.get(&format!("/v2/community/rank-changes/{change}"), &Vec::new())?;
    if as_json {
        return print::json(&answer.data);
    }
    let detail: Detail = answer.read()?;
    let mut names = Names::new(client)?;
    print::print(&(described(&detail, &mut names)? + &outlook(&detail, &mut names)?))
}

fn described(detail: &Detail, names: &mut Names<'_>) -> Result<String> {
    let Detail { entry, reversed_change, reversal, .. } = detail;
    let active = |is: bool| if is { "active" } else { "inactive" };
    let status = if entry.previous_status == entry.current_status {
        active(entry.current_status).to_owned()
    } else {
        format!("{} before, {} after", active(entry.previous_status), active(entry.current_status))
    };
    let mut lines = vec![
        ("undo id", entry.undo_id.to_string()),
        ("when", format!("{} UTC", in_words(entry.at))),
        ("account", format!("{} ({})", names.account(entry.acc_id)?, entry.acc_id)),
        ("what", names.what(entry)),
        ("ranks before", names.grants(&entry.previous_ranks)),
        ("ranks after", names.grants(&entry.current_ranks)),
        ("status", status),
        ("who", names.who_made(entry)?),
        ("source", entry.source.clone()),
    ];
    if let Some(key) = entry.credential_id {
        lines.push(("key", format!("{} ({key})", names.credential(key)?)));
    }
    lines.extend(entry.reason.as_ref().map(|reason| ("reason", print::harmless(reason))));
    lines.extend(entry.batch_id.map(|batch| ("batch", batch.to_string())));
    for (name, change) in [("reverses", reversed_change), ("undone by", reversal)] {
        if let Some(change) = change {
            lines.push((name, other(change, names)?));
        }
    }
    lines.push(("hash", entry.hash.clone()));
    let mut text = format!("{} {}\n", entry.kind, entry.change_number);
    for (name, value) in lines {
        writeln!(text, "  {name:<12}  {value}")?;
    }
    Ok(text)
}

fn other(change: &ChangeRef, names: &mut Names<'_>) -> Result<String> {
    let who = names.who(change.user_id, change.credential_id)?;
    Ok(format!("change {} of {} UTC by {who}", change.change_number, in_words(change.at)))
}

/// What an undo would find, in words.
fn outlook(detail: &Detail, names: &mut Names<'_>) -> Result<String> {
    let number = detail.entry.change_number;
    let Some(problem) = &detail.undo.problem else {
        return Ok(format!("It can be undone: rankledger undo {number}\n"));
    };
    let mut text =
        format!("An undo would be refused. {} ({})\n", print::harmless(&problem.detail), problem.r#type);
    for item in &detail.undo.items {
        writeln!(text, "  {}", in_the_way(item, names)?)?;
    }
    Ok(text)
}

/// How one rank stands, or the status: `Officer: superseded by change 3 of ... by ...`.
pub(in crate::cli) fn in_the_way(item: &Item, names: &mut Names<'_>) -> Result<String> {
    let slot = item.rank.map_or_else(|| "status".to_owned(), |rank| names.rank(rank));
    let state = if item.state == "already" { "already so" } else { &item.state };
    match &item.by {
        Some(by) => Ok(format!("{slot}: {state} by {}", other(by, names)?)),
        None => Ok(format!("{slot}: {state}")),
    }
}
