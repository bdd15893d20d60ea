//! `rankledger key revoke`: revokes a key, and says what is left of the keys that it made.

use anyhow::{Result, bail};
use clap::Args;
use rankledger_domain::ids::CredentialId;

use crate::cli::client::target::Target;
use crate::cli::client::{Client, Reply};
use crate::cli::find::{key_among, keys};
use crate::cli::print::{self, count, harmless};
use crate::cli::table::Table;
use crate::wire::credentials::{CredentialBody, RevokedBody};
use crate::wire::time::Time;

#[derive(Debug, Args)]
pub(in crate::cli) struct Revoke {
    /// The key: by its name or its id, as `rankledger key list` shows them
    #[arg(value_name = "KEY")]
    which: String,
    /// Revoke all keys that it made as well, directly or through others
    #[arg(long)]
    cascade: bool,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Revoke {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        let before = keys(&client)?;
        let key = find(&before, &self.which)?;
        let reply = if let Some(at) = key.revoked_at {
            again(&client, key, at, self.cascade)?
        } else {
            revoke(&client, key.id, self.cascade)?
        };
        if self.json {
            return print::json(&reply.data);
        }
        print::print(&in_words(&reply.read()?, &before))
    }
}

/// Returns the key that is meant. Of several with the name, the one that is not revoked yet.
fn find<'a>(all: &'a [CredentialBody], which: &str) -> Result<&'a CredentialBody> {
    let is_left = |key: &&CredentialBody| key.revoked_at.is_none();
    let left: Vec<_> = all.iter().filter(is_left).cloned().collect();
    let id = key_among(&left, which).or_else(|_| key_among(all, which))?;
    match all.iter().find(|key| key.id == id) {
        Some(key) => Ok(key),
        None => bail!("there is no key {id}: `rankledger key list` lists them"),
    }
}

fn revoke(client: &Client, id: CredentialId, cascade: bool) -> Result<Reply> {
    client.delete(&format!("/v2/community/credentials/{id}"), &vec![("cascade", cascade.to_string())])
}

/// Revokes what a key made that was revoked already. An error if nothing is left to revoke.
fn again(client: &Client, key: &CredentialBody, at: Time, cascade: bool) -> Result<Reply> {
    let name = harmless(&key.name);
    let reply = revoke(client, key.id, cascade)?;
    let RevokedBody { still_in_force, also_revoked, .. } = reply.read()?;
    if !still_in_force.is_empty() {
        let keys = count(still_in_force.len(), "key");
        bail!(
            "the key \"{name}\" was revoked already, at {at}; --cascade revokes {keys} that it made, directly or through \
             others"
        );
    }
    if also_revoked.is_empty() {
        bail!("the key \"{name}\" was revoked already, at {at}");
    }
    Ok(reply)
}

fn in_words(revoked: &RevokedBody, before: &[CredentialBody]) -> String {
    let RevokedBody { credential, still_in_force, also_revoked } = revoked;
    let id = credential.id;
    let said = format!("revoked the key \"{}\" ({id})\n", harmless(&credential.name));
    let table = |ids: &[CredentialId]| {
        let mut table = Table::new(["ID", "NAME"]);
        for one in before.iter().filter(|one| ids.contains(&one.id)) {
            table.row([one.id.to_string(), one.name.clone()]);
        }
        table
    };
    if !also_revoked.is_empty() {
        let (keys, table) = (count(also_revoked.len(), "key"), table(also_revoked));
        return format!("{said}also revoked {keys} that it made, directly or through others:\n{table}");
    }
    if still_in_force.is_empty() {
        return said;
    }
    let (keys, table) = (count(still_in_force.len(), "key"), table(still_in_force));
    format!(
        "{said}{keys} that it made, directly or through others, can still be used:\n{table}\
         to revoke them as well: rankledger key revoke {id} --cascade\n"
    )
}
