//! Who acts, and why, as a command says it for the record; and what became of a rank change that it made.

use anyhow::Result;
use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::target::Target;
use super::client::{Client, Reply, read};
use super::find;
use super::names::Names;
use crate::wire::rank_change::RankChangeBody;

/// Who acts.
#[derive(Debug, Args)]
pub(super) struct ActorArgs {
    /// Who acts, for the record: a member by name, number, Discord id or UUID
    #[arg(long = "as", value_name = "MEMBER")]
    acting: Option<String>,
}

/// Who acts, and why.
#[derive(Debug, Args)]
pub(super) struct ActingArgs {
    #[command(flatten)]
    pub(super) actor: ActorArgs,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
}

/// Who acts and why, whether it is only tried out, what is printed, and where.
#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    #[command(flatten)]
    pub(super) acting: ActingArgs,
    /// Tell what would happen, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print the API's data as JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) target: Target,
}

impl ActorArgs {
    /// Returns the person who acts, as the API takes one. `None` if nobody is named.
    pub(super) fn person(&self, client: &Client) -> Result<Option<String>> {
        self.acting.as_deref().map(|name| find::person(client, name)).transpose()
    }

    /// Returns the member of a request that names the person; none if nobody is named.
    pub(super) fn members(&self, client: &Client) -> Result<Map<String, Value>> {
        let person = self.person(client)?;
        Ok(person.into_iter().map(|person| ("userId".to_owned(), person.into())).collect())
    }
}

impl ActingArgs {
    /// Returns the members of a request that say who acts and why; none of what is not given.
    pub(super) fn members(&self, client: &Client) -> Result<Map<String, Value>> {
        let mut members = self.actor.members(client)?;
        members.extend(self.reason.clone().map(|reason| ("reason".to_owned(), reason.into())));
        Ok(members)
    }
}

/// The members of `meta` in the reply to a request that may record a rank change.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecordedMeta {
    /// The number of the recorded change. `None` if nothing changed, or in a dry run.
    pub(super) change_number: Option<i64>,
}

impl RecordedMeta {
    /// Reads the `meta` of a reply.
    pub(super) fn of(reply: &Reply) -> Result<Self> {
        read(&Value::Object(reply.meta.clone()))
    }
}

/// Says what a recorded change did, and how it is undone: `+Officer -Cadet, change 12`. Without the right to
/// read the history, only its number.
pub(super) fn recorded(number: i64, client: &Client, names: &Names<'_>) -> Result<String> {
    let path = format!("/v2/community/rank-changes/{number}");
    let change: Option<RankChangeBody> = client.get_if_allowed(&path, &Vec::new())?;
    Ok(match change {
        Some(change) => format!("{}, change {number}", names.what(&change)),
        None => format!("change {number}"),
    })
}
