//! What a community defines for its accounts: profile fields, clock-in types, custom log types.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use serde_json::Value;
use uuid::Uuid;

use crate::Result;

/// A profile field that accounts fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFieldDefinition {
    /// Names it on the wire.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// What may be filled in: `text`, `number`, `select`, ...
    pub kind: String,
    /// What may be chosen from, where the type is a choice.
    pub options: Option<Vec<String>>,
    /// Whatever a form needs to know of it: an object.
    pub metadata: Value,
    /// Where it stands among the fields.
    pub position: i64,
}

/// A kind of duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockInType {
    /// Names it on the wire.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Where it stands among the types.
    pub position: i64,
}

/// A kind of log entry that the community has made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomLogType {
    /// Names it on the wire.
    pub id: Uuid,
    /// What people call it.
    pub label: String,
    /// What it is called for short.
    pub short_code: String,
    /// Its id in Melonly.
    pub melonly_id: Option<String>,
    /// Where it stands among the types.
    pub position: i64,
}

/// Reading definitions.
#[async_trait]
pub trait ReadDefinitions {
    /// The profile fields in order.
    async fn profile_field_definitions(
        &mut self,
        community: CommunityId,
    ) -> Result<Vec<ProfileFieldDefinition>>;

    /// The clock-in types in order.
    async fn clockin_types(&mut self, community: CommunityId) -> Result<Vec<ClockInType>>;

    /// The custom log types in order.
    async fn custom_log_types(&mut self, community: CommunityId) -> Result<Vec<CustomLogType>>;
}

/// Writing definitions.
#[async_trait]
pub trait WriteDefinitions {
    /// Makes a profile field, or brings it up to date.
    async fn put_profile_field_definition(
        &mut self,
        community: CommunityId,
        definition: &ProfileFieldDefinition,
    ) -> Result<()>;

    /// Removes a profile field; what accounts have filled in stays.
    async fn remove_profile_field_definition(&mut self, community: CommunityId, id: &str) -> Result<()>;

    /// Makes a clock-in type, or brings it up to date.
    async fn put_clockin_type(&mut self, community: CommunityId, kind: &ClockInType) -> Result<()>;

    /// Removes a clock-in type; clock rows of it stay.
    async fn remove_clockin_type(&mut self, community: CommunityId, id: &str) -> Result<()>;

    /// Makes a custom log type, or brings it up to date.
    async fn put_custom_log_type(&mut self, community: CommunityId, kind: &CustomLogType) -> Result<()>;

    /// Removes a custom log type.
    async fn remove_custom_log_type(&mut self, community: CommunityId, id: Uuid) -> Result<()>;
}
