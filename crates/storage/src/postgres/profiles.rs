//! The smaller parts of an account row in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};

use super::codec::{json_value, shared};
use super::tx::PgTx;
use crate::Result;
use crate::profiles::{NotificationPreference, ProfileField, ReadProfiles, WriteProfiles};

#[async_trait]
impl ReadProfiles for PgTx {
    async fn profile_fields(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ProfileField>> {
        let sql = "SELECT field, value FROM profile_fields WHERE community = $1 AND account = $2 ORDER BY position, field";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0, &account.0], |row| {
            Ok(ProfileField { id: shared(row, 0)?, value: json_value(row, 1)? })
        })
        .await
    }
}

#[async_trait]
impl WriteProfiles for PgTx {
    async fn set_api_ids(
        &mut self,
        community: CommunityId,
        account: AccountId,
        ids: &[String],
    ) -> Result<()> {
        let tx = self.writing(community).await?;
        let sql = "DELETE FROM api_ids WHERE community = $1 AND account = $2";
        tx.run(sql, &[&community.0, &account.0]).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO api_ids (community, account, position, value)
             SELECT $1::bigint, $2::uuid, place - 1, value
             FROM unnest($3::text[]) WITH ORDINALITY AS new (value, place)";
        tx.run(sql, &[&community.0, &account.0, &ids]).await.map(drop)
    }

    async fn put_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        position: u32,
        field: &ProfileField,
    ) -> Result<()> {
        let sql = "INSERT INTO profile_fields (community, account, field, position, value) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (community, account, field) DO UPDATE
             SET position = excluded.position, value = excluded.value";
        let (position, value) = (i64::from(position), field.value.as_str());
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &account.0, &field.id.as_ref(), &position, &value]).await.map(drop)
    }

    async fn remove_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        field: &str,
    ) -> Result<()> {
        let sql = "DELETE FROM profile_fields WHERE community = $1 AND account = $2 AND field = $3";
        self.writing(community).await?.run(sql, &[&community.0, &account.0, &field]).await.map(drop)
    }

    async fn put_notification_preference(
        &mut self,
        community: CommunityId,
        account: AccountId,
        preference: &NotificationPreference,
    ) -> Result<()> {
        let sql = "INSERT INTO notification_preferences
                 (community, account, topic, event, inbox, desktop, mobile, email, discord)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (community, account, topic, event) DO UPDATE
             SET inbox = excluded.inbox, desktop = excluded.desktop, mobile = excluded.mobile,
                 email = excluded.email, discord = excluded.discord";
        let NotificationPreference { topic, event, inbox, desktop, mobile, email, discord } = preference;
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &account.0, topic, event, inbox, desktop, mobile, email, discord])
            .await
            .map(drop)
    }
}
