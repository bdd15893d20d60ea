//! The answers of the hosted original, as far as an import document has room for them. Each type is read from
//! an answer and written as an entry of the document: names that differ are given for both.
//!
//! Only the shapes are decided here. `fit.rs` leaves out what an import would refuse.

use rankledger_domain::identifier::IdentifierName;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::wire::loose_text::Text;

/// `data` of Get Community.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Community {
    pub(super) id: String,
    uuid: Option<Uuid>,
    pub(super) name: String,
    sub_version: Option<u8>,
}

/// Everything that a community defines, from the lists that answer it.
#[derive(Debug, Clone)]
pub(super) struct Definitions {
    pub(super) departments: Vec<Department>,
    pub(super) flows: Vec<Flow>,
    pub(super) profile_fields: Vec<ProfileField>,
    pub(super) clock_in_types: Vec<ClockInType>,
    pub(super) log_types: Vec<LogType>,
    pub(super) servers: Vec<Server>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Department {
    #[serde(rename(deserialize = "uuid", serialize = "id"))]
    id: Uuid,
    pub(super) label: String,
    label_two: Option<String>,
    pub(super) ranks: Vec<Rank>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rank {
    pub(super) label: String,
    pub(super) power: Option<u32>,
    pub(super) id: Uuid,
    key: Option<String>,
    primary_only: Option<bool>,
    secondary_only: Option<bool>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flow {
    pub(super) label_from: String,
    pub(super) label_to: String,
    id: Uuid,
    key: Option<String>,
    #[serde(default)]
    pub(super) ranks_to_add: Vec<String>,
    #[serde(default)]
    pub(super) ranks_to_remove: Vec<String>,
    promotion_type: Option<String>,
    #[serde(default, deserialize_with = "listed")]
    actions: Vec<Value>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct ProfileField {
    pub(super) id: String,
    label: String,
    pub(super) r#type: String,
    pub(super) options: Option<Vec<String>>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct ClockInType {
    id: String,
    label: String,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogType {
    id: Option<Uuid>,
    label: String,
    short_code: String,
    #[serde(default, deserialize_with = "text")]
    melonly_id: Option<String>,
}

/// `data` of Get Servers.
#[derive(Debug, Deserialize)]
pub(super) struct Servers {
    pub(super) servers: Vec<Server>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Server {
    id: i64,
    pub(super) name: String,
    description: Option<String>,
    ip: Option<String>,
    #[serde(default, deserialize_with = "text")]
    port: Option<String>,
    r#type: Option<String>,
    type_last_updated: Option<String>,
    roblox_join_code: Option<String>,
    roblox_metadata: Option<Map<String, Value>>,
    pub(super) ace_config: Option<AceConfig>,
    pub(super) allowed_ranks: Option<Vec<String>>,
    pub(super) blocked_ranks: Option<Vec<String>>,
    push_url: Option<String>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct AceConfig {
    #[serde(default)]
    pub(super) mappings: Vec<Mapping>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct Mapping {
    pub(super) ranks: Vec<String>,
    principal: String,
}

/// `data` of Get Accounts: a page of the list.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) items: Vec<Listed>,
    pub(super) total: usize,
}

/// An account in the list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    pub(super) acc_id: Uuid,
}

/// `data` of Get Account.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    #[serde(rename(deserialize = "accName", serialize = "name"))]
    pub(super) name: String,
    #[serde(rename(deserialize = "accId", serialize = "id"))]
    pub(super) id: Uuid,
    unique_id: Option<i64>,
    pub(super) ranks: Vec<String>,
    #[serde(rename(deserialize = "comStatus", serialize = "active"))]
    pub(super) active: Option<bool>,
    sys_status: Option<bool>,
    owner: Option<bool>,
    banned: Option<bool>,
    archived: Option<bool>,
    pub(super) join_date: Option<String>,
    pub(super) last_login: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) discord_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    teamspeak_id: Option<String>,
    #[serde(default, deserialize_with = "listed")]
    pub(super) identifiers: Vec<Identifier>,
    #[serde(skip_serializing)]
    pub(super) active_api_ids: Option<Vec<String>>,
    /// The ids without a type: `fit.rs` finds them among the active ones.
    #[serde(skip_deserializing)]
    pub(super) api_ids: Vec<String>,
    #[serde(default, deserialize_with = "listed")]
    pub(super) profile_fields: Vec<FieldValue>,
    #[serde(
        rename(deserialize = "clockData", serialize = "clockRows"),
        default,
        deserialize_with = "listed"
    )]
    pub(super) clock_rows: Vec<ClockRow>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identifier {
    pub(super) r#type: String,
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ref_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub(super) flag_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) updated_at: Option<String>,
}

impl Identifier {
    /// Returns an identifier of which only this is known.
    pub(super) fn verified(name: &IdentifierName) -> Self {
        let (r#type, value) = (name.kind.clone(), Some(name.value.clone()));
        Self { r#type, value, verified: Some(true), ..Self::default() }
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct FieldValue {
    pub(super) id: String,
    #[serde(default)]
    pub(super) value: Value,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClockRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<Vec<Value>>,
    r#type: String,
}

/// A list as it stands within an object: `{"data": [...]}`, or `{"idents": [...]}`.
#[derive(Deserialize)]
struct Within<T> {
    #[serde(alias = "idents")]
    data: Vec<T>,
}

/// Reads a list within an object. Null is an empty list.
fn listed<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Within<T>>::deserialize(deserializer)?.map_or_else(Vec::new, |within| within.data))
}

/// Reads a text, or a number as a text. An empty one is `None`.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.and_then(Text::given))
}
