//! The community of the bench: 12 ranks in 2 departments, and a credential that may do everything.

use anyhow::Result;
use jiff::Timestamp;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::credential::{Credential, RateFactor, Scope, Scopes};
use rankledger_domain::definition::{FieldKind, ProfileFieldDefinition};
use rankledger_domain::ids::{CommunityId, CredentialId, DepartmentId, RankId};
use rankledger_domain::name::{Name, Word};
use rankledger_domain::profile_field::FieldType;
use rankledger_domain::rank::{Power, Rank};
use rankledger_server::ops::actor::Actor;
use rankledger_server::ops::import::community_uuid;
use rankledger_storage::WriteTx;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::departments::{Department, DepartmentRank};
use serde_json::Map;
use uuid::Uuid;

use crate::member::PROFILE_FIELDS;

/// The id by which clients name the community; where there are several, the first.
pub const PUBLIC_ID: &str = "bench";

/// How many ranks there are.
pub const RANKS: u8 = 12;

/// How many of them everybody holds from the beginning: the lowest. The others are given and taken.
pub const RANKS_OF_EVERYBODY: u8 = 2;

const DEPARTMENTS: [&str; 2] = ["Patrol", "Command"];

/// The rank at this place, from the lowest.
#[must_use]
pub fn rank_id(index: u8) -> RankId {
    RankId(Uuid::from_u128(0x7261_6e6b_0000_4000_8000_0000_0000_0000 | u128::from(index)))
}

/// All ranks, each of more power than the one before.
pub fn ranks() -> impl Iterator<Item = Rank> {
    (0..RANKS).map(|index| Rank {
        id: rank_id(index),
        key: Some(format!("rank-{index}")),
        label: format!("Rank {index}"),
        department: department_id(usize::from(index / (RANKS / 2))),
        power: Power(10 * (u32::from(index) + 1)),
        retired: false,
    })
}

fn department_id(index: usize) -> DepartmentId {
    DepartmentId(Uuid::from_u128(0x6465_7061_0000_4000_8000_0000_0000_0000 | index as u128))
}

/// Returns the actor of the bench: the credential with all scopes and no ceiling, naming nobody.
#[must_use]
pub fn actor(community: CommunityId, now: Timestamp) -> Actor {
    let credential = Credential {
        id: CredentialId(Uuid::from_u128(0x6372_6564_0000_4000_8000_0000_0000_0000)),
        community,
        name: "bench".to_owned(),
        scopes: [Scope::Admin].into_iter().collect(),
        power_ceiling: None,
        rate_factor: RateFactor::ONE,
        created_at: now,
        made_by: None,
        expires_at: None,
        revoked_at: None,
    };
    Actor { credential, user: None, address: None }
}

/// Returns the id by which clients name a community, by its index from 0.
#[must_use]
pub fn public_id(index: u32) -> String {
    if index == 0 { PUBLIC_ID.to_owned() } else { format!("{PUBLIC_ID}-{index}") }
}

/// Makes a community, without members, and its credential with this key. Answers who acts with it.
pub async fn write(tx: &mut dyn WriteTx, public_id: &str, key: &ApiKey, now: Timestamp) -> Result<Actor> {
    let community = NewCommunity {
        uuid: community_uuid(public_id),
        public_id: public_id.to_owned(),
        name: "Bench".to_owned(),
        sub_version: 5,
        undo_needs_user: false,
        change_needs_user: false,
        custom_domain: None,
        created_at: now,
    };
    let id = tx.insert_community(&community).await?;
    for (index, label) in DEPARTMENTS.into_iter().enumerate() {
        let (label, label_two) = (label.to_owned(), label.to_owned());
        let position = i64::try_from(index)?;
        let department = Department { id: department_id(index), label, label_two, retired: false, position };
        tx.put_department(id, &department).await?;
    }
    for (position, rank) in (0..).zip(ranks()) {
        let rank = DepartmentRank {
            rank,
            primary_only: false,
            secondary_only: false,
            position,
            scopes: Scopes::default(),
        };
        tx.put_rank(id, &rank).await?;
    }
    for (position, (field, _)) in (0..).zip(PROFILE_FIELDS) {
        let field = ProfileFieldDefinition {
            id: Word::parse(field)?,
            label: Name::parse(field)?,
            kind: FieldKind::stored(FieldType::Text, None),
            metadata: Map::new(),
            position,
        };
        tx.put_profile_field_definition(id, &field).await?;
    }
    let actor = actor(id, now);
    tx.insert_credential(&actor.credential, &key.hash()).await?;
    Ok(actor)
}
