//! The smaller parts of an account row.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};

use super::value::{ToValue, params};
use super::{SqlTx, Value};
use crate::Result;
use crate::profiles::{NotificationPreference, ProfileField, ReadProfiles, WriteProfiles};

#[async_trait]
impl<T: SqlTx> ReadProfiles for T {
    async fn profile_fields(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ProfileField>> {
        let sql = "SELECT field, value FROM profile_fields WHERE community = $1 AND account = $2 ORDER BY position, field";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, account], |row| {
            Ok(ProfileField { id: row.get(0)?, value: row.get(1)? })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteProfiles for T {
    async fn set_api_ids(
        &mut self,
        community: CommunityId,
        account: AccountId,
        ids: &[String],
    ) -> Result<()> {
        let tx = self.writing(community).await?;
        let sql = "DELETE FROM api_ids WHERE community = $1 AND account = $2";
        tx.run(sql, params![community, account]).await?;
        let sql = "INSERT INTO api_ids (community, account, position, value) VALUES ($1, $2, $3, $4)";
        let (community, account) = (community.to_value(), account.to_value());
        let rows = (0..).zip(ids).map(|(position, id)| {
            vec![community.clone(), account.clone(), Value::Integer(position), id.to_value()]
        });
        let rows: Vec<_> = rows.collect();
        tx.run_each(sql, &rows).await
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
        let ProfileField { id, value } = field;
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, account, id, position, value]).await.map(drop)
    }

    async fn remove_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        field: &str,
    ) -> Result<()> {
        let sql = "DELETE FROM profile_fields WHERE community = $1 AND account = $2 AND field = $3";
        self.writing(community).await?.run(sql, params![community, account, field]).await.map(drop)
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
        let params = params![community, account, topic, event, inbox, desktop, mobile, email, discord];
        self.writing(community).await?.run(sql, params).await.map(drop)
    }
}
