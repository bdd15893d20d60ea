//! `rankledger key`: make, adopt, list and revoke API keys.

mod revoke;

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use rankledger_domain::api_key::{ApiKey, MIN_ADOPTED_LENGTH};
use rankledger_domain::credential::{Credential, EndedCredential, Scopes};
use rankledger_domain::ids::{CredentialId, Ids};
use rankledger_domain::name::check_name;
use rankledger_domain::rank::Power;
use rankledger_domain::time::{Clock, wire_format};
use rankledger_storage::{Storage, WriteTx};

use super::database::DatabaseArgs;
use super::database::find_community;
use super::table::Table;
use crate::ops::credential_uses::CredentialUses;
use crate::system::{SystemClock, SystemIds, new_api_key};

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key, and show it once
    Create(Create),
    /// Take over a key that clients have already
    Adopt(Adopt),
    /// List the keys of a community
    List(List),
    /// Revoke a key
    Revoke(revoke::Revoke),
}

/// What a new key may do.
#[derive(Debug, Args)]
struct Grant {
    /// The public id of the community that the key is for
    #[arg(long, value_name = "ID")]
    community: String,
    /// What to call the key
    #[arg(long)]
    name: String,
    /// What it may do, separated by commas [default: all but ranks:rollback, ranks:force and admin]
    #[arg(long, value_name = "LIST", value_parser = parse_scopes)]
    scopes: Option<Scopes>,
    /// Let it change only ranks and accounts whose power is below this
    #[arg(long, value_name = "N")]
    power_ceiling: Option<u32>,
    /// When it ends, such as 2027-01-01T00:00:00Z [default: never]
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    grant: Grant,
}

#[derive(Debug, Args)]
pub(super) struct Adopt {
    #[command(flatten)]
    grant: Grant,
    /// The key; if absent or `-`, the first line of standard input
    key: Option<String>,
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
            Self::Revoke(command) => command.run().await,
        }
    }
}

fn parse_scopes(text: &str) -> Result<Scopes> {
    let scopes: Scopes = text.parse()?;
    if scopes == Scopes::default() {
        bail!("name at least one scope, such as accounts:read");
    }
    Ok(scopes)
}

impl Grant {
    /// Stores a key with this grant.
    async fn store(self, storage: &Arc<dyn Storage>, key: &ApiKey) -> Result<Credential> {
        let now = SystemClock::default().now();
        check_name(&self.name).with_context(|| format!("\"{}\" cannot be a name", self.name))?;
        if let Some(end) = self.expires
            && end <= now
        {
            bail!("{end} has passed: choose a later time for --expires, or none");
        }
        let mut tx = storage.begin().await?;
        let community = find_community(&mut *tx, &self.community).await?;
        refuse_known(&mut *tx, key).await?;
        let credential = Credential {
            id: CredentialId(SystemIds.uuid()),
            community: community.id,
            name: self.name,
            scopes: self.scopes.unwrap_or_else(Scopes::usual),
            power_ceiling: self.power_ceiling.map(Power),
            created_at: now,
            made_by: None,
            expires_at: self.expires,
            revoked_at: None,
        };
        tx.insert_credential(&credential, &key.hash()).await?;
        tx.commit().await?;
        Ok(credential)
    }
}

/// A key tells which community a request is about, so that it cannot be stored twice.
async fn refuse_known(tx: &mut dyn WriteTx, key: &ApiKey) -> Result<()> {
    let Some(known) = tx.credential_by_hash(&key.hash()).await? else { return Ok(()) };
    let community = tx.community(known.community).await?;
    let (name, id) = (known.name, known.id);
    let of = community.map(|community| format!(" of {}", community.public_id)).unwrap_or_default();
    bail!("this key is stored already: it is \"{name}\"{of}, id {id}");
}

impl Create {
    async fn run(self) -> Result<()> {
        let key = new_api_key().context("the operating system gave no random bits")?;
        let storage = self.grant.database.open_existing().await?;
        let Credential { id, name, .. } = self.grant.store(&storage, &key).await?;
        eprintln!(
            "This is the key \"{name}\" (id {id}). It is shown this once: put it where its client finds it."
        );
        writeln!(std::io::stdout(), "{}", key.reveal())?;
        Ok(())
    }
}

impl Adopt {
    async fn run(self) -> Result<()> {
        let key = match self.key {
            Some(key) if key != "-" => key,
            _ => read_key()?,
        };
        if key.chars().count() < MIN_ADOPTED_LENGTH {
            bail!("the key is too short to be safe: it needs at least {MIN_ADOPTED_LENGTH} characters");
        }
        let key = ApiKey::parse(&key).context("this cannot be a key")?;
        let storage = self.grant.database.open_existing().await?;
        let Credential { id, name, .. } = self.grant.store(&storage, &key).await?;
        writeln!(std::io::stdout(), "adopted the key \"{name}\" as {id}")?;
        Ok(())
    }
}

/// The first line of standard input, without the white space around it.
fn read_key() -> Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("Key: ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).context("cannot read the key from standard input")?;
    Ok(line.trim().to_owned())
}

impl List {
    async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let mut tx = storage.read().await?;
        let community = find_community(&mut *tx, &self.community).await?;
        let now = SystemClock::default().now();
        let mut table =
            Table::new(["ID", "NAME", "SCOPES", "CEILING", "CREATED", "MADE BY", "STATE", "LAST USED"]);
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
                wire_format(credential.created_at),
                credential.made_by.map_or_else(|| "-".to_owned(), |maker| maker.to_string()),
                state,
                last_used,
            ]);
        }
        write!(std::io::stdout(), "{table}")?;
        Ok(())
    }
}

fn state(credential: &Credential, now: Timestamp) -> String {
    match (credential.accepted_at(now), credential.expires_at) {
        (Ok(()), None) => "active".to_owned(),
        (Ok(()), Some(end)) => format!("active until {}", wire_format(end)),
        (Err(EndedCredential::Expired(end)), _) => format!("expired {}", wire_format(end)),
        (Err(EndedCredential::Revoked(at)), _) => format!("revoked {}", wire_format(at)),
    }
}
