//! Time on duty and time in game: clock rows and activity rows.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use uuid::Uuid;

use crate::Result;
use crate::json::Json;

/// A stretch of time on duty, or in game.
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
    pub notes: Json,
    /// The kind of duty or activity.
    pub kind: Arc<str>,
}

/// An activity row, and the game server it was on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// The game server, if one is known.
    pub server: Option<i64>,
    /// The stretch of time.
    pub row: ClockRow,
}

/// Which rows to read of an account: the newest that fit.
#[derive(Debug, Clone, Copy)]
pub struct LatestRows<'a> {
    /// Of this kind only.
    pub kind: Option<&'a str>,
    /// On this game server only. Clock rows have none.
    pub server: Option<i64>,
    /// How many at the most.
    pub take: u32,
}

/// Reading clock rows and activity rows.
#[async_trait]
pub trait ReadClockRows {
    /// The open clock row of an account: the newest, should an import have left several.
    async fn open_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<ClockRow>>;

    /// The newest clock rows of an account, newest first.
    async fn latest_clock_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>>;

    /// The newest activity rows of an account, newest first.
    async fn latest_activity_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>>;

    /// Every activity row of an account, oldest first: for whoever brings them up to date.
    async fn activity_rows(&mut self, community: CommunityId, account: AccountId)
    -> Result<Vec<ActivityRow>>;
}

/// Writing clock rows and activity rows.
#[async_trait]
pub trait WriteClockRows {
    /// Makes a clock row, or brings it up to date. [`crate::StorageError::Conflict`] if it is another
    /// account's.
    async fn put_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        row: &ClockRow,
    ) -> Result<()>;

    /// Makes an activity row on a game server, or brings it up to date. [`crate::StorageError::Conflict`] if
    /// it is another account's.
    async fn put_activity_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        server: Option<i64>,
        row: &ClockRow,
    ) -> Result<()>;
}
