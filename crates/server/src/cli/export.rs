//! `rankledger export`: the history as a file; for spreadsheets with the names of accounts, ranks and keys.

use std::io::{BufRead, BufReader, Read, Write};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use rankledger_domain::ids::AccountId;

use super::client::Client;
use super::client::target::Target;
use super::filter::FilterArgs;
use super::names::Names;
use super::output::OutputArgs;
use super::spreadsheet::Spreadsheet;
use crate::wire::history::ExportLine;
use crate::wire::rank_change::{GrantBody, RankChangeBody};

/// Number of changes whose names are asked for at once.
const PORTION: usize = 500;

const PATH: &str = "/v2/community/rank-changes/export";

/// The columns of the table for spreadsheets: each id has its name beside it.
const COLUMNS: [&str; 18] = [
    "number",
    "at",
    "member",
    "member id",
    "added",
    "removed",
    "ranks before",
    "ranks after",
    "active before",
    "active after",
    "reason",
    "by",
    "by id",
    "key",
    "source",
    "kind",
    "reverses",
    "undo id",
];

#[derive(Debug, Args)]
pub(super) struct Export {
    /// An entry a line as JSON, or a table for programs, with ids only
    #[arg(long, default_value = "ndjson")]
    format: Format,
    /// A table for spreadsheet programs, with names beside the ids
    #[arg(long, conflicts_with = "format")]
    csv: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Ndjson,
    Csv,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let mut query = self.filter.query(&client)?;
        let format = match self.format {
            Format::Ndjson => "ndjson",
            Format::Csv => "csv",
        };
        query.push(("format", format.to_owned()));
        let mut history = client.download(PATH, &query)?;
        if self.csv {
            self.output.write(|to| spreadsheet(&client, history, to))?;
        } else {
            self.output.copy(&mut history)?;
        }
        client.settle()
    }
}

/// Writes the lines of the history as a table, with the names that the server knows.
fn spreadsheet(client: &Client, history: impl Read, to: &mut dyn Write) -> Result<()> {
    let mut table = Spreadsheet::new(to, &COLUMNS)?;
    let mut names = Names::new(client)?;
    // The history is not to be read again after its end.
    let mut lines = BufReader::new(history).lines().fuse();
    loop {
        let portion: Vec<ExportLine> = lines.by_ref().take(PORTION).map(read).collect::<Result<_>>()?;
        if portion.is_empty() {
            return table.finish().context("the table is not whole");
        }
        names.learn(portion.iter().flat_map(accounts))?;
        for line in portion {
            table.row(row(line, &mut names)?)?;
        }
    }
}

fn read(line: std::io::Result<String>) -> Result<ExportLine> {
    let line = line.context("the file is not whole")?;
    serde_json::from_str(&line).context("the server's answer is not what this version of rankledger knows")
}

/// The accounts that a line names.
fn accounts(line: &ExportLine) -> impl Iterator<Item = AccountId> {
    let named = match line {
        ExportLine::Change(change) => [Some(change.acc_id), change.user_id],
        ExportLine::Unreadable(_) => [None, None],
    };
    named.into_iter().flatten()
}

fn row(line: ExportLine, names: &mut Names<'_>) -> Result<[String; COLUMNS.len()]> {
    let change = match line {
        ExportLine::Change(change) => *change,
        ExportLine::Unreadable(line) => {
            let mut row = COLUMNS.map(|_| String::new());
            row[0] = line.change_number.to_string();
            "unreadable".clone_into(&mut row[15]);
            return Ok(row);
        }
    };
    let by = change.user_id.map(|user| names.account(user)).transpose()?;
    let key = change.credential_id.map(|key| names.credential(key)).transpose()?;
    let (member, yes_or_no) = (names.account(change.acc_id)?, |yes: bool| if yes { "yes" } else { "no" });
    let ranks = |grants: &[GrantBody]| labels(grants, names);
    let RankChangeBody { added, removed, previous_ranks, current_ranks, .. } = &change;
    Ok([
        change.change_number.to_string(),
        change.at.to_string(),
        member,
        change.acc_id.to_string(),
        ranks(added),
        ranks(removed),
        ranks(previous_ranks),
        ranks(current_ranks),
        yes_or_no(change.previous_status).to_owned(),
        yes_or_no(change.current_status).to_owned(),
        change.reason.clone().unwrap_or_default(),
        by.unwrap_or_default(),
        change.user_id.map(|user| user.to_string()).unwrap_or_default(),
        key.unwrap_or_default(),
        change.source.to_string(),
        change.kind.to_string(),
        change.reverses.map(|number| number.to_string()).unwrap_or_default(),
        change.undo_id.to_string(),
    ])
}

/// The labels of ranks, each with the end of its grant if it has one.
fn labels(grants: &[GrantBody], names: &Names<'_>) -> String {
    let label = |grant: &GrantBody| match grant.expires_at {
        Some(end) => format!("{} until {end}", names.rank(grant.rank)),
        None => names.rank(grant.rank),
    };
    grants.iter().map(label).collect::<Vec<_>>().join("; ")
}
