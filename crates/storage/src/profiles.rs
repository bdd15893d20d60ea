//! The smaller parts of an account row: untyped ids, profile fields, notification preferences.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use serde_json::Value;

use crate::Result;

/// What an account has filled into one profile field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// The field.
    pub id: String,
    /// What was filled in.
    pub value: Value,
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
    /// What an account has that was told nothing else: every channel, when the status of a form changes.
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

/// Reading the parts by themselves. All of them are read with the account, see
/// [`crate::accounts::ReadAccounts::account`].
#[async_trait]
pub trait ReadProfiles {
    /// What an account has filled in, in order.
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
