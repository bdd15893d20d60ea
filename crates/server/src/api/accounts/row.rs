//! The account row on the wire, in its two documented forms: the one that Get Account answers, and the longer one that
//! rank changes answer. The order of the members is part of the contract.

use std::collections::BTreeMap;

use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_storage::ReadTx;
use rankledger_storage::accounts::{AccountRow, VersionedAccount};
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::api::community::own_community;
use crate::api::problem::Problem;
use crate::api::time::Time;

/// The account row that Get Account answers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
pub struct AccountBody {
    acc_id: AccountId,
    sys_status: bool,
    com_status: bool,
    acc_name: String,
    com_name: String,
    join_date: Time,
    last_login: Option<Time>,
    owner: bool,
    banned: bool,
    archived: bool,
    active_api_ids: Vec<String>,
    discord_id: Option<String>,
    unique_id: i64,
    identifiers: IdentifiersBody,
    ranks: Vec<RankId>,
    profile_fields: ListBody<ProfileFieldBody>,
    clock_data: ListBody<ClockRowBody>,
    teamspeak_id: Option<String>,
}

/// The account row that Set Account Ranks and Undo Rank Change answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
pub struct FullAccountBody {
    acc_id: AccountId,
    sys_status: bool,
    com_status: bool,
    acc_name: String,
    com_name: String,
    join_date: Time,
    last_login: Option<Time>,
    owner: bool,
    banned: bool,
    ban_info: Option<String>,
    ban_expiration: Option<Time>,
    api_id_preference: i64,
    api_ids: ApiIdsBody,
    active_api_ids: Vec<String>,
    identifiers: IdentifiersBody,
    ranks: Vec<RankId>,
    clock_data: ListBody<ClockRowBody>,
    profile_fields: ListBody<ProfileFieldBody>,
    bio: Option<String>,
    archived: bool,
    discord_id: Option<String>,
    roblox_id: Option<String>,
    unique_id: i64,
    custom_unique_id: bool,
    notification_preferences: BTreeMap<String, BTreeMap<String, ChannelsBody>>,
    teamspeak_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ApiIdsBody {
    ids: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct IdentifiersBody {
    idents: Vec<IdentifierBody>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct ListBody<T> {
    data: Vec<T>,
}

/// An identifier on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierBody {
    id: Uuid,
    acc_id: AccountId,
    r#type: String,
    value: String,
    ref_count: i64,
    verified: bool,
    metadata: Value,
    flag_id: Option<String>,
    created_at: Time,
    updated_at: Option<Time>,
}

/// A stretch of time on duty, or in game, on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockRowBody {
    id: Uuid,
    start_time: Time,
    end_time: Option<Time>,
    completed: bool,
    notes: Value,
    r#type: String,
}

/// What is filled into a profile field, on the wire.
#[derive(Serialize, JsonSchema)]
pub struct ProfileFieldBody {
    id: String,
    value: Value,
}

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
struct ChannelsBody {
    inbox: bool,
    desktop: bool,
    mobile: bool,
    email: bool,
    discord: bool,
}

impl AccountBody {
    /// The row of an account in the community of this name.
    #[must_use]
    pub fn new(row: AccountRow, com_name: String) -> Self {
        let active_api_ids = row.active_api_ids();
        let AccountRow { profile, standing, .. } = row;
        let account = standing.account;
        Self {
            acc_id: profile.id,
            sys_status: profile.sys_status,
            com_status: account.com_status,
            acc_name: profile.name,
            com_name,
            join_date: Time(profile.join_date),
            last_login: profile.last_login.map(Time),
            owner: account.owner,
            banned: account.banned,
            archived: account.archived,
            active_api_ids,
            discord_id: profile.discord_id,
            unique_id: profile.unique_id,
            identifiers: IdentifiersBody::from(row.identifiers),
            ranks: account.ranks.iter().map(|held| held.rank).collect(),
            profile_fields: ListBody::from(row.profile_fields),
            clock_data: ListBody::from(row.clock_rows),
            teamspeak_id: profile.teamspeak_id,
        }
    }
}

impl FullAccountBody {
    /// The row of an account in the community of this name.
    #[must_use]
    pub fn new(row: AccountRow, com_name: String) -> Self {
        let active_api_ids = row.active_api_ids();
        let AccountRow { profile, standing, .. } = row;
        let account = standing.account;
        Self {
            acc_id: profile.id,
            sys_status: profile.sys_status,
            com_status: account.com_status,
            acc_name: profile.name,
            com_name,
            join_date: Time(profile.join_date),
            last_login: profile.last_login.map(Time),
            owner: account.owner,
            banned: account.banned,
            ban_info: profile.ban_info,
            ban_expiration: profile.ban_expiration.map(Time),
            api_id_preference: profile.api_id_preference,
            api_ids: ApiIdsBody { ids: row.api_ids },
            active_api_ids,
            identifiers: IdentifiersBody::from(row.identifiers),
            ranks: account.ranks.iter().map(|held| held.rank).collect(),
            clock_data: ListBody::from(row.clock_rows),
            profile_fields: ListBody::from(row.profile_fields),
            bio: profile.bio,
            archived: account.archived,
            discord_id: profile.discord_id,
            roblox_id: profile.roblox_id,
            unique_id: profile.unique_id,
            custom_unique_id: profile.custom_unique_id,
            notification_preferences: by_topic(row.notification_preferences),
            teamspeak_id: profile.teamspeak_id,
        }
    }
}

/// An account's row before a command, to be answered with what the command makes of it.
///
/// It is read first, so that nothing can fail between a commit and its answer.
pub struct RowBefore {
    row: AccountRow,
    com_name: String,
}

impl RowBefore {
    /// Reads the row.
    pub async fn read(tx: &mut dyn ReadTx, community: CommunityId, id: AccountId) -> Result<Self, Problem> {
        let com_name = own_community(tx, community).await?.name;
        let row = tx.account(community, id).await?.ok_or_else(|| Problem::account_not_found(id))?;
        Ok(Self { row, com_name })
    }

