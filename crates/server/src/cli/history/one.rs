//! One change in words: what it did, and its undo outlook.

use std::fmt::Write;

use anyhow::Result;

use crate::cli::client::{ChangeName, Client};
use crate::cli::moment::in_words;
use crate::cli::names::Names;
use crate::cli::print;
use crate::wire::history::DetailBody;
use crate::wire::undo_items::{ChangeRefBody, ItemBody};

/// Prints one change.
pub(super) fn show(client: &Client, change: &ChangeName, as_json: bool) -> Result<()> {
    let reply = client.get(&format!("/v2/community/rank-changes/{change}"), &Vec::new())?;
    if as_json {
        return print::json(&reply.data);
    }
    let detail: DetailBody = reply.read()?;
    let mut names = Names::new(client)?;
    print::print(&(described(&detail, &mut names)? + &outlook(&detail, &mut names)?))
}

fn described(detail: &DetailBody, names: &mut Names<'_>) -> Result<String> {
    let DetailBody { change, reversed_change, .. } = detail;
    let active = |is: bool| if is { "active" } else { "inactive" };
    let status = if change.previous_status == change.current_status {
        active(change.current_status).to_owned()
    } else {
        format!("{} before, {} after", active(change.previous_status), active(change.current_status))
    };
    let mut lines = vec![
        ("undo id", change.undo_id.to_string()),
        ("when", format!("{} UTC", in_words(change.at.0))),
        ("account", format!("{} ({})", names.account(change.acc_id)?, change.acc_id)),
        ("what", names.what(change)),
        ("ranks before", names.grants(&change.previous_ranks)),
        ("ranks after", names.grants(&change.current_ranks)),
        ("status", status),
        ("who", names.who_made(change)?),
        ("source", change.source.clone().into_owned()),
    ];
    if let Some(key) = change.credential_id {
        lines.push(("key", format!("{} ({key})", names.credential(key)?)));
    }
    lines.extend(change.reason.as_ref().map(|reason| ("reason", print::harmless(reason))));
    lines.extend(change.batch_id.map(|batch| ("batch", batch.to_string())));
    let [undone_by, back_by] = reversals(detail);
    for (name, related) in
        [("reverses", reversed_change.as_ref()), ("undone by", undone_by), ("back by", back_by)]
    {
        if let Some(related) = related {
            lines.push((name, other(related, names)?));
        }
    }
    lines.push(("hash", change.hash.clone()));
    let mut text = format!("{} {}\n", change.kind, change.change_number);
    for (name, value) in lines {
        writeln!(text, "  {name:<12}  {value}")?;
    }
    Ok(text)
}

/// Returns the change that undid it, and the one that brought it back. Of a change that was undone and
/// brought back several times the last word counts.
fn reversals(detail: &DetailBody) -> [Option<&ChangeRefBody>; 2] {
    let DetailBody { reversal, in_force, last_reversal, .. } = detail;
    if *in_force { [reversal.as_ref(), last_reversal.as_ref()] } else { [last_reversal.as_ref(), None] }
}

fn other(change: &ChangeRefBody, names: &mut Names<'_>) -> Result<String> {
    let who = names.who(change.user_id, change.credential_id)?;
    Ok(format!("change {} of {} UTC by {who}", change.change_number, in_words(change.at.0)))
}

/// Describes the undo outlook.
fn outlook(detail: &DetailBody, names: &mut Names<'_>) -> Result<String> {
    let number = detail.change.change_number;
    let Some(problem) = &detail.undo.problem else {
        let again = if detail.last_reversal.is_some() { "It counts again, and can" } else { "It can" };
        return Ok(format!("{again} be undone: rankledger undo {number}\n"));
    };
    let mut text =
        format!("An undo would be refused. {} ({})\n", print::harmless(&problem.detail), problem.r#type);
    for item in &detail.undo.items {
        writeln!(text, "  {}", in_the_way(item, names)?)?;
    }
    Ok(text)
}

/// Describes one slot: `Officer: superseded by change 3 of ... by ...`.
pub(in crate::cli) fn in_the_way(item: &ItemBody, names: &mut Names<'_>) -> Result<String> {
    let slot = item.rank.map_or_else(|| "status".to_owned(), |rank| names.rank(rank));
    let state = if item.state == "already" { "already so" } else { item.state.as_ref() };
    match &item.by {
        Some(by) => Ok(format!("{slot}: {state} by {}", other(by, names)?)),
        None => Ok(format!("{slot}: {state}")),
    }
}
