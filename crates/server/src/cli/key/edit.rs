//! `rankledger key edit`: sets the rate factor of a key.

use anyhow::Result;
use clap::Args;
use rankledger_domain::credential::RateFactor;
use serde_json::json;

use super::grant::parse_rate_factor;
use crate::cli::client::target::Target;
use crate::cli::find::{key_among, keys};
use crate::cli::print::{self, harmless};
use crate::wire::credentials::CredentialBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// Multiply the rate limits by this for the key from now on, 1 to 1000
    #[arg(long, value_name = "N", value_parser = parse_rate_factor)]
    rate_factor: RateFactor,
    /// The key: by its name or its id, as `rankledger key list` shows them
    #[arg(value_name = "KEY")]
    which: String,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Edit {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        let before = keys(&client)?;
        let id = key_among(&before, &self.which)?;
        let body = json!({ "rateFactor": self.rate_factor.get() });
        let reply = client.patch(&format!("/v2/community/credentials/{id}"), &body)?;
        if self.json {
            return print::json(&reply.data);
        }
        let CredentialBody { name, rate_factor, .. } = reply.read()?;
        let was = before.iter().find(|key| key.id == id).map_or(rate_factor, |key| key.rate_factor);
        let name = harmless(&name);
        print::print(&format!("the key \"{name}\" ({id}) has the rate factor {rate_factor}; it had {was}\n"))
    }
}
