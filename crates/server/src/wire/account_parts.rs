//! The parts of an account's row on the wire.

use std::collections::BTreeMap;

use rankledger_domain::ids::AccountId;
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::wire::time::Time;

/// Notification preferences, by topic and event.
pub(crate) type PreferencesBody = BTreeMap<String, BTreeMap<String, ChannelsBody>>;

#[derive(Serialize, JsonSchema)]
pub(crate) struct ApiIdsBody {
    pub(crate) ids: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct IdentifiersBody {
    idents: Vec<IdentifierBody>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct ListBody<T> {
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

/// The value of a profile field.
#[derive(Serialize, JsonSchema)]
pub struct ProfileFieldBody {
    id: String,
    value: Value,
}

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
pub(crate) struct ChannelsBody {
    inbox: bool,
    desktop: bool,
    mobile: bool,
    email: bool,
    discord: bool,
}

/// Preferences by topic and event.
pub(crate) fn by_topic(preferences: Vec<NotificationPreference>) -> PreferencesBody {
    let mut topics = PreferencesBody::new();
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
