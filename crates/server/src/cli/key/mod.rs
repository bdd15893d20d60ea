//! `rankledger key`: make, adopt, list, change and revoke API keys.

mod abilities;
mod create;
mod edit;
mod grant;
mod revoke;

pub(super) use grant::{Grant, Unasked};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use rankledger_domain::credential::{Credential, EndedCredential};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::{Clock, wire_format};
use rankledger_storage::communities::Community;

use super::database::DatabaseArgs;
use super::database::find_community;
use super::print;
use super::table::Table;
use crate::ops::credential_uses::CredentialUses;
use crate::system::SystemClock;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key, show it once, and say what it may do
    Create(create::Create),
    /// Take over a key that clients have already
    Adopt(create::Adopt),
    /// List the keys of a community
    List(List),
    /// Set how many requests a key may make
    Edit(edit::Edit),
    /// Revoke a key
    Revoke(revoke::Revoke),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl KeyCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Create(command) => command.run().await,
            Self::Adopt(command) => command.run().await,
            Self::List(command) => command.run().await,
            Self::Edit(command) => command.run().await,
            Self::Revoke(command) => command.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let mut tx = storage.read().await?;
        let community = find_community(&mut *tx, &self.community).await?;
        let now = SystemClock::default().now();
        let mut table = Table::new([
            "ID",
            "NAME",
            "SCOPES",
            "CEILING",
            "RATE",
            "CREATED",
            "MADE BY",
            "STATE",
            "LAST USED",
        ]);
        let uses = CredentialUses::default().of(&mut *tx, community.id).await?;
        for credential in tx.credentials(community.id).await? {
            let state = state(&credential, now);
            let last_used =
                uses.get(&credential.id).map_or_else(|| "never".to_owned(), |at| wire_format(*at));
            table.row([
                credential.id.to_string(),
                credential.name,
                credential.scopes.to_string().replace(' ', ","),
                credential.power_ceiling.map_or_else(|| "none".to_owned(), |power| power.to_string()),
                credential.rate_factor.to_string(),
                wire_format(credential.created_at),
                credential.made_by.map_or_else(|| "-".to_owned(), |maker| maker.to_string()),
                state,
                last_used,
            ]);
        }
        print::print(&table.to_string())
    }
}

/// Returns the key of this id among all of a community.
fn find_key<'a>(all: &'a [Credential], community: &Community, id: CredentialId) -> Result<&'a Credential> {
    let found = all.iter().find(|credential| credential.id == id);
    let community = &community.public_id;
    found.with_context(|| {
        format!(
            "{community} has no key {id}: `rankledger key list --community {community}` shows those it has"
        )
    })
}

fn state(credential: &Credential, now: Timestamp) -> String {
    match (credential.accepted_at(now), credential.expires_at) {
        (Ok(()), None) => "active".to_owned(),
        (Ok(()), Some(end)) => format!("active until {}", wire_format(end)),
        (Err(EndedCredential::Expired(end)), _) => format!("expired {}", wire_format(end)),
        (Err(EndedCredential::Revoked(at)), _) => format!("revoked {}", wire_format(at)),
    }
}
