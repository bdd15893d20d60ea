//! Which changes of the history, or which entries of the log, a command is about.

use anyhow::Result;
use clap::Args;
use rankledger_domain::rank_change::Source;
use uuid::Uuid;

use super::client::{Client, Query, given};
use super::find;
use super::moment;
use super::moment::Moment;

/// Of whom, by whom and when.
#[derive(Debug, Args)]
pub(super) struct MadeArgs {
    /// Only for this member: name, number, Discord id or UUID
    #[arg(long, value_name = "MEMBER")]
    account: Option<String>,
    /// Only by this person: a member's name, number, Discord id or UUID
    #[arg(long, value_name = "MEMBER")]
    user: Option<String>,
    /// Only with this API key: name or id
    #[arg(long, value_name = "KEY")]
    credential: Option<String>,
    /// Only at this time or later: 2026-04-15, 2026-04-15T18:30:00Z, or how long ago: 2h, 3d
    #[arg(long, value_name = moment::FORMAT)]
    from: Option<Moment>,
    /// Only before this time
    #[arg(long, value_name = moment::FORMAT)]
    to: Option<Moment>,
}

impl MadeArgs {
    /// As the parameters of a query.
    pub(super) fn query(&self, client: &Client) -> Result<Query> {
        let account = self.account.as_deref().map(|name| find::account_id(client, name)).transpose()?;
        let credential = self.credential.as_deref().map(|name| find::key_id(client, name)).transpose()?;
        Ok(given([
            ("accountId", account.map(|id| id.to_string())),
            ("userId", self.user.as_deref().map(|name| find::person(client, name)).transpose()?),
            ("credentialId", credential.map(|id| id.to_string())),
            ("from", self.from.map(Moment::on_the_wire)),
            ("to", self.to.map(Moment::on_the_wire)),
        ]))
    }
}

/// A filter: what fits everything that is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which changes")]
pub(super) struct FilterArgs {
    #[command(flatten)]
    made: MadeArgs,
    /// Only what gave, took or prolonged this rank: key, label, `Department/Label` or UUID
    #[arg(long)]
    rank: Option<String>,
    /// Only from this source, such as api, flow or rollback
    #[arg(long, value_parser = parse_source)]
    source: Option<Source>,
    /// Only what was undone
    #[arg(long, conflicts_with = "live")]
    undone: bool,
    /// Only what was not undone
    #[arg(long)]
    live: bool,
    /// Only what this rollback recorded
    #[arg(long, value_name = "BATCH_ID")]
    batch: Option<Uuid>,
}

fn parse_source(word: &str) -> Result<Source, String> {
    let known = Source::ALL.map(Source::as_str).join(", ");
    Source::parse(word).ok_or_else(|| format!("the sources are {known}"))
}

impl FilterArgs {
    /// As the parameters of a query.
    pub(super) fn query(&self, client: &Client) -> Result<Query> {
        let undone = match (self.undone, self.live) {
            (true, _) => Some("true".to_owned()),
            (false, true) => Some("false".to_owned()),
            (false, false) => None,
        };
        let mut query = self.made.query(client)?;
        query.extend(given([
            ("rank", self.rank.as_deref().map(|name| find::rank(client, name)).transpose()?),
            ("source", self.source.map(|source| source.as_str().to_owned())),
            ("undone", undone),
            ("batchId", self.batch.map(|id| id.to_string())),
        ]));
        Ok(query)
    }
}
