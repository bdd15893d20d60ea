//! `rankledger key revoke`: revokes a key, and says what is left of the keys that it made.

use anyhow::{Result, bail};
use clap::Args;
use rankledger_domain::credential::{Credential, in_force_made_by};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::log::ActKind;
use rankledger_domain::time::{Clock, wire_format};
use uuid::Uuid;

use super::find_key;
use crate::cli::database::{DatabaseArgs, find_community};
use crate::cli::print::{count, print};
use crate::cli::table::Table;
use crate::ops::acts::{NewAct, Origin, write_act};
use crate::ops::logged;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(in crate::cli) struct Revoke {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    /// Revoke all keys that it made as well, directly or through others
    #[arg(long)]
    cascade: bool,
    /// The id of the key, as `key list` shows it
    key_id: Uuid,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Revoke {
    pub(super) async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let mut tx = storage.begin().await?;
        let community = find_community(&mut *tx, &self.community).await?;
        let (id, now) = (CredentialId(self.key_id), SystemClock::default().now());
        let all = tx.credentials(community.id).await?;
        let credential = find_key(&all, &community, id)?;
        let made = in_force_made_by(id, &all, now);
        if let Some(at) = credential.revoked_at
            && (made.is_empty() || !self.cascade)
        {
            let at = wire_format(at);
            bail!("the key \"{}\" was revoked already, at {at}{}", credential.name, if_left(&made));
        }
        let revoked = if self.cascade { made.as_slice() } else { &[] };
        for one in revoked.iter().copied().chain([credential]) {
            if tx.revoke_credential(community.id, one.id, now).await? {
                let act = NewAct::of(ActKind::KeyRevoked).before(&logged::credential(one));
                write_act(tx.as_mut(), &SystemIds, now, Origin::operator(community.id), act).await?;
            }
        }
        tx.commit().await?;
        print(&self.report(credential, &made))
    }

    fn report(&self, credential: &Credential, made: &[&Credential]) -> String {
        let Self { community, key_id, cascade, .. } = self;
        let revoked = format!("revoked the key \"{}\" ({key_id})\n", credential.name);
        if made.is_empty() {
            return revoked;
        }
        let mut table = Table::new(["ID", "NAME"]);
        for one in made {
            table.row([one.id.to_string(), one.name.clone()]);
        }
        let keys = count(made.len(), "key");
        if *cascade {
            return format!(
                "{revoked}also revoked {keys} that it made, directly or through others:\n{table}"
            );
        }
        format!(
            "{revoked}{keys} that it made, directly or through others, can still be used:\n{table}\
             to revoke them as well: rankledger key revoke --community {community} {key_id} --cascade\n"
        )
    }
}

/// The end of a sentence that names what `--cascade` would still revoke; empty if nothing is left.
fn if_left(made: &[&Credential]) -> String {
    if made.is_empty() {
        return String::new();
    }
    let keys = count(made.len(), "key");
    format!("; --cascade revokes {keys} that it made, directly or through others")
}
