//! The account row on the wire, in its two documented forms: the one that Get Account answers, and the longer one that
//! rank changes answer. The order of the members is part of the contract.

use std::borrow::Cow;
use std::sync::Arc;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_storage::accounts::{AccountRow, VersionedAccount};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::wire::account_parts::{
    ApiIdsBody, ClockRowBody, IdentifiersBody, ListBody, PreferencesBody, ProfileFieldBody,
};
use crate::wire::time::Time;
use crate::wire::written_row::WrittenRow;

/// The account row that Get Account answers.
pub struct AccountBody(Row);

/// The account row that Set Account Ranks and Undo Rank Change answer.
pub struct FullAccountBody(Row);

/// What both forms are written from.
struct Row {
    com_name: String,
    standing: Arc<VersionedAccount>,
    rest: WrittenRow,
}

/// The account row that Get Account answers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
struct AccountMembers<'a> {
    #[schemars(with = "AccountId")]
    acc_id: &'a RawValue,
    #[schemars(with = "bool")]
    sys_status: &'a RawValue,
    com_status: bool,
    #[schemars(with = "String")]
    acc_name: &'a RawValue,
    com_name: &'a str,
    #[schemars(with = "Time")]
    join_date: &'a RawValue,
    #[schemars(with = "Option<Time>")]
    last_login: &'a RawValue,
    owner: bool,
    banned: bool,
    archived: bool,
    #[schemars(with = "Vec<String>")]
    active_api_ids: &'a RawValue,
    #[schemars(with = "Option<String>")]
    discord_id: &'a RawValue,
    #[schemars(with = "i64")]
    unique_id: &'a RawValue,
    #[schemars(with = "IdentifiersBody")]
    identifiers: &'a RawValue,
    ranks: Vec<RankId>,
    #[schemars(with = "ListBody<ProfileFieldBody>")]
    profile_fields: &'a RawValue,
    #[schemars(with = "ListBody<ClockRowBody>")]
    clock_data: &'a RawValue,
    #[schemars(with = "Option<String>")]
    teamspeak_id: &'a RawValue,
}

/// The account row that Set Account Ranks and Undo Rank Change answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
struct FullAccountMembers<'a> {
    #[schemars(with = "AccountId")]
    acc_id: &'a RawValue,
    #[schemars(with = "bool")]
    sys_status: &'a RawValue,
    com_status: bool,
    #[schemars(with = "String")]
    acc_name: &'a RawValue,
    com_name: &'a str,
    #[schemars(with = "Time")]
    join_date: &'a RawValue,
    #[schemars(with = "Option<Time>")]
    last_login: &'a RawValue,
    owner: bool,
    banned: bool,
    #[schemars(with = "Option<String>")]
    ban_info: &'a RawValue,
    #[schemars(with = "Option<Time>")]
    ban_expiration: &'a RawValue,
    #[schemars(with = "i64")]
    api_id_preference: &'a RawValue,
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
    #[schemars(with = "Option<String>")]
    bio: &'a RawValue,
    archived: bool,
    #[schemars(with = "Option<String>")]
    discord_id: &'a RawValue,
    #[schemars(with = "Option<String>")]
    roblox_id: &'a RawValue,
    #[schemars(with = "i64")]
    unique_id: &'a RawValue,
    #[schemars(with = "bool")]
    custom_unique_id: &'a RawValue,
    #[schemars(with = "PreferencesBody")]
    notification_preferences: &'a RawValue,
    #[schemars(with = "Option<String>")]
    teamspeak_id: &'a RawValue,
}

impl AccountBody {
    /// The row of an account in the community of this name.
    #[must_use]
    pub fn new(standing: Arc<VersionedAccount>, rest: WrittenRow, com_name: String) -> Self {
        Self(Row { com_name, standing, rest })
    }
}

impl FullAccountBody {
    /// The row of an account in the community of this name.
    #[must_use]
    pub fn new(row: AccountRow, com_name: String) -> Self {
        let standing = Arc::new(row.standing.clone());
        Self::of(standing, WrittenRow::new(row), com_name)
    }

    /// The same, of a row in its two parts.
    #[must_use]
    pub fn of(standing: Arc<VersionedAccount>, rest: WrittenRow, com_name: String) -> Self {
        Self(Row { com_name, standing, rest })
    }
}

impl<'a> From<&'a Row> for AccountMembers<'a> {
    fn from(Row { com_name, standing, rest }: &'a Row) -> Self {
        let (standing, rest) = (&standing.account, rest.members());
        Self {
            acc_id: rest.acc_id,
            sys_status: rest.sys_status,
            com_status: standing.com_status,
            acc_name: rest.acc_name,
            com_name,
            join_date: rest.join_date,
            last_login: rest.last_login,
            owner: standing.owner,
            banned: standing.banned,
            archived: standing.archived,
            active_api_ids: rest.active_api_ids,
            discord_id: rest.discord_id,
            unique_id: rest.unique_id,
            identifiers: rest.identifiers,
            ranks: ids(&standing.ranks),
            profile_fields: rest.profile_fields,
            clock_data: rest.clock_data,
            teamspeak_id: rest.teamspeak_id,
        }
    }
}

impl<'a> From<&'a Row> for FullAccountMembers<'a> {
    fn from(Row { com_name, standing, rest }: &'a Row) -> Self {
        let (standing, rest) = (&standing.account, rest.members());
        Self {
            acc_id: rest.acc_id,
            sys_status: rest.sys_status,
            com_status: standing.com_status,
            acc_name: rest.acc_name,
            com_name,
            join_date: rest.join_date,
            last_login: rest.last_login,
            owner: standing.owner,
            banned: standing.banned,
            ban_info: rest.ban_info,
            ban_expiration: rest.ban_expiration,
            api_id_preference: rest.api_id_preference,
            api_ids: rest.api_ids,
            active_api_ids: rest.active_api_ids,
            identifiers: rest.identifiers,
            ranks: ids(&standing.ranks),
            clock_data: rest.clock_data,
            profile_fields: rest.profile_fields,
            bio: rest.bio,
            archived: standing.archived,
            discord_id: rest.discord_id,
            roblox_id: rest.roblox_id,
            unique_id: rest.unique_id,
            custom_unique_id: rest.custom_unique_id,
            notification_preferences: rest.notification_preferences,
            teamspeak_id: rest.teamspeak_id,
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
