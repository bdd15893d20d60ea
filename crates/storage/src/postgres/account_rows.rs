//! The whole rows of accounts, from one statement: a server answers one that asks seven tables sooner than seven of them.
//!
//! What there may be several of comes as JSON, an array for each.

use std::collections::{BTreeSet, HashMap};

use rankledger_domain::ids::{AccountId, CommunityId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::accounts::{PROFILE, no_standing, profile};
use super::codec::{get, json_in, optional_json, time_at};
use super::tx::PgTx;
use crate::accounts::{AccountRow, MOST_CLOCK_ROWS, VersionedAccount};
use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{NotificationPreference, ProfileField};
use crate::{Result, StorageError};

/// Where the columns of [`PROFILE`] end.
const LISTS: usize = 14;

/// The column behind the lists.
const COMMUNITY: usize = LISTS + 5;

#[derive(Deserialize)]
struct IdentifierParts(Uuid, String, String, i64, bool, String, Option<String>, i64, Option<i64>);

#[derive(Deserialize)]
struct ClockRowParts(Uuid, i64, Option<i64>, bool, String, String);

#[derive(Deserialize)]
struct FieldParts(String, String);

#[derive(Deserialize)]
struct PreferenceParts(String, String, bool, bool, bool, bool, bool);

/// The rows that a writing transaction will be asked for: as they were before it has written anything but rank changes.
pub(super) type ForeseenRows = HashMap<(CommunityId, AccountId), AccountRow>;

impl PgTx {
    /// The rows of accounts that have these standings.
    pub(super) async fn account_rows(
        &self,
        standings: Vec<(CommunityId, VersionedAccount)>,
    ) -> Result<Vec<(CommunityId, AccountRow)>> {
        let communities: Vec<_> = standings.iter().map(|(community, _)| community.0).collect();
        let accounts: Vec<_> = standings.iter().map(|(_, standing)| standing.account.id.0).collect();
        let sql = format!(
            "SELECT {PROFILE},
                 (SELECT json_agg(json_build_array(id, type, value, ref_count, verified, metadata, flag_id, created_at,
                         updated_at) ORDER BY created_at, id)::text
                  FROM identifiers WHERE community = a.community AND account = a.id),
                 (SELECT json_agg(value ORDER BY position)::text
                  FROM api_ids WHERE community = a.community AND account = a.id),
                 (SELECT json_agg(json_build_array(id, start_time, end_time, completed, notes, type)
                         ORDER BY start_time, id)::text
                  FROM (SELECT * FROM clock_rows WHERE community = a.community AND account = a.id
                      ORDER BY start_time DESC, id DESC LIMIT {MOST_CLOCK_ROWS}) AS newest),
                 (SELECT json_agg(json_build_array(field, value) ORDER BY position, field)::text
                  FROM profile_fields WHERE community = a.community AND account = a.id),
                 (SELECT json_agg(json_build_array(topic, event, inbox, desktop, mobile, email, discord)
                         ORDER BY topic, event)::text
                  FROM notification_preferences WHERE community = a.community AND account = a.id),
                 a.community
             FROM unnest($1::bigint[], $2::uuid[]) AS wanted (in_community, account)
             JOIN accounts a ON a.community = wanted.in_community AND a.id = wanted.account"
        );
        let with_id = |(community, standing): (CommunityId, VersionedAccount)| {
            ((community, standing.account.id), standing)
        };
        let mut standings: HashMap<_, _> = standings.into_iter().map(with_id).collect();
        self.all(&sql, &[&communities, &accounts], |row| {
            let id = (CommunityId(get(row, COMMUNITY)?), AccountId(get(row, 0)?));
            let standing = standings.remove(&id).ok_or_else(|| no_standing(id.1))?;
            Ok((id.0, read(row, standing)?))
        })
        .await
    }

    /// Reads the rows of accounts whose standings are known, so that they are there when they are asked for.
    pub(super) async fn foresee_rows(&mut self, wanted: &[(CommunityId, AccountId)]) -> Result<()> {
        let is_new = |id: &&(CommunityId, AccountId)| !self.foreseen_rows.contains_key(*id);
        let wanted: BTreeSet<_> = wanted.iter().filter(is_new).copied().collect();
        let standings = wanted.into_iter().filter_map(|id| Some((id.0, self.standings.known(id)?)));
        let standings: Vec<_> = standings.collect();
        if standings.is_empty() {
            return Ok(());
        }
        let rows = match self.account_rows(standings).await {
            // Whose row is damaged is found out by the command that asks for it, and by no other.
            Err(StorageError::Corrupt(_)) => return Ok(()),
            rows => rows?,
        };
        let with_id = |(community, row): (CommunityId, AccountRow)| ((community, row.profile.id), row);
        self.foreseen_rows.extend(rows.into_iter().map(with_id));
        Ok(())
    }
}

fn read(row: &Row, standing: VersionedAccount) -> Result<AccountRow> {
    let account = standing.account.id;
    Ok(AccountRow {
        profile: profile(row)?,
        standing,
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
