//! `rankledger verify`: checks that the history and the record of administration are whole and unaltered, and
//! that every account holds what the history leads to. The server is not trusted: the hashes are computed
//! here, from the first change that was not pruned.

mod accounts;
mod kept;
mod log;
mod report;
mod walk;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::checkpoint;
use super::client::Client;
use super::client::target::Target;
use super::names::Names;
use super::print;
use crate::wire::checkpoint::CheckpointBody;
use crate::wire::history::{ExportLine, HistoryBody};
use crate::wire::rank_change::RankChangeBody;
use crate::wire::standings::StandingLine;
use accounts::Accounts;
use kept::{Beginning, Now, from_file, refuse_other_community, signed};
use log::Log;
use report::{Report, Verdict};
use walk::Walk;

/// The exit code for a history that is broken.
const BROKEN: u8 = 1;

/// The exit code where that could not be told.
const NOT_CHECKED: u8 = 2;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A checkpoint that was kept, as `rankledger checkpoint` prints it: proves that the history up to it
    /// is the same
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Print a report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Verify {
    pub(super) fn run(self) -> ExitCode {
        let as_json = self.json;
        match self.check().and_then(|report| report.print(as_json).map(|()| report.verdict())) {
            Ok(Verdict::Whole) => ExitCode::SUCCESS,
            Ok(Verdict::Broken) => BROKEN.into(),
            Ok(Verdict::NotCompared) => NOT_CHECKED.into(),
            Err(error) => {
                let error = print::harmless(&format!("{error:#}"));
                print::say!("error: the history could not be checked: {error}");
                NOT_CHECKED.into()
            }
        }
    }

    fn check(self) -> Result<Report> {
        let kept = self.checkpoint.as_deref().map(from_file).transpose()?;
        let client = self.target.open_to_read()?;
        // Asked for first: what is recorded from now on is none of its business.
        let now = Now::ask(&client)?;
        if let Some(kept) = &kept {
            refuse_other_community(kept, &now)?;
        }
        let (kept_end, kept_log) = kept.as_ref().map(signed).transpose()?.unzip();
        let names = Names::new(&client)?;
        // Read before the history, which then has every change that a standing names.
        let accounts = Accounts::new(read_standings(&client)?, &now, &names);

        // Read before the history, so that all that it refers to is in that.
        let mut log = Log::read(&client, now.uuid, kept_log.flatten())?;
        let mut walk = Walk::new(&now, kept_end.map(|kept| kept.number), accounts);
        let read = read_history(&client, &mut walk, log.as_mut());
        if read.is_err() || !walk.is_whole() {
            refuse_pruned_meanwhile(&client, now.beginning())?;
        }
        read?;
        settle(&client, &mut walk)?;
        walk.compare_end(now.end.as_ref());
        if let (Some(kept), Some(kept_end)) = (&kept, &kept_end) {
            // The database of a community without a key was asked, and signed with one that it does not keep.
            let has_same_key = !client.has_signing_key()
                || now.end.as_ref().is_none_or(|end| end.public_key == kept.public_key);
            walk.compare_kept(kept_end, has_same_key);
        }
        walk.compare_standings();
        let log = log.map(|log| log.finish(now.beginning()));
        client.settle()?;
        Ok(Report::new(&now, walk, kept_end.as_ref()).with_log(log).of_database(client.is_database()))
    }
}

/// Reads what every account holds.
fn read_standings(client: &Client) -> Result<Vec<StandingLine>> {
    let older = "what the accounts hold could not be read, which a server of an older version does not tell";
    let export = client.download("/v2/community/rank-changes/standings", &Vec::new()).context(older)?;
    let lines = BufReader::new(export).lines().map(|line| {
        let line = line.context("the list of what the accounts hold broke off")?;
        serde_json::from_str(&line).context("what an account holds is not what this version knows")
    });
    lines.collect()
}

/// Reads the whole history, oldest first. It ends where it was when this began.
fn read_history(client: &Client, walk: &mut Walk<'_>, mut log: Option<&mut Log>) -> Result<()> {
    let query = vec![("format", "ndjson".to_owned())];
    let export = client.download("/v2/community/rank-changes/export", &query)?;
    for (index, line) in BufReader::new(export).lines().enumerate() {
        let line = line.context("the history broke off")?;
        let read = serde_json::from_str::<ExportLine>(&line).map_err(anyhow::Error::from);
        let read = read.inspect(|line| log.iter_mut().for_each(|log| log.meet(line)));
        read.and_then(|line| walk.step(line))
            .with_context(|| format!("line {} of the history is not what this version knows", index + 1))?;
    }
    Ok(())
}

/// Returns an error if changes were pruned during the reading: such changes are missing, but not lost.
fn refuse_pruned_meanwhile(client: &Client, beginning: Option<Beginning>) -> Result<()> {
    let fresh = client.get(checkpoint::PATH, &Vec::new()).and_then(|reply| reply.read::<CheckpointBody>());
    if fresh.is_ok_and(|fresh| kept::beginning(&fresh).is_ok_and(|fresh| fresh != beginning)) {
        bail!("it was pruned while it was read: run this again");
    }
    Ok(())
}

/// Changes may have been reversed by others that were recorded since the reading began: those are looked at.
fn settle(client: &Client, walk: &mut Walk<'_>) -> Result<()> {
    if walk.has_open_claims() {
        match recorded_after(client, walk) {
            Ok(later) => walk.settle(&later),
            Err(error) if walk.is_whole() => return Err(error),
            Err(_) => {}
        }
    }
    Ok(())
}

/// Loads the changes that were recorded after the end of the walk.
fn recorded_after(client: &Client, walk: &Walk<'_>) -> Result<Vec<RankChangeBody>> {
    let (mut later, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let query = cursor.into_iter().map(|cursor| ("cursor", cursor)).collect();
        let page: HistoryBody = client.get("/v2/community/rank-changes", &query)?.read()?;
        let is_over = page.rank_changes.iter().any(|change| change.change_number <= walk.last());
        later.extend(page.rank_changes.into_iter().filter(|change| change.change_number > walk.last()));
        cursor = page.next_cursor;
        if is_over || cursor.is_none() {
            return Ok(later);
        }
    }
}
