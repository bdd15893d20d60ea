//! Definitions that a community makes for its accounts: profile fields, clock-in types, custom log types.

use async_trait::async_trait;
use rankledger_domain::definition::{ClockInType, CustomLogType, FieldKind, ProfileFieldDefinition};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::profile_field::FieldType;
use uuid::Uuid;

use crate::Result;
use crate::sql::SqlTx;
use crate::sql::value::{AsJson, params};
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    profile_field_definitions: [community Int, id Text]
        label Text, type Text, options Text, metadata Text, position Int;
    clockin_types: [community Int, id Text] label Text, position Int;
    custom_log_types: [community Int, id Id] label Text, short_code Text, melonly_id Text, position Int;
};

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

#[async_trait]
impl<T: SqlTx> ReadDefinitions for T {
    async fn profile_field_definitions(
        &mut self,
        community: CommunityId,
    ) -> Result<Vec<ProfileFieldDefinition>> {
        let sql = "SELECT * FROM profile_field_definitions WHERE community = $1 ORDER BY position, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(ProfileFieldDefinition {
                id: row.get("id")?,
                label: row.get("label")?,
                kind: FieldKind::stored(row.word("type", FieldType::parse)?, row.optional_json("options")?),
                metadata: row.json("metadata")?,
                position: row.get("position")?,
            })
        })
        .await
    }

    async fn clockin_types(&mut self, community: CommunityId) -> Result<Vec<ClockInType>> {
        let sql = "SELECT * FROM clockin_types WHERE community = $1 ORDER BY position, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(ClockInType { id: row.get("id")?, label: row.get("label")?, position: row.get("position")? })
        })
        .await
    }

    async fn custom_log_types(&mut self, community: CommunityId) -> Result<Vec<CustomLogType>> {
        let sql = "SELECT * FROM custom_log_types WHERE community = $1 ORDER BY position, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(CustomLogType {
                id: row.get("id")?,
                label: row.get("label")?,
                short_code: row.get("short_code")?,
                melonly_id: row.get("melonly_id")?,
                position: row.get("position")?,
            })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteDefinitions for T {
    async fn put_profile_field_definition(
        &mut self,
        community: CommunityId,
        definition: &ProfileFieldDefinition,
    ) -> Result<()> {
        let sql =
            "INSERT INTO profile_field_definitions (community, id, label, type, options, metadata, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, type = excluded.type, options = excluded.options,
                 metadata = excluded.metadata, position = excluded.position";
        let ProfileFieldDefinition { id, label, kind, metadata, position } = definition;
        let (options, kind) = (kind.options(), kind.field_type().as_str());
        let options = options.as_ref().map(AsJson);
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, id, label, kind, options, AsJson(metadata), position]).await.map(drop)
    }

    async fn remove_profile_field_definition(&mut self, community: CommunityId, id: &str) -> Result<()> {
        let sql = "DELETE FROM profile_field_definitions WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, params![community, id]).await.map(drop)
    }

    async fn put_clockin_type(&mut self, community: CommunityId, kind: &ClockInType) -> Result<()> {
        let sql = "INSERT INTO clockin_types (community, id, label, position) VALUES ($1, $2, $3, $4)
             ON CONFLICT (community, id) DO UPDATE SET label = excluded.label, position = excluded.position";
        let ClockInType { id, label, position } = kind;
        self.writing(community).await?.run(sql, params![community, id, label, position]).await.map(drop)
    }

    async fn remove_clockin_type(&mut self, community: CommunityId, id: &str) -> Result<()> {
        let sql = "DELETE FROM clockin_types WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, params![community, id]).await.map(drop)
    }

    async fn put_custom_log_type(&mut self, community: CommunityId, kind: &CustomLogType) -> Result<()> {
        let sql = "INSERT INTO custom_log_types (community, id, label, short_code, melonly_id, position)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, short_code = excluded.short_code, melonly_id = excluded.melonly_id,
                 position = excluded.position";
        let CustomLogType { id, label, short_code, melonly_id, position } = kind;
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, id, label, short_code, melonly_id, position]).await.map(drop)
    }

    async fn remove_custom_log_type(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        let sql = "DELETE FROM custom_log_types WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, params![community, id]).await.map(drop)
    }
}
