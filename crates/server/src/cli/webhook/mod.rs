//! `rankledger webhook`: who is told of events, and what became of the deliveries.

mod add;
mod export;
mod list;
mod log;
mod replay;
mod test;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::subscription::SubscriptionKind;
use uuid::Uuid;

use super::client::Client;
use crate::wire::subscriptions::SubscriptionBody;

/// The path of the subscriptions in the API.
const PATH: &str = "/v2/community/webhooks";

#[derive(Debug, Subcommand)]
pub(super) enum WebhookCommand {
    /// List the subscriptions, and how far the deliveries of each are
    List(list::List),
    /// Subscribe a receiver to events
    Add(add::Add),
    /// Send a request that tells of no event, and show what the receiver answers
    Test(test::Test),
    /// Send again what was sent before
    Replay(replay::Replay),
    /// Show what became of the deliveries, newest first
    Log(log::Log),
    /// Write the subscriptions into a document that `rankledger import` reads
    Export(export::Export),
}

impl WebhookCommand {
    pub(super) fn run(self) -> Result<()> {
        match self {
            Self::List(command) => command.run(),
            Self::Add(command) => command.run(),
            Self::Test(command) => command.run(),
            Self::Replay(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Export(command) => command.run(),
        }
    }
}

/// A subscription, as it is named on the command line.
#[derive(Debug, Args)]
struct Named {
    /// The subscription: its id or its name, as `rankledger webhook list` shows them
    #[arg(value_name = "WEBHOOK")]
    webhook: String,
}

impl Named {
    /// Returns the path of the subscription.
    fn path(&self, client: &Client) -> Result<String> {
        let id = match Uuid::parse_str(&self.webhook) {
            Ok(id) => SubscriptionId(id),
            Err(_) => self.named(&all(client)?)?,
        };
        Ok(format!("{PATH}/{id}"))
    }

    /// Returns the one subscription of this name.
    fn named(&self, all: &[SubscriptionBody]) -> Result<SubscriptionId> {
        let named: Vec<_> = all.iter().filter(|one| one.name == self.webhook).collect();
        match named[..] {
            [one] => Ok(one.id),
            [] => {
                bail!("there is no subscription \"{}\": `rankledger webhook list` lists them", self.webhook)
            }
            _ => bail!("several subscriptions are called \"{}\": name the one by its id", self.webhook),
        }
    }
}

fn all(client: &Client) -> Result<Vec<SubscriptionBody>> {
    client.get(PATH, &Vec::new())?.read()
}

/// Reads the kind of a subscription.
fn parse_kind(word: &str) -> Result<SubscriptionKind, String> {
    SubscriptionKind::parse(word).ok_or_else(|| "the kinds are standard, discord, game-server".to_owned())
}
