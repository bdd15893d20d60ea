//! The part of an account's row that rank changes do not touch, as it goes on the wire: written once, packed to be
//! remembered, and read as text.

use std::sync::Arc;

use lz4_flex::block::{compress_prepend_size_with_dict, decompress_size_prepended_with_dict};
use rankledger_storage::accounts::AccountRow;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::http::reply::raw;
use crate::wire::account_parts::{
    ApiIdsBody, ClockRowBody, IdentifiersBody, ListBody, ProfileFieldBody, by_topic,
};
use crate::wire::time::Time;

/// A row as rows usually are: what a packed row has in common with it takes no room.
const USUAL: &str = include_str!("usual_row.json").trim_ascii_end();

/// The part of an account's row that rank changes do not touch: a JSON object.
pub struct WrittenRow(String);

/// A row in the room that it takes to be remembered.
#[derive(Clone)]
pub struct PackedRow(Arc<[u8]>);

/// The members of a row, each as `T`: those of both forms that it has on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Members<T> {
    pub(crate) acc_id: T,
    pub(crate) sys_status: T,
    pub(crate) acc_name: T,
    pub(crate) join_date: T,
    pub(crate) last_login: T,
    pub(crate) ban_info: T,
    pub(crate) ban_expiration: T,
    pub(crate) api_id_preference: T,
    pub(crate) api_ids: T,
    pub(crate) active_api_ids: T,
    pub(crate) identifiers: T,
    pub(crate) clock_data: T,
    pub(crate) profile_fields: T,
    pub(crate) bio: T,
    pub(crate) discord_id: T,
    pub(crate) roblox_id: T,
    pub(crate) unique_id: T,
    pub(crate) custom_unique_id: T,
    pub(crate) notification_preferences: T,
    pub(crate) teamspeak_id: T,
}

impl WrittenRow {
    /// Writes the row.
    #[must_use]
    pub fn new(row: AccountRow) -> Self {
        let active_api_ids = row.active_api_ids();
        let profile = row.profile;
        let members = Members {
            acc_id: raw(&profile.id),
            sys_status: raw(&profile.sys_status),
            acc_name: raw(&profile.name),
            join_date: raw(&Time(profile.join_date)),
            last_login: raw(&profile.last_login.map(Time)),
            ban_info: raw(&profile.ban_info),
            ban_expiration: raw(&profile.ban_expiration.map(Time)),
            api_id_preference: raw(&profile.api_id_preference),
            api_ids: raw(&ApiIdsBody { ids: row.api_ids }),
            active_api_ids: raw(&active_api_ids),
            identifiers: raw(&IdentifiersBody::from(row.identifiers)),
            clock_data: raw(&ListBody::<ClockRowBody>::from(row.clock_rows)),
            profile_fields: raw(&ListBody::<ProfileFieldBody>::from(row.profile_fields)),
            bio: raw(&profile.bio),
            discord_id: raw(&profile.discord_id),
            roblox_id: raw(&profile.roblox_id),
            unique_id: raw(&profile.unique_id),
            custom_unique_id: raw(&profile.custom_unique_id),
            notification_preferences: raw(&by_topic(row.notification_preferences)),
            teamspeak_id: raw(&profile.teamspeak_id),
        };
        Self(serde_json::to_string(&members).expect("members are texts of JSON already"))
    }

    /// Its members, as they were written.
    pub(crate) fn members(&self) -> Members<&RawValue> {
        serde_json::from_str(&self.0).expect("it was written with these members")
    }

    /// The row in less room: about half of it.
    #[must_use]
    pub fn packed(&self) -> PackedRow {
        PackedRow(compress_prepend_size_with_dict(self.0.as_bytes(), USUAL.as_bytes()).into())
    }
}

impl PackedRow {
    /// The row as it was before.
    #[must_use]
    pub fn unpacked(&self) -> WrittenRow {
        let text =
            decompress_size_prepended_with_dict(&self.0, USUAL.as_bytes()).expect("it was packed from a row");
        WrittenRow(String::from_utf8(text).expect("a row is text"))
    }

    /// How much room it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_row_is_written_as_rows_are() {
        let usual = WrittenRow(USUAL.to_owned());
        let written = serde_json::to_string(&usual.members()).expect("members are texts of JSON");
        assert_eq!(written, usual.0);
    }

    #[test]
    fn a_row_is_the_same_after_it_was_packed() {
        for text in [USUAL.to_owned(), USUAL.replace("null", "\"ä\\u0000\""), "{}".to_owned()] {
            assert_eq!(WrittenRow(text.clone()).packed().unpacked().0, text);
        }
    }

    #[test]
    fn what_is_usual_takes_no_room() {
        let usual = WrittenRow(USUAL.to_owned());
        assert!(usual.packed().bytes() < usual.0.len() / 10);
    }
}
