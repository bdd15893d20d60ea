//! Definitions that a community makes for its accounts: profile fields, clock-in types, custom log types.

use async_trait::async_trait;
use rankledger_domain::definition::{ClockInType, CustomLogType, ProfileFieldDefinition};
use rankledger_domain::ids::CommunityId;
use uuid::Uuid;

use crate::Result;

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
