//! What a new key may do, from the options of `rankledger key create` and `adopt`, and storing it.

use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::{Credential, RateFactor, Scope, Scopes};
use rankledger_domain::ids::{CredentialId, Ids};
use rankledger_domain::log::ActKind;
use rankledger_domain::name::{check_name, normalized};
use rankledger_domain::rank::{CommunityRanks, Power};
use rankledger_domain::time::Clock;
use rankledger_storage::communities::Community;
use rankledger_storage::{Storage, WriteTx};

use crate::cli::database::{DatabaseArgs, find_community};
use crate::ops::acts::{NewAct, Origin, write_act};
use crate::ops::logged;
use crate::system::{SystemClock, SystemIds};

/// What a new key may do.
#[derive(Debug, Args)]
pub(in crate::cli) struct Grant {
    /// The public id of the community that the key is for
    #[arg(long, value_name = "ID")]
    community: String,
    /// What to call the key
    #[arg(long)]
    name: String,
    /// What it may do, separated by commas [default: all but ranks:rollback, ranks:force and admin]
    #[arg(long, value_name = "LIST", value_parser = parse_scopes)]
    scopes: Option<Scopes>,
    /// Let it change only ranks and accounts whose power is below this; `none` for all of them. By default a
    /// key that is made reaches all but the highest rank, and one that is adopted or has the scope admin
    /// reaches all
    #[arg(long, value_name = "N|none")]
    power_ceiling: Option<Ceiling>,
    /// Multiply the rate limits by this for the key, 1 to 1000: a game server needs more than a bot
    /// [default: 1]
    #[arg(long, value_name = "N", value_parser = parse_rate_factor)]
    rate_factor: Option<RateFactor>,
    /// When it ends, such as 2027-01-01T00:00:00Z [default: never]
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
}

/// A power ceiling as it is given.
#[derive(Debug, Clone, Copy)]
enum Ceiling {
    None,
    Below(Power),
}

/// Whether a key gets the proposed power ceiling if none is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Unasked {
    /// The key is new: it takes the proposal.
    Propose,
    /// Clients rely on the key as it is: it has no ceiling.
    None,
}

/// A key that was stored.
pub(in crate::cli) struct Granted {
    pub(super) credential: Credential,
    pub(super) community: Community,
    pub(super) ranks: Arc<CommunityRanks>,
    /// Whether its power ceiling, or that it has none, was given.
    pub(super) is_ceiling_given: bool,
}

impl FromStr for Ceiling {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Self::None);
        }
        let power = text.parse().map(Power);
        power.map(Self::Below).map_err(|_| "it must be a whole number from 0 to 4294967295, or none")
    }
}

fn parse_scopes(text: &str) -> Result<Scopes> {
    let scopes: Scopes = text.parse()?;
    if scopes == Scopes::default() {
        bail!("name at least one scope, such as accounts:read");
    }
    Ok(scopes)
}

pub(super) fn parse_rate_factor(text: &str) -> Result<RateFactor> {
    let factor = text.parse().ok().and_then(RateFactor::new);
    factor.with_context(|| format!("it must be a whole number from 1 to {}", RateFactor::MOST))
}

impl Grant {
    /// The grant of a key without limits but its scopes.
    pub(in crate::cli) fn of(community: &str, name: &str, scopes: Scopes, database: DatabaseArgs) -> Self {
        let (community, name) = (community.to_owned(), name.to_owned());
        let (power_ceiling, rate_factor, expires) = (Some(Ceiling::None), None, None);
        Self { community, name, scopes: Some(scopes), power_ceiling, rate_factor, expires, database }
    }

    /// Stores a key with this grant.
    pub(in crate::cli) async fn store(
        self,
        storage: &Arc<dyn Storage>,
        key: &ApiKey,
        unasked: Unasked,
    ) -> Result<Granted> {
        let now = SystemClock::default().now();
        check_name(&self.name).with_context(|| format!("\"{}\" cannot be a name", self.name))?;
        if let Some(end) = self.expires
            && end <= now
        {
            bail!("{end} has passed: choose a later time for --expires, or none");
        }
        let mut tx = storage.begin().await?;
        let community = find_community(&mut *tx, &self.community).await?;
        let ranks = tx.ranks(community.id).await?;
        refuse_known(&mut *tx, key).await?;
        let scopes = self.scopes.unwrap_or_else(Scopes::usual);
        let power_ceiling = match (self.power_ceiling, unasked) {
            (Some(Ceiling::Below(power)), _) => Some(power),
            (None, Unasked::Propose) if !scopes.allow(Scope::Admin) => ranks.proposed_ceiling(),
            (Some(Ceiling::None) | None, _) => None,
        };
        let credential = Credential {
            id: CredentialId(SystemIds.uuid()),
            community: community.id,
            name: normalized(&self.name),
            scopes,
            power_ceiling,
            rate_factor: self.rate_factor.unwrap_or(RateFactor::ONE),
            created_at: now,
            made_by: None,
            expires_at: self.expires,
            revoked_at: None,
        };
        tx.insert_credential(&credential, &key.hash()).await?;
        let act = NewAct::of(ActKind::KeyCreated).after(&logged::credential(&credential));
        write_act(tx.as_mut(), &SystemIds, now, Origin::operator(community.id), act).await?;
        tx.commit().await?;
        Ok(Granted { credential, community, ranks, is_ceiling_given: self.power_ceiling.is_some() })
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
