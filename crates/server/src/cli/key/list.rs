//! `rankledger key list`: the keys of a community, on a server or in a database file.

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::Clock;

use crate::cli::client::target::Target;
use crate::cli::find::{key_state, keys};
use crate::cli::print;
use crate::cli::table::Table;
use crate::system::SystemClock;
use crate::wire::credentials::CredentialBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl List {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let keys = keys(&client)?;
        client.settle()?;
        if self.json {
            return print::json(&keys);
        }
        print::print(&table(&keys, SystemClock::default().now()).to_string())
    }
}

fn table(keys: &[CredentialBody], now: Timestamp) -> Table<9> {
    let mut table =
        Table::new(["ID", "NAME", "SCOPES", "CEILING", "RATE", "CREATED", "MADE BY", "STATE", "LAST USED"]);
    let name = |id: CredentialId| {
        let found = keys.iter().find(|key| key.id == id);
        found.map_or_else(|| id.to_string(), |key| key.name.clone())
    };
    for key in keys {
        table.row([
            key.id.to_string(),
            key.name.clone(),
            key.scopes.join(","),
            key.power_ceiling.map_or_else(|| "none".to_owned(), |power| power.to_string()),
            key.rate_factor.to_string(),
            key.created_at.to_string(),
            key.created_by.map_or_else(|| "-".to_owned(), name),
            key_state(key, now),
            key.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string()),
        ]);
    }
    table
}
