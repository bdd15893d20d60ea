//! The account row on the wire, in its two documented forms: the one that Get Account answers, and the longer one that
//! rank changes answer. The order of the members is part of the contract.

use std::borrow::Cow;
use std::sync::Arc;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_storage::accounts::{AccountRow, Profile, VersionedAccount};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::parts::{
    ApiIdsBody, ClockRowBody, IdentifiersBody, ListBody, PreferencesBody, ProfileFieldBody, by_topic,
};
use crate::api::envelope::raw;
use crate::api::time::Time;

/// The account row that Get Account answers.
pub struct AccountBody(Row);

/// The account row that Set Account Ranks and Undo Rank Change answer.
pub struct FullAccountBody(Row);

/// What both forms are written from.
struct Row {
    com_name: String,
    standing: Arc<VersionedAccount>,
    rest: Arc<WrittenRow>,
}

/// The account row that Get Account answers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
struct AccountMembers<'a> {
    acc_id: AccountId,
    sys_status: bool,
    com_status: bool,
    acc_name: &'a str,
    com_name: &'a str,
    join_date: Time,
    last_login: Option<Time>,
    owner: bool,
    banned: bool,
    archived: bool,
    #[schemars(with = "Vec<String>")]
    active_api_ids: &'a RawValue,
    discord_id: Option<&'a str>,
    unique_id: i64,
    #[schemars(with = "IdentifiersBody")]
    identifiers: &'a RawValue,
    ranks: Vec<RankId>,
    #[schemars(with = "ListBody<ProfileFieldBody>")]
    profile_fields: &'a RawValue,
    #[schemars(with = "ListBody<ClockRowBody>")]
    clock_data: &'a RawValue,
    teamspeak_id: Option<&'a str>,
}

/// The account row that Set Account Ranks and Undo Rank Change answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
struct FullAccountMembers<'a> {
    acc_id: AccountId,
    sys_status: bool,
    com_status: bool,
    acc_name: &'a str,
    com_name: &'a str,
    join_date: Time,
    last_login: Option<Time>,
    owner: bool,
    banned: bool,
    ban_info: Option<&'a str>,
    ban_expiration: Option<Time>,
    api_id_preference: i64,
    #[schemars(with = "ApiIdsBody")]
    api_ids: &'a RawValue,
    #[schemars(with = "Vec<String>")]
    active_api_ids: &'a RawValue,
    #[schemars(with = "IdentifiersBody")]
    identifiers: &'a RawValue,
    ranks: Vec<RankId>,
    #[schemars(with = "ListBody<ClockRowBody>")]
    clock_data: &'a RawValue,
    #[schemars(with = "ListBody<ProfileFieldBody>")]
    profile_fields: &'a RawValue,
    bio: Option<&'a str>,
    archived: bool,
    discord_id: Option<&'a str>,
    roblox_id: Option<&'a str>,
    unique_id: i64,
    custom_unique_id: bool,
    #[schemars(with = "PreferencesBody")]
    notification_preferences: &'a RawValue,
    teamspeak_id: Option<&'a str>,
}

impl AccountBody {
    /// The row of an account in the community of this name.
    #[must_use]
    pub fn new(standing: Arc<VersionedAccount>, rest: Arc<WrittenRow>, com_name: String) -> Self {
        Self(Row { com_name, standing, rest })
    }
}

impl FullAccountBody {
    /// The row of an account in the community of this name.
    #[must_use]
    pub fn new(row: AccountRow, com_name: String) -> Self {
        let standing = Arc::new(row.standing.clone());
        Self::of(standing, Arc::new(WrittenRow::new(row)), com_name)
    }

    /// The same, of a row in its two parts.
    #[must_use]
    pub fn of(standing: Arc<VersionedAccount>, rest: Arc<WrittenRow>, com_name: String) -> Self {
        Self(Row { com_name, standing, rest })
    }
}

