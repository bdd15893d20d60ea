//! `rankledger console sessions`: who is signed in.

use anyhow::Result;
use clap::Args;
use rankledger_domain::console::Holder;
use rankledger_domain::time::{Clock, wire_format};

use crate::cli::database::{DatabaseArgs, find_community};
use crate::cli::print;
use crate::cli::table::Table;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(in crate::cli) struct Sessions {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Sessions {
    pub(super) async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let mut tx = storage.read().await?;
        let community = find_community(tx.as_mut(), &self.community).await?.id;
        let now = SystemClock::default().now();
        let mut table = Table::new(["ID", "WHO", "ADDRESS", "SINCE", "LAST REQUEST", "ENDS"]);
        for session in tx.console_sessions(community).await? {
            if !session.is_open_at(now) {
                continue;
            }
            let who = match session.holder {
                Holder::Operator => "operator".to_owned(),
                Holder::Key(id) => format!("key {id}"),
                Holder::Person(id) => format!("account {id}"),
            };
            table.row([
                session.id.to_string(),
                who,
                session.address.map_or_else(|| "-".to_owned(), |address| address.to_string()),
                wire_format(session.begun_at),
                wire_format(session.used_at),
                wire_format(session.ends_at),
            ]);
        }
        print::print(&table.to_string())
    }
}
