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
use rankledger_domain::time::{Clock, wire_format};
use rankledger_storage::communities::Community;
use rankledger_storage::{Storage, WriteTx};
use serde_json::{Value, json};

use crate::cli::database::choose_community;
use crate::cli::moment::point;
use crate::ops::acts::{NewAct, Origin, write_act};
use crate::ops::logged;
use crate::system::{SystemClock, SystemIds};

/// What a new key may do.
#[derive(Debug, Args)]
pub(in crate::cli) struct Grant {
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
    /// When it ends: a time in UTC, such as 2027-01-01 or 2027-01-01T18:30:00Z [default: never]
    #[arg(long, value_name = "TIME", value_parser = parse_end)]
    expires: Option<Timestamp>,
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

fn parse_end(text: &str) -> Result<Timestamp> {
    point(text).context("say a time in UTC, such as 2027-01-01 or 2027-01-01T18:30:00Z")
}

impl Grant {
    /// The grant of a key without limits but its scopes.
    pub(in crate::cli) fn of(name: &str, scopes: Scopes) -> Self {
        let (power_ceiling, rate_factor, expires) = (Some(Ceiling::None), None, None);
        Self { name: name.to_owned(), scopes: Some(scopes), power_ceiling, rate_factor, expires }
    }

    /// Returns the body of the request that makes such a key on a server.
    pub(super) fn body(&self) -> Result<Value> {
        let Some(ceiling) = self.power_ceiling else {
            bail!(
                "on a server, say how far the key reaches: --power-ceiling N, or none for all ranks and accounts"
            );
        };
        let power = match ceiling {
            Ceiling::None => None,
            Ceiling::Below(power) => Some(power.0),
        };
        let scopes = self.scopes.clone().unwrap_or_else(Scopes::usual);
        let scopes: Vec<_> = scopes.iter().map(Scope::as_str).collect();
        Ok(json!({
            "name": self.name, "scopes": scopes, "powerCeiling": power,
            "rateFactor": self.rate_factor.map(RateFactor::get), "expiresAt": self.expires.map(wire_format),
        }))
    }

    /// Stores a key with this grant for a community, which need not be named if there is only one.
    pub(in crate::cli) async fn store(
        self,
        storage: &Arc<dyn Storage>,
        community: Option<&str>,
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
        let community = choose_community(&mut *tx, community).await?;
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
