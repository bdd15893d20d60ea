//! Clock rows and activity rows in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rusqlite::{Row, named_params};

use super::codec::{Id, Millis, id, json_value, optional_time, time};
use super::tx::SqliteTx;
use crate::clock_rows::{ActivityRow, ClockRow, LatestRows, ReadClockRows, WriteClockRows};
use crate::{Result, StorageError};

/// The columns that [`clock_row`] reads, in order.
const COLUMNS: &str = "id, start_time, end_time, completed, notes, type";

fn clock_row(row: &Row<'_>) -> rusqlite::Result<ClockRow> {
    Ok(ClockRow {
        id: id(row, 0)?,
        start_time: time(row, 1)?,
        end_time: optional_time(row, 2)?,
        completed: row.get(3)?,
        notes: json_value(row, 4)?,
        kind: row.get(5)?,
    })
}

#[async_trait]
impl ReadClockRows for SqliteTx {
    async fn open_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock_rows WHERE community = ?1 AND account = ?2 AND completed = 0
             ORDER BY start_time DESC, id DESC LIMIT 1"
        );
        self.one(&sql, (community.0, Id(account.0)), clock_row)
    }

    async fn latest_clock_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM clock_rows WHERE community = ?1 AND account = ?2 AND (?3 IS NULL OR type = ?3)
             ORDER BY start_time DESC, id DESC LIMIT ?4"
        );
        self.all(&sql, (community.0, Id(account.0), which.kind, which.take), clock_row)
    }

    async fn latest_activity_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
        which: LatestRows<'_>,
    ) -> Result<Vec<ClockRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM activity_rows WHERE community = ?1 AND account = ?2
                 AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR server = ?4)
             ORDER BY start_time DESC, id DESC LIMIT ?5"
        );
        self.all(&sql, (community.0, Id(account.0), which.kind, which.server, which.take), clock_row)
    }

    async fn activity_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ActivityRow>> {
        let sql = format!(
            "SELECT {COLUMNS}, server FROM activity_rows WHERE community = ?1 AND account = ?2
             ORDER BY start_time, id"
        );
        self.all(&sql, (community.0, Id(account.0)), |row| {
            Ok(ActivityRow { server: row.get(6)?, row: clock_row(row)? })
        })
    }
}

#[async_trait]
impl WriteClockRows for SqliteTx {
    async fn put_clock_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        row: &ClockRow,
    ) -> Result<()> {
        let written = self.run(
            "INSERT INTO clock_rows (community, id, account, start_time, end_time, completed, notes, type)
             VALUES (:community, :id, :account, :start_time, :end_time, :completed, :notes, :type)
             ON CONFLICT (community, id) DO UPDATE
             SET start_time = excluded.start_time, end_time = excluded.end_time, completed = excluded.completed,
                 notes = excluded.notes, type = excluded.type
             WHERE account = excluded.account",
            named_params! {
                ":community": community.0,
                ":id": Id(row.id),
                ":account": Id(account.0),
                ":start_time": Millis(row.start_time),
                ":end_time": row.end_time.map(Millis),
                ":completed": row.completed,
                ":notes": row.notes.as_str(),
                ":type": row.kind,
            },
        )?;
        refuse_taken(written, "clock row", row)
    }

    async fn put_activity_row(
        &mut self,
        community: CommunityId,
        account: AccountId,
        server: Option<i64>,
        row: &ClockRow,
    ) -> Result<()> {
        let written = self.run(
            "INSERT INTO activity_rows (community, id, account, server, start_time, end_time, completed, notes, type)
             VALUES (:community, :id, :account, :server, :start_time, :end_time, :completed, :notes, :type)
             ON CONFLICT (community, id) DO UPDATE
             SET server = excluded.server, start_time = excluded.start_time, end_time = excluded.end_time,
                 completed = excluded.completed, notes = excluded.notes, type = excluded.type
             WHERE account = excluded.account",
            named_params! {
                ":community": community.0,
                ":id": Id(row.id),
                ":account": Id(account.0),
                ":server": server,
                ":start_time": Millis(row.start_time),
                ":end_time": row.end_time.map(Millis),
                ":completed": row.completed,
                ":notes": row.notes.as_str(),
                ":type": row.kind,
            },
        )?;
        refuse_taken(written, "activity row", row)
    }
}

/// Nothing was written if the id is that of another account's row.
fn refuse_taken(written: usize, what: &str, row: &ClockRow) -> Result<()> {
    match written {
        0 => Err(StorageError::Conflict(format!("{what} {} of another account", row.id))),
        _ => Ok(()),
    }
}