impl<'a> From<&'a Row> for AccountMembers<'a> {
    fn from(Row { com_name, standing, rest }: &'a Row) -> Self {
        let (standing, profile) = (&standing.account, &rest.profile);
        Self {
            acc_id: profile.id,
            sys_status: profile.sys_status,
            com_status: standing.com_status,
            acc_name: &profile.name,
            com_name,
            join_date: Time(profile.join_date),
            last_login: profile.last_login.map(Time),
            owner: standing.owner,
            banned: standing.banned,
            archived: standing.archived,
            active_api_ids: &rest.active_api_ids,
            discord_id: profile.discord_id.as_deref(),
            unique_id: profile.unique_id,
            identifiers: &rest.identifiers,
            ranks: ids(&standing.ranks),
            profile_fields: &rest.profile_fields,
            clock_data: &rest.clock_data,
            teamspeak_id: profile.teamspeak_id.as_deref(),
        }
    }
}

impl<'a> From<&'a Row> for FullAccountMembers<'a> {
    fn from(Row { com_name, standing, rest }: &'a Row) -> Self {
        let (standing, profile) = (&standing.account, &rest.profile);
        Self {
            acc_id: profile.id,
            sys_status: profile.sys_status,
            com_status: standing.com_status,
            acc_name: &profile.name,
            com_name,
            join_date: Time(profile.join_date),
            last_login: profile.last_login.map(Time),
            owner: standing.owner,
            banned: standing.banned,
            ban_info: profile.ban_info.as_deref(),
            ban_expiration: profile.ban_expiration.map(Time),
            api_id_preference: profile.api_id_preference,
            api_ids: &rest.api_ids,
            active_api_ids: &rest.active_api_ids,
            identifiers: &rest.identifiers,
            ranks: ids(&standing.ranks),
            clock_data: &rest.clock_data,
            profile_fields: &rest.profile_fields,
            bio: profile.bio.as_deref(),
            archived: standing.archived,
            discord_id: profile.discord_id.as_deref(),
            roblox_id: profile.roblox_id.as_deref(),
            unique_id: profile.unique_id,
            custom_unique_id: profile.custom_unique_id,
            notification_preferences: &rest.notification_preferences,
            teamspeak_id: profile.teamspeak_id.as_deref(),
        }
    }
}

fn ids(held: &[HeldRank]) -> Vec<RankId> {
    held.iter().map(|held| held.rank).collect()
}

/// A body is written as its members, and described as they are.
macro_rules! written_as {
    ($($body:ident = $members:ident;)*) => {$(
        impl Serialize for $body {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $members::from(&self.0).serialize(serializer)
            }
        }

        impl JsonSchema for $body {
            fn schema_name() -> Cow<'static, str> {
                stringify!($body).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                $members::json_schema(generator)
            }
        }
    )*};
}

written_as! {
    AccountBody = AccountMembers;
    FullAccountBody = FullAccountMembers;
}

/// The part of an account's row that rank changes do not touch, with the longer members as they go on the wire.
pub struct WrittenRow {
    profile: Profile,
    api_ids: Box<RawValue>,
    active_api_ids: Box<RawValue>,
    identifiers: Box<RawValue>,
    clock_data: Box<RawValue>,
    profile_fields: Box<RawValue>,
    notification_preferences: Box<RawValue>,
}

impl WrittenRow {
    /// Writes the row.
    #[must_use]
    pub fn new(row: AccountRow) -> Self {
        Self {
            active_api_ids: raw(&row.active_api_ids()),
            profile: row.profile,
            api_ids: raw(&ApiIdsBody { ids: row.api_ids }),
            identifiers: raw(&IdentifiersBody::from(row.identifiers)),
            clock_data: raw(&ListBody::<ClockRowBody>::from(row.clock_rows)),
            profile_fields: raw(&ListBody::<ProfileFieldBody>::from(row.profile_fields)),
            notification_preferences: raw(&by_topic(row.notification_preferences)),
        }
    }

    /// How much room it takes, in bytes, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let Profile { name, ban_info, bio, discord_id, roblox_id, teamspeak_id, .. } = &self.profile;
        let texts = [ban_info, bio, discord_id, roblox_id, teamspeak_id].into_iter().flatten();
        let members = [
            &self.api_ids,
            &self.active_api_ids,
            &self.identifiers,
            &self.clock_data,
            &self.profile_fields,
            &self.notification_preferences,
        ];
        size_of::<Self>()
            + name.len()
            + texts.map(String::len).sum::<usize>()
            + members.iter().map(|member| member.get().len()).sum::<usize>()
    }
}
