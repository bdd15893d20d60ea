//! The smaller parts of an account row: untyped ids, profile fields, notification preferences.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};

use crate::Result;
use crate::json::Json;
use crate::sql::value::{ToValue, params};
use crate::sql::{SqlTx, Value};
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    profile_fields: [community Int, account Id, field Text] position Int, value Text;
    notification_preferences: [community Int, account Id, topic Text, event Text]
        inbox Bool, desktop Bool, mobile Bool, email Bool, discord Bool;
};

/// A profile field of an account, and the value that the account has filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// The field.
    pub id: Arc<str>,
    /// The value that was filled in.
    pub value: Json,
}

/// Where an account wants to hear of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent channels, as on the wire")]
pub struct NotificationPreference {
    /// The group of events: `forms`.
    pub topic: String,
    /// The event: `statusChange`.
    pub event: String,
    /// In the inbox.
    pub inbox: bool,
    /// On the desktop.
    pub desktop: bool,
    /// On the telephone.
    pub mobile: bool,
    /// By mail.
    pub email: bool,
    /// By Discord.
    pub discord: bool,
}

impl NotificationPreference {
    /// Returns the preference that every account begins with: every channel, when the status of a form
    /// changes.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            topic: "forms".to_owned(),
            event: "statusChange".to_owned(),
            inbox: true,
            desktop: true,
            mobile: true,
            email: true,
            discord: true,
        }
    }
}

/// The notification preferences of an account, ordered by topic and event. Nearly every account has the usual
/// ones, and all of these share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences(Arc<[NotificationPreference]>);

impl Preferences {
    /// Returns the preferences that every account begins with.
    #[must_use]
    pub fn usual() -> Self {
        static USUAL: LazyLock<Preferences> =
            LazyLock::new(|| Preferences(Arc::new([NotificationPreference::usual()])));
        USUAL.clone()
    }

    /// Returns the preferences in order.
    #[must_use]
    pub fn as_slice(&self) -> &[NotificationPreference] {
        &self.0
    }
}

impl From<Vec<NotificationPreference>> for Preferences {
    fn from(mut preferences: Vec<NotificationPreference>) -> Self {
        let usual = Self::usual();
        if *preferences == *usual.0 {
            return usual;
        }
        preferences
            .sort_unstable_by(|one, other| (&one.topic, &one.event).cmp(&(&other.topic, &other.event)));
        Self(preferences.into())
    }
}

/// Reading the parts by themselves. All of them are read with the account, see
/// [`crate::standings::ReadStandings::snapshot`].
#[async_trait]
pub trait ReadProfiles {
    /// Returns the profile fields of an account, in order.
    async fn profile_fields(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ProfileField>>;
}

/// Writing the parts.
#[async_trait]
pub trait WriteProfiles {
    /// Replaces the untyped ids.
    async fn set_api_ids(&mut self, community: CommunityId, account: AccountId, ids: &[String])
    -> Result<()>;

    /// Fills a profile field in.
    async fn put_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        position: u32,
        field: &ProfileField,
    ) -> Result<()>;

    /// Empties a profile field.
    async fn remove_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        field: &str,
    ) -> Result<()>;

    /// Stores a notification preference.
    async fn put_notification_preference(
        &mut self,
        community: CommunityId,
        account: AccountId,
        preference: &NotificationPreference,
    ) -> Result<()>;
}

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
