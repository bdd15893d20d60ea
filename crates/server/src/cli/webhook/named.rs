//! Which subscription a command is about: its path in the API.

use anyhow::{Result, bail};
use clap::Args;
use rankledger_domain::ids::SubscriptionId;
use uuid::Uuid;

use crate::cli::client::Client;
use crate::wire::subscriptions::SubscriptionBody;

/// The path of the subscriptions in the API.
pub(super) const PATH: &str = "/v2/community/webhooks";

/// A subscription, as it is named on the command line.
#[derive(Debug, Args)]
pub(super) struct Named {
    /// The subscription: its id or its name, as `rankledger webhook list` shows them
    #[arg(value_name = "WEBHOOK")]
    webhook: String,
}

impl Named {
    /// Returns the path of the subscription.
    pub(super) fn path(&self, client: &Client) -> Result<String> {
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
