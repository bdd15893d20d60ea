//! The whole row of an account, from one statement: a server answers one that asks seven tables sooner than seven of them.
//!
//! What there may be several of comes as JSON, an array for each.

use rankledger_domain::ids::{AccountId, CommunityId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::accounts::{PROFILE, no_standing, profile};
use super::codec::{json_in, optional_json, time_at};
use super::standings::Standing;
use super::tx::PgTx;
use crate::Result;
use crate::accounts::{AccountRow, MOST_CLOCK_ROWS};
use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{NotificationPreference, ProfileField};

/// Where the columns of [`PROFILE`] end.
const LISTS: usize = 14;

#[derive(Deserialize)]
struct IdentifierParts(Uuid, String, String, i64, bool, String, Option<String>, i64, Option<i64>);

#[derive(Deserialize)]
struct ClockRowParts(Uuid, i64, Option<i64>, bool, String, String);

#[derive(Deserialize)]
struct FieldParts(String, String);

#[derive(Deserialize)]
struct PreferenceParts(String, String, bool, bool, bool, bool, bool);

impl PgTx {
    /// The row of an account that has this standing.
    pub(super) async fn account_row(&self, community: CommunityId, standing: Standing) -> Result<AccountRow> {
        let sql = format!(
            "SELECT {PROFILE},
                 (SELECT json_agg(json_build_array(id, type, value, ref_count, verified, metadata, flag_id, created_at,
                         updated_at) ORDER BY created_at, id)::text
                  FROM identifiers WHERE community = $1 AND account = $2),
                 (SELECT json_agg(value ORDER BY position)::text
                  FROM api_ids WHERE community = $1 AND account = $2),
                 (SELECT json_agg(json_build_array(id, start_time, end_time, completed, notes, type)
                         ORDER BY start_time, id)::text
                  FROM (SELECT * FROM clock_rows WHERE community = $1 AND account = $2
                      ORDER BY start_time DESC, id DESC LIMIT {MOST_CLOCK_ROWS}) AS newest),
                 (SELECT json_agg(json_build_array(field, value) ORDER BY position, field)::text
                  FROM profile_fields WHERE community = $1 AND account = $2),
                 (SELECT json_agg(json_build_array(topic, event, inbox, desktop, mobile, email, discord)
                         ORDER BY topic, event)::text
                  FROM notification_preferences WHERE community = $1 AND account = $2)
             FROM accounts WHERE community = $1 AND id = $2"
        );
        let account = standing.account.account.id;
        let row = self.one(&sql, &[&community.0, &account.0], |row| read(row, account, standing)).await?;
        row.ok_or_else(|| no_standing(account))
    }
}

fn read(row: &Row, account: AccountId, standing: Standing) -> Result<AccountRow> {
    Ok(AccountRow {
        profile: profile(row)?,
        standing: standing.account,
        identifiers: list(row, LISTS, |parts| identifier(parts, account))?,
        api_ids: list(row, LISTS + 1, Ok)?,
        clock_rows: list(row, LISTS + 2, clock_row)?,
        profile_fields: list(row, LISTS + 3, |FieldParts(id, value)| {
            Ok(ProfileField { id, value: json_in(&value, "value")? })
        })?,
        notification_preferences: list(row, LISTS + 4, |parts: PreferenceParts| Ok(parts.into()))?,
    })
}

/// The list in a column, which is empty where there is nothing.
fn list<P: DeserializeOwned, T>(
    row: &Row,
    column: usize,
    read: impl FnMut(P) -> Result<T>,
) -> Result<Vec<T>> {
    let parts: Option<Vec<P>> = optional_json(row, column)?;
    parts.unwrap_or_default().into_iter().map(read).collect()
}

fn identifier(parts: IdentifierParts, account: AccountId) -> Result<Identifier> {
    let IdentifierParts(id, kind, value, ref_count, verified, metadata, flag_id, created_at, updated_at) =
        parts;
    let metadata: Value = json_in(&metadata, "metadata")?;
    Ok(Identifier {
        id,
        account,
        kind,
        value,
        ref_count,
        verified,
        metadata,
        flag_id,
        created_at: time_at(created_at, "created_at")?,
        updated_at: updated_at.map(|time| time_at(time, "updated_at")).transpose()?,
    })
}

fn clock_row(ClockRowParts(id, start, end, completed, notes, kind): ClockRowParts) -> Result<ClockRow> {
    Ok(ClockRow {
        id,
        start_time: time_at(start, "start_time")?,
        end_time: end.map(|time| time_at(time, "end_time")).transpose()?,
        completed,
        notes: json_in(&notes, "notes")?,
        kind,
    })
}

impl From<PreferenceParts> for NotificationPreference {
    fn from(parts: PreferenceParts) -> Self {
        let PreferenceParts(topic, event, inbox, desktop, mobile, email, discord) = parts;
        Self { topic, event, inbox, desktop, mobile, email, discord }
    }
}
