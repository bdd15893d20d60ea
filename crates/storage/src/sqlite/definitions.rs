//! Definitions of profile fields, clock-in types and custom log types in SQLite.

use async_trait::async_trait;
use rankledger_domain::definition::{ClockInType, CustomLogType, FieldKind, ProfileFieldDefinition};
use rankledger_domain::ids::CommunityId;
use rankledger_domain::name::{Name, Word};
use rankledger_domain::profile_field::FieldType;
use rusqlite::named_params;
use uuid::Uuid;

use super::codec::{Id, id, json, optional_json, to_json, word};
use super::tx::SqliteTx;
use crate::Result;
use crate::definitions::{ReadDefinitions, WriteDefinitions};

#[async_trait]
impl ReadDefinitions for SqliteTx {
    async fn profile_field_definitions(
        &mut self,
        community: CommunityId,
    ) -> Result<Vec<ProfileFieldDefinition>> {
        let sql = "SELECT * FROM profile_field_definitions WHERE community = ?1 ORDER BY position, id";
        self.all(sql, [community.0], |row| {
            Ok(ProfileFieldDefinition {
                id: Word::stored(row.get("id")?),
                label: Name::stored(row.get("label")?),
                kind: FieldKind::stored(word(row, "type", FieldType::parse)?, optional_json(row, "options")?),
                metadata: json(row, "metadata")?,
                position: row.get("position")?,
            })
        })
    }

    async fn clockin_types(&mut self, community: CommunityId) -> Result<Vec<ClockInType>> {
        let sql = "SELECT * FROM clockin_types WHERE community = ?1 ORDER BY position, id";
        self.all(sql, [community.0], |row| {
            Ok(ClockInType {
                id: Word::stored(row.get("id")?),
                label: Name::stored(row.get("label")?),
                position: row.get("position")?,
            })
        })
    }

    async fn custom_log_types(&mut self, community: CommunityId) -> Result<Vec<CustomLogType>> {
        let sql = "SELECT * FROM custom_log_types WHERE community = ?1 ORDER BY position, id";
        self.all(sql, [community.0], |row| {
            Ok(CustomLogType {
                id: id(row, "id")?,
                label: Name::stored(row.get("label")?),
                short_code: Word::stored(row.get("short_code")?),
                melonly_id: row.get::<_, Option<_>>("melonly_id")?.map(Word::stored),
                position: row.get("position")?,
            })
        })
    }
}

#[async_trait]
impl WriteDefinitions for SqliteTx {
    async fn put_profile_field_definition(
        &mut self,
        community: CommunityId,
        definition: &ProfileFieldDefinition,
    ) -> Result<()> {
        self.run(
            "INSERT INTO profile_field_definitions (community, id, label, type, options, metadata, position)
             VALUES (:community, :id, :label, :type, :options, :metadata, :position)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, type = excluded.type, options = excluded.options,
                 metadata = excluded.metadata, position = excluded.position",
            named_params! {
                ":community": community.0,
                ":id": definition.id.as_str(),
                ":label": definition.label.as_str(),
                ":type": definition.kind.field_type().as_str(),
                ":options": definition.kind.options().map(|options| to_json(&options)),
                ":metadata": to_json(&definition.metadata),
                ":position": definition.position,
            },
        )
        .map(drop)
    }

    async fn remove_profile_field_definition(&mut self, community: CommunityId, id: &str) -> Result<()> {
        let sql = "DELETE FROM profile_field_definitions WHERE community = ?1 AND id = ?2";
        self.run(sql, (community.0, id)).map(drop)
    }

    async fn put_clockin_type(&mut self, community: CommunityId, kind: &ClockInType) -> Result<()> {
        self.run(
            "INSERT INTO clockin_types (community, id, label, position) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (community, id) DO UPDATE SET label = excluded.label, position = excluded.position",
            (community.0, kind.id.as_str(), kind.label.as_str(), kind.position),
        )
        .map(drop)
    }

    async fn remove_clockin_type(&mut self, community: CommunityId, id: &str) -> Result<()> {
        self.run("DELETE FROM clockin_types WHERE community = ?1 AND id = ?2", (community.0, id)).map(drop)
    }

    async fn put_custom_log_type(&mut self, community: CommunityId, kind: &CustomLogType) -> Result<()> {
        self.run(
            "INSERT INTO custom_log_types (community, id, label, short_code, melonly_id, position)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, short_code = excluded.short_code, melonly_id = excluded.melonly_id,
                 position = excluded.position",
            (
                community.0,
                Id(kind.id),
                kind.label.as_str(),
                kind.short_code.as_str(),
                kind.melonly_id.as_ref().map(Word::as_str),
                kind.position,
            ),
        )
        .map(drop)
    }

    async fn remove_custom_log_type(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        self.run("DELETE FROM custom_log_types WHERE community = ?1 AND id = ?2", (community.0, Id(id)))
            .map(drop)
    }
}
