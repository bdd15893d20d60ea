//! `rankledger webhook export`: the subscriptions as a document that `rankledger import` reads.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::named::PATH;
use crate::cli::client::target::Target;
use crate::cli::output::OutputArgs;
use crate::cli::print;
use crate::wire::subscriptions::SubscriptionBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// With the secrets, and the whole URLs of Discord webhooks: whoever reads the document can forge events
    #[arg(long)]
    with_secrets: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: Target,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let community = client.get("/v2/community", &Vec::new())?.data;
        let query = vec![("withSecrets", self.with_secrets.to_string())];
        let all: Vec<SubscriptionBody> = client.get(PATH, &query)?.read()?;
        client.settle()?;
        // Those of game servers come with the servers.
        let own = all.into_iter().filter(|one| one.server.is_none());
        let document = json!({
            "community": { "id": community["id"], "uuid": community["uuid"], "name": community["name"] },
            "subscriptions": own.map(entry).collect::<Vec<_>>(),
        });
        self.output.copy(&mut print::json_text(&document)?.as_bytes())
    }
}

/// Returns the entry of an import document.
fn entry(one: SubscriptionBody) -> Value {
    let mut entry = json!({
        "id": one.id, "kind": one.kind, "name": one.name, "url": one.url, "types": one.types,
        "summarisesRollbacks": one.summarises_rollbacks, "enabled": one.enabled,
    });
    if let Some(secret) = one.secret {
        entry["secret"] = secret.into();
    }
    entry
}
