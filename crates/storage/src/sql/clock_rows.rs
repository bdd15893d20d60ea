//! Clock rows and activity rows.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};

use super::value::{Sought, params};
use super::{Row, SqlTx, refuse_unwritten};
use crate::Result;
use crate::clock_rows::{ActivityRow, ClockRow, LatestRows, ReadClockRows, WriteClockRows};

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
}
