//! The smaller parts of an account row in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rusqlite::named_params;

use super::codec::{Id, json_value};
use super::tx::SqliteTx;
use crate::Result;
use crate::profiles::{NotificationPreference, ProfileField, ReadProfiles, WriteProfiles};

impl SqliteTx {
    pub(super) fn api_ids(&self, community: CommunityId, account: AccountId) -> Result<Vec<Box<str>>> {
        let sql = "SELECT value FROM api_ids WHERE community = ?1 AND account = ?2 ORDER BY position";
        self.all(sql, (community.0, Id(account.0)), |row| row.get(0))
    }

    pub(super) fn notification_preferences(
        &self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<NotificationPreference>> {
        let sql = "SELECT topic, event, inbox, desktop, mobile, email, discord FROM notification_preferences
             WHERE community = ?1 AND account = ?2 ORDER BY topic, event";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(NotificationPreference {
                topic: row.get(0)?,
                event: row.get(1)?,
                inbox: row.get(2)?,
                desktop: row.get(3)?,
                mobile: row.get(4)?,
                email: row.get(5)?,
                discord: row.get(6)?,
            })
        })
    }
}

#[async_trait]
impl ReadProfiles for SqliteTx {
    async fn profile_fields(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ProfileField>> {
        let sql = "SELECT field, value FROM profile_fields WHERE community = ?1 AND account = ?2 ORDER BY position, field";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(ProfileField { id: row.get(0)?, value: json_value(row, 1)? })
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
            (community.0, Id(account.0), &field.id, position, field.value.as_str()),
        )
        .map(drop)
    }

    async fn remove_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        field: &str,
    ) -> Result<()> {
        let sql = "DELETE FROM profile_fields WHERE community = ?1 AND account = ?2 AND field = ?3";
        self.run(sql, (community.0, Id(account.0), field)).map(drop)
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
