//! `rankledger key edit`: sets the rate factor of a key.

use anyhow::Result;
use clap::Args;
use rankledger_domain::credential::{Credential, RateFactor};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::log::ActKind;
use rankledger_domain::time::Clock;
use uuid::Uuid;

use super::grant::parse_rate_factor;
use super::{find_key, print};
use crate::cli::database::{DatabaseArgs, find_community};
use crate::ops::acts::{NewAct, Origin, write_act};
use crate::ops::logged;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    /// Multiply the rate limits by this for the key from now on, 1 to 1000
    #[arg(long, value_name = "N", value_parser = parse_rate_factor)]
    rate_factor: RateFactor,
    /// The id of the key, as `key list` shows it
    key_id: Uuid,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Edit {
    pub(super) async fn run(self) -> Result<()> {
        let Self { community, rate_factor, key_id, database } = self;
        let storage = database.open_existing().await?;
        let mut tx = storage.begin().await?;
        let community = find_community(&mut *tx, &community).await?;
        let all = tx.credentials(community.id).await?;
        let before = find_key(&all, &community, CredentialId(key_id))?;
        let after = Credential { rate_factor, ..before.clone() };
        if after != *before {
            tx.set_rate_factor(community.id, before.id, rate_factor).await?;
            let act = NewAct::of(ActKind::KeyUpdated).before(&logged::credential(before));
            let (act, now) = (act.after(&logged::credential(&after)), SystemClock::default().now());
            write_act(tx.as_mut(), &SystemIds, now, Origin::operator(community.id), act).await?;
        }
        tx.commit().await?;
        let (name, was) = (&before.name, before.rate_factor);
        print::print(&format!(
            "the key \"{name}\" ({key_id}) has the rate factor {rate_factor}; it had {was}\n"
        ))
    }
}
