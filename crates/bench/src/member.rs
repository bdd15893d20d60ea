//! The members of the community: the same in every run, their rows on the wire about 1.5 KB long.

use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_storage::accounts::Profile;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use rankledger_storage::profiles::{Preferences, ProfileField};
use rankledger_storage::standings::{AccountDetails, AccountSnapshot, Standing};
use serde_json::Value;
use uuid::Uuid;

use crate::community::{RANKS_OF_EVERYBODY, rank_id};

/// The profile fields, and what everybody has filled in.
pub const PROFILE_FIELDS: [(&str, &str); 4] = [
    ("callsign", "4-ADAM-17"),
    ("timezone", "Europe/Berlin"),
    ("availability", "Mondays and Thursdays from seven in the evening, and most weekends after noon"),
    ("certifications", "first aid, pursuit driving, air support, field training, crisis negotiation"),
];

const BIO: &str = "Joined from a neighbouring community, where I had been a field training officer for two years. \
    I keep the roster of the night shift, and like long calls for service better than short pursuits.";

const FIRST_DISCORD_ID: u64 = 100_000_000_000_000_000;

const FIRST_STEAM_ID: u64 = 0x0110_0001_0000_0000;

/// The account at this place, from 0: for 26 it is `0000001a-0000-4000-8000-00000000001a`.
#[must_use]
pub fn account_id(index: u32) -> AccountId {
    AccountId(numbered(0x4000, index))
}

/// A UUID in which the index stands first, so that rows in their order are stored side by side.
fn numbered(version: u16, index: u32) -> Uuid {
    let index = u128::from(index);
    Uuid::from_u128(index << 96 | u128::from(version) << 64 | 0x8000 << 48 | index)
}

/// Everything that is stored of this account at the beginning, with the ranks that everybody holds.
#[must_use]
pub fn member(index: u32, joined: Timestamp) -> AccountSnapshot {
    let discord_id = (FIRST_DISCORD_ID + u64::from(index)).to_string();
    let second = match index % 2 {
        0 => ("steam", format!("{:x}", FIRST_STEAM_ID + u64::from(index))),
        _ => ("license", format!("{index:08x}{index:032x}")),
    };
    let account = account_id(index);
    let identifier = |id, kind: &str, value: &str, verified| Identifier {
        id,
        account,
        kind: kind.into(),
        value: value.into(),
        ref_count: 1,
        verified,
        metadata: Json::EMPTY_OBJECT,
        flag_id: None,
        created_at: joined,
        updated_at: None,
    };
    let details = AccountDetails {
        identifiers: [
            identifier(numbered(0x4001, index), "discord", &discord_id, true),
            identifier(numbered(0x4002, index), second.0, &second.1, false),
        ]
        .into(),
        profile: profile(index, joined, discord_id),
        api_ids: Box::default(),
        clock_rows: Box::default(),
        profile_fields: PROFILE_FIELDS
            .map(|(id, value)| ProfileField { id: id.into(), value: Value::from(value).into() })
            .into(),
        notification_preferences: Preferences::usual(),
    };
    AccountSnapshot {
        standing: Standing { account: standing(index), version: 1, newest_change: ChangeNumber(0) },
        details: Arc::new(details),
    }
}

/// The ranks that every account holds from the beginning.
#[must_use]
pub fn ranks_of_everybody() -> Vec<HeldRank> {
    (0..RANKS_OF_EVERYBODY).map(|rank| HeldRank::permanent(rank_id(rank))).collect()
}

/// Returns the part of the account that the rules see, as it is at the beginning.
#[must_use]
pub fn standing(index: u32) -> Account {
    Account {
        id: account_id(index),
        ranks: ranks_of_everybody(),
        com_status: true,
        owner: false,
        banned: false,
        archived: false,
    }
}

fn profile(index: u32, joined: Timestamp, discord_id: String) -> Profile {
    Profile {
        id: account_id(index),
        unique_id: i64::from(index) + 1,
        custom_unique_id: false,
        name: format!("Member {index}"),
        sys_status: true,
        join_date: joined,
        last_login: Some(joined),
        ban_info: None,
        ban_expiration: None,
        api_id_preference: 0,
        bio: Some(BIO.to_owned()),
        discord_id: Some(discord_id),
        roblox_id: None,
        teamspeak_id: None,
    }
}
