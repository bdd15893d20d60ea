//! The smaller parts of an account row: untyped ids, profile fields, notification preferences.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};

use crate::Result;
use crate::json::Json;

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
/// [`crate::accounts::ReadAccounts::snapshot`].
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
