//! Time on duty and time in game: clock rows and activity rows.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use uuid::Uuid;

use crate::Result;
use crate::json::Json;
use crate::sql::value::{Sought, params};
use crate::sql::{Row, SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    clock_rows: [community Int, id Id]
        account Id, start_time Int, end_time Int, completed Bool, notes Text, type Text;
    activity_rows: [community Int, id Id]
        account Id, server Int, start_time Int, end_time Int, completed Bool, notes Text, type Text,
        clear_reason Text;
};

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

impl ClockRow {
    /// Returns a row that is open from now on.
    #[must_use]
    pub fn open(id: Uuid, now: Timestamp, kind: &str) -> Self {
        let (end_time, completed, notes) = (None, false, Json::EMPTY_ARRAY);
        Self { id, start_time: now, end_time, completed, notes, kind: kind.into() }
    }

    /// Returns the row as it is once it is closed. An imported row may begin later than now: it ends when it
    /// begins.
    #[must_use]
    pub fn closed_at(self, now: Timestamp) -> Self {
        let end_time = Some(now.max(self.start_time));
        Self { end_time, completed: true, ..self }
    }
}

/// An activity row, and the game server it was on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// The game server, if one is known.
    pub server: Option<i64>,
    /// The stretch of time.
    pub row: ClockRow,
}

/// An open activity row: somebody who is on a game server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenActivityRow {
    /// Who.
    pub account: AccountId,
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

    /// The activity rows on a game server that are open, oldest first: all, or those of one account.
    async fn open_activity_rows(
        &mut self,
        community: CommunityId,
        server: i64,
        account: Option<AccountId>,
    ) -> Result<Vec<OpenActivityRow>>;
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

    /// Stores the end of an activity row that is closed, for a reason if something else than its player ended
    /// it.
    async fn close_activity_row(
        &mut self,
        community: CommunityId,
        row: &ClockRow,
        clear_reason: Option<&str>,
    ) -> Result<()>;
}

/// The columns that [`clock_row`] reads, in order.
const COLUMNS: &str = "id, start_time, end_time, completed, notes, type";

fn clock_row(row: &Row<'_>) -> Result<ClockRow> {
    Ok(ClockRow {
        id: row.get(0)?,
        start_time: row.get(1)?,
        end_time: row.get(2)?,
        completed: row.get(3)?,
        notes: row.get(4)?,
        kind: row.get(5)?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadClockRows for T {
    async fn open_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock_rows WHERE community = $1 AND account = $2 AND NOT completed
             ORDER BY start_time DESC, id DESC LIMIT 1"
        );
        self.on(community).await?.one(&sql, params![community, account], clock_row).await
    }

    async fn latest_clock_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock_rows
             WHERE community = $1 AND account = $2 AND (CAST($3 AS text) IS NULL OR type = $3)
             ORDER BY start_time DESC, id DESC LIMIT $4"
        );
        let kind = which.kind.map(Sought);
        let tx = self.on(community).await?;
        tx.all(&sql, params![community, account, kind, which.take], clock_row).await
    }

    async fn latest_activity_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM activity_rows WHERE community = $1 AND account = $2
                 AND (CAST($3 AS text) IS NULL OR type = $3) AND (CAST($4 AS bigint) IS NULL OR server = $4)
             ORDER BY start_time DESC, id DESC LIMIT $5"
        );
        let kind = which.kind.map(Sought);
        let tx = self.on(community).await?;
        tx.all(&sql, params![community, account, kind, which.server, which.take], clock_row).await
    }

    async fn activity_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ActivityRow>> {
        let sql = format!(
            "SELECT {COLUMNS}, server FROM activity_rows WHERE community = $1 AND account = $2
             ORDER BY start_time, id"
        );
        let tx = self.on(community).await?;
        tx.all(&sql, params![community, account], |row| {
            Ok(ActivityRow { server: row.get(6)?, row: clock_row(row)? })
        })
        .await
    }

    async fn open_activity_rows(
        &mut self,
        community: CommunityId,
        server: i64,
        account: Option<AccountId>,
    ) -> Result<Vec<OpenActivityRow>> {
        let is_theirs = if account.is_some() { "AND account = $3" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS}, account FROM activity_rows
             WHERE community = $1 AND server = $2 {is_theirs} AND NOT completed ORDER BY start_time, id"
        );
        let params = params![community, server, account];
        let params = if account.is_some() { &params[..] } else { &params[..2] };
        let tx = self.on(community).await?;
        tx.all(&sql, params, |row| Ok(OpenActivityRow { account: row.get(6)?, row: clock_row(row)? })).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteClockRows for T {
    async fn put_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        row: &ClockRow,
    ) -> Result<()> {
        let sql = "INSERT INTO clock_rows AS old
                 (community, id, account, start_time, end_time, completed, notes, type)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (community, id) DO UPDATE
             SET start_time = excluded.start_time, end_time = excluded.end_time, completed = excluded.completed,
                 notes = excluded.notes, type = excluded.type
             WHERE old.account = excluded.account";
        let ClockRow { id, start_time, end_time, completed, notes, kind } = row;
        let params = params![community, id, account, start_time, end_time, completed, notes, kind];
        let written = self.writing(community).await?.run(sql, params).await?;
        refuse_unwritten(written, || format!("clock row {id} of another account"))
    }

    async fn put_activity_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        server: Option<i64>,
        row: &ClockRow,
    ) -> Result<()> {
        let sql = "INSERT INTO activity_rows AS old
                 (community, id, account, server, start_time, end_time, completed, notes, type)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (community, id) DO UPDATE
             SET server = excluded.server, start_time = excluded.start_time, end_time = excluded.end_time,
                 completed = excluded.completed, notes = excluded.notes, type = excluded.type
             WHERE old.account = excluded.account";
        let ClockRow { id, start_time, end_time, completed, notes, kind } = row;
        let params = params![community, id, account, server, start_time, end_time, completed, notes, kind];
        let written = self.writing(community).await?.run(sql, params).await?;
        refuse_unwritten(written, || format!("activity row {id} of another account"))
    }

    async fn close_activity_row(
        &mut self,
        community: CommunityId,
        row: &ClockRow,
        clear_reason: Option<&str>,
    ) -> Result<()> {
        let sql = "UPDATE activity_rows SET end_time = $3, completed = true, clear_reason = $4
             WHERE community = $1 AND id = $2";
        let ClockRow { id, end_time, .. } = row;
        let params = params![community, id, end_time, clear_reason];
        self.writing(community).await?.run(sql, params).await.map(drop)
    }
}
