//! The document that an import reads: one community. Its keys are explained in `docs/guides/import.md`.
//!
//! Only shapes are decided here. What is left out stays `None`, because what is stored already may fill it
//! in.

use std::collections::BTreeMap;

use rankledger_domain::identifier::IdentifierName;
use rankledger_storage::unfinished_imports::DocumentHash;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::grants::GrantEntry;
use super::places::Places;
use super::times::Time;
use crate::wire::game_servers;

/// One community, as a document describes it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    /// The SHA-256 of its text, by which a document is known again.
    #[serde(skip)]
    pub(super) hash: DocumentHash,
    /// Whether stored accounts are to be given the ranks and the status that it says.
    #[serde(skip)]
    pub(super) updates: bool,
    /// Where its entries stand.
    #[serde(skip)]
    pub(super) places: Places,
    pub(super) community: CommunityEntry,
    #[serde(default)]
    pub(super) servers: Vec<ServerEntry>,
    #[serde(default)]
    pub(super) departments: Vec<DepartmentEntry>,
    #[serde(default)]
    pub(super) promotion_flows: Vec<FlowEntry>,
    #[serde(default)]
    pub(super) profile_fields: Vec<FieldDefinitionEntry>,
    #[serde(default)]
    pub(super) clock_in_types: Vec<ClockInTypeEntry>,
    #[serde(default)]
    pub(super) custom_log_types: Vec<CustomLogTypeEntry>,
    #[serde(default)]
    pub(super) subscriptions: Vec<SubscriptionEntry>,
    #[serde(default)]
    pub(super) accounts: Vec<AccountEntry>,
    #[serde(default)]
    pub(super) rank_changes: Vec<RankChangeEntry>,
}

impl AccountEntry {
    pub(super) fn ranks(&self) -> &[GrantEntry] {
        self.ranks.as_deref().unwrap_or_default()
    }
}

impl Document {
    /// Lets its import also give accounts that are stored already the ranks and the status that it says.
    #[must_use]
    pub fn updating(self, updates: bool) -> Self {
        Self { updates, ..self }
    }

