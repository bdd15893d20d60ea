//! `rankledger webhook test`: try out a receiver.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

use super::named::Named;
use crate::cli::client::target::Target;
use crate::cli::print;
use crate::wire::subscriptions::AttemptBody;

/// Number of characters of an answer that are shown.
const ANSWER: usize = 200;

#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    #[command(flatten)]
    named: Named,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Test {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        let reply = client.post(&format!("{}/test", self.named.path(&client)?), &json!({}))?;
        let attempt: AttemptBody = reply.read()?;
        if self.json {
            print::json(&reply.data)?;
        }
        let status = attempt.status.map_or("no status".to_owned(), |status| status.to_string());
        let answer =
            print::shortened(&print::harmless(attempt.answer.as_deref().unwrap_or_default()), ANSWER);
        if let Some(error) = attempt.error {
            bail!("the receiver has not taken it: {error}; it answered {status}: {answer:?}");
        }
        if self.json {
            return Ok(());
        }
        print::print(&format!("the receiver has taken it in {} ms: {status} {answer}\n", attempt.duration_ms))
    }
}
