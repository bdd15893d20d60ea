//! The smaller parts of an account row in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rusqlite::named_params;

use super::codec::{Id, Millis, id, json, optional_time, time, to_json};
use super::tx::SqliteTx;
use crate::profiles::{ClockRow, NotificationPreference, ProfileField, WriteProfiles};
use crate::{Result, StorageError};

impl SqliteTx {
    pub(super) fn api_ids(&self, community: CommunityId, account: AccountId) -> Result<Vec<String>> {
        let sql = "SELECT value FROM api_ids WHERE community = ?1 AND account = ?2 ORDER BY position";
        self.all(sql, (community.0, Id(account.0)), |row| row.get("value"))
    }

    pub(super) fn clock_rows(&self, community: CommunityId, account: AccountId) -> Result<Vec<ClockRow>> {
        let sql = "SELECT * FROM clock_rows WHERE community = ?1 AND account = ?2 ORDER BY start_time, id";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(ClockRow {
                id: id(row, "id")?,
                start_time: time(row, "start_time")?,
                end_time: optional_time(row, "end_time")?,
                completed: row.get("completed")?,
                notes: json(row, "notes")?,
                kind: row.get("type")?,
            })
        })
    }

    pub(super) fn profile_fields(
        &self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ProfileField>> {
        let sql =
            "SELECT * FROM profile_fields WHERE community = ?1 AND account = ?2 ORDER BY position, field";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(ProfileField { id: row.get("field")?, value: json(row, "value")? })
        })
    }

    pub(super) fn notification_preferences(
        &self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<NotificationPreference>> {
        let sql = "SELECT * FROM notification_preferences WHERE community = ?1 AND account = ?2 ORDER BY topic, event";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(NotificationPreference {
                topic: row.get("topic")?,
                event: row.get("event")?,
                inbox: row.get("inbox")?,
                desktop: row.get("desktop")?,
                mobile: row.get("mobile")?,
                email: row.get("email")?,
                discord: row.get("discord")?,
            })
        })
    }
}

#[async_trait]
impl WriteProfiles for SqliteTx {
    async fn set_api_ids(
        &mut self,
        community: CommunityId,
        account: AccountId,
        ids: &[String],
    ) -> Result<()> {
        let sql = "DELETE FROM api_ids WHERE community = ?1 AND account = ?2";
        self.run(sql, (community.0, Id(account.0)))?;
        for (position, value) in (0_i64..).zip(ids) {
            let sql = "INSERT INTO api_ids (community, account, position, value) VALUES (?1, ?2, ?3, ?4)";
            self.run(sql, (community.0, Id(account.0), position, value))?;
        }
        Ok(())
    }

    async fn put_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        row: &ClockRow,
    ) -> Result<()> {
        let written = self.run(
            "INSERT INTO clock_rows (community, id, account, start_time, end_time, completed, notes, type)
             VALUES (:community, :id, :account, :start_time, :end_time, :completed, :notes, :type)
             ON CONFLICT (community, id) DO UPDATE
             SET start_time = excluded.start_time, end_time = excluded.end_time, completed = excluded.completed,
                 notes = excluded.notes, type = excluded.type
             WHERE account = excluded.account",
            named_params! {
                ":community": community.0,
                ":id": Id(row.id),
                ":account": Id(account.0),
                ":start_time": Millis(row.start_time),
                ":end_time": row.end_time.map(Millis),
                ":completed": row.completed,
                ":notes": to_json(&row.notes),
                ":type": row.kind,
            },
        )?;
        match written {
            0 => Err(StorageError::Conflict(format!("clock row {} of another account", row.id))),
            _ => Ok(()),
        }
    }

    async fn put_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        position: u32,
        field: &ProfileField,
    ) -> Result<()> {
        self.run(
            "INSERT INTO profile_fields (community, account, field, position, value) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (community, account, field) DO UPDATE
             SET position = excluded.position, value = excluded.value",
            (community.0, Id(account.0), &field.id, position, to_json(&field.value)),
        )
        .map(drop)
    }

    async fn put_notification_preference(
        &mut self,
        community: CommunityId,
        account: AccountId,
        preference: &NotificationPreference,
    ) -> Result<()> {
        self.run(
            "INSERT INTO notification_preferences
                 (community, account, topic, event, inbox, desktop, mobile, email, discord)
             VALUES (:community, :account, :topic, :event, :inbox, :desktop, :mobile, :email, :discord)
             ON CONFLICT (community, account, topic, event) DO UPDATE
             SET inbox = excluded.inbox, desktop = excluded.desktop, mobile = excluded.mobile,
                 email = excluded.email, discord = excluded.discord",
            named_params! {
                ":community": community.0,
                ":account": Id(account.0),
                ":topic": preference.topic,
                ":event": preference.event,
                ":inbox": preference.inbox,
                ":desktop": preference.desktop,
                ":mobile": preference.mobile,
                ":email": preference.email,
                ":discord": preference.discord,
            },
        )
        .map(drop)
    }
}