    /// The row as the command left it. What the ledger does not touch is as it was read.
    #[must_use]
    pub fn after(self, standing: VersionedAccount) -> FullAccountBody {
        FullAccountBody::new(AccountRow { standing, ..self.row }, self.com_name)
    }
}

fn by_topic(preferences: Vec<NotificationPreference>) -> BTreeMap<String, BTreeMap<String, ChannelsBody>> {
    let mut topics: BTreeMap<String, BTreeMap<String, ChannelsBody>> = BTreeMap::new();
    for NotificationPreference { topic, event, inbox, desktop, mobile, email, discord } in preferences {
        let channels = ChannelsBody { inbox, desktop, mobile, email, discord };
        topics.entry(topic).or_default().insert(event, channels);
    }
    topics
}

impl From<Vec<Identifier>> for IdentifiersBody {
    fn from(identifiers: Vec<Identifier>) -> Self {
        Self { idents: identifiers.into_iter().map(IdentifierBody::from).collect() }
    }
}

impl From<Identifier> for IdentifierBody {
    fn from(identifier: Identifier) -> Self {
        Self {
            id: identifier.id,
            acc_id: identifier.account,
            r#type: identifier.kind,
            value: identifier.value,
            ref_count: identifier.ref_count,
            verified: identifier.verified,
            metadata: identifier.metadata,
            flag_id: identifier.flag_id,
            created_at: Time(identifier.created_at),
            updated_at: identifier.updated_at.map(Time),
        }
    }
}

impl<T, U: From<T>> From<Vec<T>> for ListBody<U> {
    fn from(items: Vec<T>) -> Self {
        Self { data: items.into_iter().map(U::from).collect() }
    }
}

impl From<ClockRow> for ClockRowBody {
    fn from(row: ClockRow) -> Self {
        Self {
            id: row.id,
            start_time: Time(row.start_time),
            end_time: row.end_time.map(Time),
            completed: row.completed,
            notes: row.notes,
            r#type: row.kind,
        }
    }
}

impl From<ProfileField> for ProfileFieldBody {
    fn from(field: ProfileField) -> Self {
        Self { id: field.id, value: field.value }
    }
}
