//! `rankledger webhook add`: subscribe a receiver to events.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::SubscriptionKind;
use serde_json::json;

use super::named::PATH;
use crate::cli::client::target::{Target, first_line_of};
use crate::cli::print;
use crate::wire::subscriptions::SubscriptionBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// Where events are sent, such as `https://example.com/hook`; `-` to read it from standard input. Other
    /// users of this machine see a command line, and the URL of a Discord webhook is its secret
    #[arg(value_name = "RECEIVER")]
    receiver: String,
    /// What the receiver is: standard, discord or game-server. Without it, a URL of Discord is a Discord
    /// webhook
    #[arg(long, value_parser = parse_kind)]
    kind: Option<SubscriptionKind>,
    /// What people call it [default: the host of the URL]
    #[arg(long)]
    name: Option<String>,
    /// Only events of these types, separated by commas [default: all]
    #[arg(long, value_name = "TYPES", value_delimiter = ',', value_parser = parse_type)]
    types: Vec<&'static str>,
    /// Tell a rollback as one event, without its rank changes
    #[arg(long)]
    summarise_rollbacks: bool,
    /// A file with a secret of your own in its first line; `-` for standard input [default: a new one]
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// Reads the kind of a subscription.
fn parse_kind(word: &str) -> Result<SubscriptionKind, String> {
    SubscriptionKind::parse(word).ok_or_else(|| "the kinds are standard, discord, game-server".to_owned())
}

fn parse_type(word: &str) -> Result<&'static str, String> {
    let known = || EventType::all().map(EventType::as_str).collect::<Vec<_>>().join(", ");
    let parsed = EventType::parse(word).map(EventType::as_str);
    parsed.ok_or_else(|| format!("the types are {}", known()))
}

impl Add {
    pub(super) fn run(self) -> Result<()> {
        let from_input = [self.receiver == "-", self.secret_file.as_deref() == Some(Path::new("-"))];
        if from_input == [true, true] {
            bail!("standard input cannot be both the receiver and the secret: put one of them into a file");
        }
        let url = if from_input[0] { first_line_of(Path::new("-"), "the URL")? } else { self.receiver };
        let secret = self.secret_file.map(|path| first_line_of(&path, "the secret")).transpose()?;
        let host = host(&url);
        let is_discord = host.ends_with("discord.com") || host.ends_with("discordapp.com");
        let usual = if is_discord { SubscriptionKind::Discord } else { SubscriptionKind::Standard };
        let kind = self.kind.unwrap_or(usual);
        let name = self.name.unwrap_or_else(|| if host.is_empty() { url.clone() } else { host.to_owned() });
        let mut body = json!({
            "kind": kind.as_str(), "name": name, "url": url, "types": self.types,
            "summarisesRollbacks": self.summarise_rollbacks,
        });
        if let Some(secret) = secret {
            body["secret"] = secret.into();
        }
        let reply = self.target.open()?.post(PATH, &body)?;
        if self.json {
            return print::json(&reply.data);
        }
        print::print(&in_words(&reply.read().context("the subscription was made")?))
    }
}

/// The host in a URL; empty if there is none. Only names are made of it: the server checks the URL.
fn host(url: &str) -> &str {
    let behind = url.split_once("://").map_or("", |(_, behind)| behind);
    behind.split(['/', '?', '#', ':', '@']).next().unwrap_or_default()
}

fn in_words(made: &SubscriptionBody) -> String {
    let (id, name) = (made.id, print::harmless(&made.name));
    let secret = made.secret.as_ref().map_or(String::new(), |secret| {
        format!("its secret, which is shown once: {}\n", print::harmless(secret))
    });
    format!(
        "subscribed \"{name}\" ({id}): it is told of everything from now on\n{secret}try it: rankledger webhook test {id}\n"
    )
}
