//! The parts of an account's row on the wire.

use std::collections::BTreeMap;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::AccountId;
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use rankledger_storage::standings::AccountDetails;
use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::wire::stored_body::{Each, StoredBody, stored_body};
use crate::wire::time::Time;

stored_body! {
    /// An identifier on the wire.
    IdentifierBody from Identifier as identifier, members IdentifierMembers {
        id: Uuid = identifier.id;
        acc_id: AccountId = identifier.account;
        r#type: &'a str = &identifier.kind;
        value: &'a str = &identifier.value;
        ref_count: i64 = identifier.ref_count;
        verified: bool = identifier.verified;
        #[schemars(with = "Value")]
        metadata: &'a Json = &identifier.metadata;
        flag_id: Option<&'a str> = identifier.flag_id.as_deref();
        created_at: Time = Time(identifier.created_at);
        updated_at: Option<Time> = identifier.updated_at.map(Time);
    }
}

stored_body! {
    /// A stretch of time on duty, or in game, on the wire.
    ClockRowBody from ClockRow as row, members ClockRowMembers {
        id: Uuid = row.id;
        start_time: Time = Time(row.start_time);
        end_time: Option<Time> = row.end_time.map(Time);
        completed: bool = row.completed;
        #[schemars(with = "Value")]
        notes: &'a Json = &row.notes;
        r#type: &'a str = &row.kind;
    }
}

stored_body! {
    /// The value of a profile field.
    ProfileFieldBody from ProfileField as field, members ProfileFieldMembers {
        id: &'a str = &field.id;
        #[schemars(with = "Value")]
        value: &'a Json = &field.value;
    }
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ApiIdsBody<'a> {
    #[schemars(with = "Vec<String>")]
    pub(crate) ids: &'a [Box<str>],
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct IdentifiersBody<'a> {
    pub(crate) idents: Each<'a, IdentifierBody>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct ListBody<'a, B: StoredBody> {
    pub(crate) data: Each<'a, B>,
}

/// The ids of ranks held, in order.
pub(crate) struct RankIds<'a>(pub(crate) &'a [HeldRank]);

impl Serialize for RankIds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|held| held.rank))
    }
}

/// The ids under which game servers know an account.
pub(crate) struct ActiveApiIds<'a>(pub(crate) &'a AccountDetails);

impl Serialize for ActiveApiIds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.active_api_ids())
    }
}

/// Notification preferences, by topic and event.
pub(crate) type PreferencesSchema = BTreeMap<String, BTreeMap<String, ChannelsBody>>;

/// Notification preferences, which are ordered by topic and event.
pub(crate) struct PreferencesBody<'a>(pub(crate) &'a [NotificationPreference]);

/// The preferences of one topic, by event.
struct TopicBody<'a>(&'a [NotificationPreference]);

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "as on the wire")]
pub(crate) struct ChannelsBody {
    inbox: bool,
    desktop: bool,
    mobile: bool,
    email: bool,
    discord: bool,
}

impl Serialize for PreferencesBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut topics = serializer.serialize_map(None)?;
        for preferences in self.0.chunk_by(|one, next| one.topic == next.topic) {
            topics.serialize_entry(&preferences[0].topic, &TopicBody(preferences))?;
        }
        topics.end()
    }
}

impl Serialize for TopicBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_map(self.0.iter().map(|preference| (&preference.event, ChannelsBody::from(preference))))
    }
}

impl From<&NotificationPreference> for ChannelsBody {
    fn from(preference: &NotificationPreference) -> Self {
        let NotificationPreference { inbox, desktop, mobile, email, discord, .. } = *preference;
        Self { inbox, desktop, mobile, email, discord }
    }
}
