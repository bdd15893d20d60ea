//! `rankledger diff`: who stands differently now than at some time: other ranks, another status, banned or
//! archived since, or no longer.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::ids::{AccountId, CredentialId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::client::target::Target;
use super::client::{Client, Query, Refusal};
use super::moment::{self, Moment, in_words};
use super::names::Names;
use super::print;
use super::table::Table;
use crate::wire::history::ExportLine;
use crate::wire::log::LogEntryBody;
use crate::wire::problem::types;
use crate::wire::rank_change::{GrantBody, RankChangeBody};
use crate::wire::time::Time;

/// The acts that ban and archive, and lift that.
const MEMBERSHIP: [&str; 5] =
    ["account.banned", "account.unbanned", "account.kicked", "account.archived", "account.restored"];

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The time to compare with: 2026-04-15, 2026-04-15T18:30:00Z, or how long ago it was: 2h, 3d
    #[arg(long, value_name = moment::FORMAT)]
    since: Moment,
    /// Print JSON: the ids of the accounts, and how each stood and stands
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// How an account stands, as far as it has changed: what has not is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Standing {
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks: Option<Vec<GrantBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    com_status: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    banned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
}

/// What has become of an account.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Difference {
    then: Standing,
    now: Standing,
    /// Number of rank changes, and of bans and the like.
    changes: usize,
    #[serde(skip)]
    last: Option<Last>,
}

/// Who changed an account last, and when.
#[derive(Debug)]
struct Last {
    at: Time,
    user: Option<AccountId>,
    credential: Option<CredentialId>,
    is_expiry: bool,
}

/// The members of a log entry that say how an account stood.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Flags {
    banned: Option<bool>,
    archived: Option<bool>,
}

type Differences = BTreeMap<AccountId, Difference>;

impl Diff {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let since = vec![("from", self.since.on_the_wire())];
        let mut all = Differences::new();
        follow_changes(&client, &since, &mut all)?;
        let knows_bans = follow_bans(&client, &since, &mut all)?;
        client.settle()?;
        let touched = all.len();
        all.retain(|_, one| one.then != one.now);
        if self.json {
            return print::json(&all);
        }
        if !all.is_empty() {
            print::print(&table(&all, &mut Names::new(&client)?)?.to_string())?;
        }
        let (same, since) = (touched - all.len(), in_words(self.since.time()));
        let members = print::count(all.len(), "member");
        let stand = if all.len() == 1 { "stands" } else { "stand" };
        let same = if same == 0 { String::new() } else { format!("; {same} more changed and stand as then") };
        print::say!("{members} {stand} differently than at {since} UTC{same}");
        if !knows_bans {
            print::say!("bans are not compared: for these the key needs the scope admin");
        }
        Ok(())
    }
}

/// Follows the rank changes since then, oldest first.
fn follow_changes(client: &Client, since: &Query, all: &mut Differences) -> Result<()> {
    let file = client.download("/v2/community/rank-changes/export", since)?;
    each_line(file, |line: ExportLine| {
        match line {
            ExportLine::Change(change) => all.entry(change.acc_id).or_default().follow(*change),
            ExportLine::Unreadable(of) => {
                bail!("change {} cannot be read: `rankledger verify` says more", of.change_number)
            }
        }
        Ok(())
    })
}

/// Follows the bans and the like since then, oldest first. Returns false if the log may not be read.
fn follow_bans(client: &Client, since: &Query, all: &mut Differences) -> Result<bool> {
    let file = match client.download("/v2/community/administration/export", since) {
        Ok(file) => file,
        Err(error) => match error.downcast_ref::<Refusal>() {
            Some(refusal) if refusal.is(&types::MISSING_SCOPE) => return Ok(false),
            _ => return Err(error),
        },
    };
    each_line(file, |entry: LogEntryBody| {
        if let (true, Some(account)) = (MEMBERSHIP.contains(&entry.kind.as_ref()), entry.acc_id) {
            all.entry(account).or_default().follow_act(&entry)?;
        }
        Ok(())
    })?;
    Ok(true)
}

/// Reads a file that has a JSON value in each line.
fn each_line<T: DeserializeOwned>(
    file: Box<dyn Read + Send>,
    mut each: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    for line in BufReader::new(file).lines() {
        let line = line.context("the answer broke off: run this again")?;
        each(
            serde_json::from_str(&line).context("the answer is not what this version of rankledger knows")?,
        )?;
    }
    Ok(())
}

impl Difference {
    fn follow(&mut self, change: RankChangeBody) {
        self.then.ranks.get_or_insert(change.previous_ranks);
        self.then.com_status.get_or_insert(change.previous_status);
        self.now.ranks = Some(change.current_ranks);
        self.now.com_status = Some(change.current_status);
        let is_expiry = change.source == "expiry";
        self.touched(change.at, change.user_id, change.credential_id, is_expiry);
    }

    fn follow_act(&mut self, entry: &LogEntryBody) -> Result<()> {
        let [before, after] = [entry.before.as_deref(), entry.after.as_deref()].map(flags);
        let (before, after) = (before?, after?);
        self.then.banned = self.then.banned.or(before.banned);
        self.then.archived = self.then.archived.or(before.archived);
        self.now.banned = after.banned.or(self.now.banned);
        self.now.archived = after.archived.or(self.now.archived);
        self.touched(entry.at, entry.user_id, entry.credential_id, false);
        Ok(())
    }

    /// Notes one more change, which is the last so far.
    fn touched(
        &mut self,
        at: Time,
        user: Option<AccountId>,
        credential: Option<CredentialId>,
        is_expiry: bool,
    ) {
        self.changes += 1;
        if self.last.as_ref().is_none_or(|last| last.at.0 <= at.0) {
            self.last = Some(Last { at, user, credential, is_expiry });
        }
    }
}

/// Reads how an account stood or stands from a log entry. What it does not say was not changed.
fn flags(json: Option<&RawValue>) -> Result<Flags> {
    let read = json.map_or(Ok(Flags::default()), |json| serde_json::from_str(json.get()));
    read.context("an entry of the log is not what this version of rankledger knows")
}

fn table(all: &Differences, names: &mut Names<'_>) -> Result<Table<6>> {
    names.learn(all.keys().copied())?;
    let mut table = Table::new(["MEMBER", "THEN", "NOW", "CHANGES", "LAST (UTC)", "BY"]);
    let rows = all.iter().map(|(account, one)| Ok((names.account(*account)?, one)));
    let mut rows = rows.collect::<Result<Vec<_>>>()?;
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (name, one) in rows {
        let (at, by) = match &one.last {
            None => (String::new(), String::new()),
            Some(Last { at, is_expiry: true, .. }) => (in_words(at.0), "server".to_owned()),
            Some(Last { at, user, credential, .. }) => (in_words(at.0), names.who(*user, *credential)?),
        };
        table.row([name, stood(&one.then, names), stood(&one.now, names), one.changes.to_string(), at, by]);
    }
    Ok(table)
}

/// Describes how an account stands: `Officer, inactive, banned`.
fn stood(standing: &Standing, names: &Names<'_>) -> String {
    let Standing { ranks, com_status, banned, archived } = standing;
    let words = [
        ranks.as_deref().map(|ranks| names.grants(ranks)),
        com_status.map(|active| if active { "active" } else { "inactive" }.to_owned()),
        banned.map(|banned| if banned { "banned" } else { "not banned" }.to_owned()),
        archived.filter(|archived| *archived).map(|_| "archived".to_owned()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
