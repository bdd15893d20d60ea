//! The smaller parts of an account row: untyped ids, clock rows, profile fields, notification preferences.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use serde_json::Value;
use uuid::Uuid;

use crate::Result;

/// A stretch of time on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// Names it.
    pub id: Uuid,
    /// When it began.
    pub start_time: Timestamp,
    /// When it ended; none while it is open.
    pub end_time: Option<Timestamp>,
    /// Whether it is closed.
    pub completed: bool,
    /// Remarks: an array.
    pub notes: Value,
    /// The kind of duty.
    pub kind: String,
}

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

/// Writing the parts. They are read with the account, see [`crate::accounts::ReadAccounts::account`].
#[async_trait]
pub trait WriteProfiles {
    /// Replaces the untyped ids.
    async fn set_api_ids(&mut self, community: CommunityId, account: AccountId, ids: &[String])
    -> Result<()>;

    /// Makes a clock row, or brings it up to date. [`crate::StorageError::Conflict`] if it is another account's.
    async fn put_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        row: &ClockRow,
    ) -> Result<()>;

    /// Fills a profile field in.
    async fn put_profile_field(
        &mut self,
        community: CommunityId,
        account: AccountId,
        position: u32,
        field: &ProfileField,
    ) -> Result<()>;

    /// Stores a notification preference.
    async fn put_notification_preference(
        &mut self,
        community: CommunityId,
        account: AccountId,
        preference: &NotificationPreference,
    ) -> Result<()>;
}