    /// Puts every identifier into the spelling that is kept, so that it is known again however it is written.
    /// One that cannot be read stays as it is: the checks refuse it, with its place.
    pub(super) fn spell_identifiers(&mut self) {
        for account in &mut self.accounts {
            for identifier in &mut account.identifiers {
                if let Ok(name) = IdentifierName::parse(&identifier.kind, &identifier.value) {
                    (identifier.kind, identifier.value) = (name.kind, name.value);
                }
            }
            for (kind, id) in [("discord", &mut account.discord_id), ("roblox", &mut account.roblox_id)] {
                if let Some(id) = id
                    && let Ok(name) = IdentifierName::parse(kind, id)
                {
                    *id = name.value;
                }
            }
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CommunityEntry {
    pub(super) id: String,
    pub(super) uuid: Option<Uuid>,
    pub(super) name: String,
    pub(super) sub_version: Option<u8>,
    pub(super) undo_needs_user: Option<bool>,
    pub(super) change_needs_user: Option<bool>,
    pub(super) custom_domain: Option<String>,
}

/// A game server, as a request describes it too; but an unknown key is refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ServerEntry(pub(super) game_servers::ServerEntry);

impl<'de> Deserialize<'de> for ServerEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut unknown = None;
        let entry = serde_ignored::deserialize(deserializer, |key| unknown = Some(key.to_string()))?;
        match unknown {
            None => Ok(Self(entry)),
            Some(key) => Err(D::Error::custom(format_args!("unknown field `{key}`"))),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SubscriptionEntry {
    pub(super) id: Option<Uuid>,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) secret: Option<String>,
    pub(super) types: Option<Vec<String>>,
    pub(super) summarises_rollbacks: Option<bool>,
    pub(super) enabled: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DepartmentEntry {
    pub(super) id: Option<Uuid>,
    pub(super) label: String,
    pub(super) label_two: Option<String>,
    pub(super) retired: Option<bool>,
    #[serde(default)]
    pub(super) ranks: Vec<RankEntry>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RankEntry {
    pub(super) id: Option<Uuid>,
    pub(super) key: Option<String>,
    pub(super) label: String,
    pub(super) power: Option<u32>,
    pub(super) primary_only: Option<bool>,
    pub(super) secondary_only: Option<bool>,
    pub(super) retired: Option<bool>,
    pub(super) scopes: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FlowEntry {
    pub(super) id: Option<Uuid>,
    pub(super) key: Option<String>,
    pub(super) label_from: String,
    pub(super) label_to: String,
    #[serde(default)]
    pub(super) ranks_to_add: Vec<String>,
    #[serde(default)]
    pub(super) ranks_to_remove: Vec<String>,
    pub(super) actions: Option<Vec<Value>>,
    pub(super) promotion_type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FieldDefinitionEntry {
    pub(super) id: String,
    pub(super) label: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) options: Option<Vec<String>>,
    pub(super) metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClockInTypeEntry {
    pub(super) id: String,
    pub(super) label: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CustomLogTypeEntry {
    pub(super) id: Option<Uuid>,
    pub(super) label: String,
    pub(super) short_code: String,
    pub(super) melonly_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AccountEntry {
    pub(super) id: Option<Uuid>,
    pub(super) name: String,
    pub(super) unique_id: Option<i64>,
    pub(super) custom_unique_id: Option<bool>,
    pub(super) ranks: Option<Vec<GrantEntry>>,
    pub(super) active: Option<bool>,
    /// Why the account has its ranks and its status.
    pub(super) reason: Option<String>,
    pub(super) sys_status: Option<bool>,
    pub(super) owner: Option<bool>,
    pub(super) banned: Option<bool>,
    pub(super) ban_info: Option<String>,
    pub(super) ban_expiration: Option<Time>,
    pub(super) archived: Option<bool>,
    pub(super) join_date: Option<Time>,
    pub(super) last_login: Option<Time>,
    pub(super) api_id_preference: Option<i64>,
    pub(super) api_ids: Option<Vec<String>>,
    pub(super) bio: Option<String>,
    pub(super) discord_id: Option<String>,
    pub(super) roblox_id: Option<String>,
    pub(super) teamspeak_id: Option<String>,
    #[serde(default)]
    pub(super) identifiers: Vec<IdentifierEntry>,
    #[serde(default)]
    pub(super) profile_fields: Vec<ProfileFieldEntry>,
    #[serde(default)]
    pub(super) clock_rows: Vec<ClockRowEntry>,
    #[serde(default)]
    pub(super) activity_rows: Vec<ActivityRowEntry>,
    pub(super) notification_preferences: Option<BTreeMap<String, BTreeMap<String, Channels>>>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct IdentifierEntry {
    pub(super) id: Option<Uuid>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) verified: Option<bool>,
    pub(super) ref_count: Option<u32>,
    pub(super) metadata: Option<Map<String, Value>>,
    pub(super) flag_id: Option<String>,
    pub(super) created_at: Option<Time>,
    pub(super) updated_at: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ProfileFieldEntry {
    pub(super) id: String,
    pub(super) value: Value,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClockRowEntry {
    pub(super) id: Option<Uuid>,
    pub(super) start_time: Time,
    pub(super) end_time: Option<Time>,
    pub(super) completed: Option<bool>,
    pub(super) notes: Option<Vec<Value>>,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// A clock row that names a game server besides.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "ActivityRowKeys")]
pub(super) struct ActivityRowEntry {
    pub(super) server: Option<i64>,
    pub(super) row: ClockRowEntry,
}

/// The keys of an [`ActivityRowEntry`], side by side.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ActivityRowKeys {
    id: Option<Uuid>,
    start_time: Time,
    end_time: Option<Time>,
    completed: Option<bool>,
    notes: Option<Vec<Value>>,
    #[serde(rename = "type")]
    kind: String,
    server: Option<i64>,
}

impl From<ActivityRowKeys> for ActivityRowEntry {
    fn from(keys: ActivityRowKeys) -> Self {
        let ActivityRowKeys { id, start_time, end_time, completed, notes, kind, server } = keys;
        Self { server, row: ClockRowEntry { id, start_time, end_time, completed, notes, kind } }
    }
}

/// Where an account wants to hear of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Channels {
    pub(super) inbox: bool,
    pub(super) desktop: bool,
    pub(super) mobile: bool,
    pub(super) email: bool,
    pub(super) discord: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RankChangeEntry {
    pub(super) undo_id: Uuid,
    pub(super) account: String,
    pub(super) set: Option<Vec<GrantEntry>>,
    pub(super) add: Option<Vec<GrantEntry>>,
    pub(super) remove: Option<Vec<String>>,
    pub(super) active: Option<bool>,
    pub(super) at: Option<Time>,
    pub(super) reason: Option<String>,
    pub(super) actor: Option<String>,
}
