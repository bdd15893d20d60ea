//! Which changes of the history a command is about.

use clap::Args;
use rankledger_domain::rank_change::Source;
use uuid::Uuid;

use super::client::Query;
use super::moment;
use super::moment::Moment;

/// A filter: what fits everything that is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which changes")]
pub(super) struct FilterArgs {
    /// Of this account
    #[arg(long, value_name = "ACCOUNT_ID")]
    account: Option<Uuid>,
    /// By this person: an account id, or a Discord id
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// With this API key, by its id
    #[arg(long, value_name = "KEY_ID")]
    credential: Option<Uuid>,
    /// That gave, took or prolonged this rank: its id or its key
    #[arg(long)]
    rank: Option<String>,
    /// From this source, such as api, flow or rollback
    #[arg(long, value_parser = parse_source)]
    source: Option<Source>,
    /// At this time or later: 2026-04-15T00:00:00Z, or how long ago: 2h, 3d
    #[arg(long, value_name = moment::FORMAT)]
    from: Option<Moment>,
    /// Before this time
    #[arg(long, value_name = moment::FORMAT)]
    to: Option<Moment>,
    /// Only what was undone
    #[arg(long, conflicts_with = "live")]
    undone: bool,
    /// Only what was not undone
    #[arg(long)]
    live: bool,
    /// Recorded by this rollback
    #[arg(long, value_name = "BATCH_ID")]
    batch: Option<Uuid>,
}

fn parse_source(word: &str) -> Result<Source, String> {
    let known = Source::ALL.map(Source::as_str).join(", ");
    Source::parse(word).ok_or_else(|| format!("the sources are {known}"))
}

impl FilterArgs {
    /// As the parameters of a query.
    pub(super) fn query(&self) -> Query {
        let undone = match (self.undone, self.live) {
            (true, _) => Some("true".to_owned()),
            (false, true) => Some("false".to_owned()),
            (false, false) => None,
        };
        let given = [
            ("accountId", self.account.map(|id| id.to_string())),
            ("userId", self.user.clone()),
            ("credentialId", self.credential.map(|id| id.to_string())),
            ("rank", self.rank.clone()),
            ("source", self.source.map(|source| source.as_str().to_owned())),
            ("from", self.from.map(Moment::on_the_wire)),
            ("to", self.to.map(Moment::on_the_wire)),
            ("undone", undone),
            ("batchId", self.batch.map(|id| id.to_string())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
