//! Clock rows and activity rows in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use tokio_postgres::Row;

use super::codec::{findable, get, json_value, optional_time, shared, time};
use super::tx::PgTx;
use crate::clock_rows::{ActivityRow, ClockRow, LatestRows, ReadClockRows, WriteClockRows};
use crate::{Result, StorageError};

/// The columns that [`clock_row`] reads, in order.
const COLUMNS: &str = "id, start_time, end_time, completed, notes, type";

fn clock_row(row: &Row) -> Result<ClockRow> {
    Ok(ClockRow {
        id: get(row, 0)?,
        start_time: time(row, 1)?,
        end_time: optional_time(row, 2)?,
        completed: get(row, 3)?,
        notes: json_value(row, 4)?,
        kind: shared(row, 5)?,
    })
}

#[async_trait]
impl ReadClockRows for PgTx {
    async fn open_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock_rows WHERE community = $1 AND account = $2 AND NOT completed
             ORDER BY start_time DESC, id DESC LIMIT 1"
        );
        self.on(community).await?.one(&sql, &[&community.0, &account.0], clock_row).await
    }

    async fn latest_clock_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock_rows
             WHERE community = $1 AND account = $2 AND ($3::text IS NULL OR type = $3)
             ORDER BY start_time DESC, id DESC LIMIT $4"
        );
        let take = i64::from(which.take);
        let kind = which.kind.map(findable);
        let tx = self.on(community).await?;
        tx.all(&sql, &[&community.0, &account.0, &kind, &take], clock_row).await
    }

    async fn latest_activity_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM activity_rows WHERE community = $1 AND account = $2
                 AND ($3::text IS NULL OR type = $3) AND ($4::bigint IS NULL OR server = $4)
             ORDER BY start_time DESC, id DESC LIMIT $5"
        );
        let LatestRows { kind, server, take } = which;
        let kind = kind.map(findable);
        let tx = self.on(community).await?;
        tx.all(&sql, &[&community.0, &account.0, &kind, &server, &i64::from(take)], clock_row).await
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
        tx.all(&sql, &[&community.0, &account.0], |row| {
            Ok(ActivityRow { server: get(row, 6)?, row: clock_row(row)? })
        })
        .await
    }
}

#[async_trait]
impl WriteClockRows for PgTx {
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
        let start_time = row.start_time.as_millisecond();
        let end_time = row.end_time.map(Timestamp::as_millisecond);
        let notes = row.notes.as_str();
        let tx = self.writing(community).await?;
        let written = tx
            .run(
                sql,
                &[
                    &community.0,
                    &row.id,
                    &account.0,
                    &start_time,
                    &end_time,
                    &row.completed,
                    &notes,
                    &row.kind.as_ref(),
                ],
            )
            .await?;
        refuse_taken(written, "clock row", row)
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
        let start_time = row.start_time.as_millisecond();
        let end_time = row.end_time.map(Timestamp::as_millisecond);
        let notes = row.notes.as_str();
        let tx = self.writing(community).await?;
        let written = tx
            .run(
                sql,
                &[
                    &community.0,
                    &row.id,
                    &account.0,
                    &server,
                    &start_time,
                    &end_time,
                    &row.completed,
                    &notes,
                    &row.kind.as_ref(),
                ],
            )
            .await?;
        refuse_taken(written, "activity row", row)
    }
}

/// Nothing was written if the id is that of another account's row.
fn refuse_taken(written: u64, what: &str, row: &ClockRow) -> Result<()> {
    match written {
        0 => Err(StorageError::Conflict(format!("{what} {} of another account", row.id))),
        _ => Ok(()),
    }
}
