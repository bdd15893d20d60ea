//! The details of accounts, from one statement: a server answers one that asks seven tables sooner than seven
//! of them.
//!
//! What there may be several of comes as JSON, an array for each.

use std::collections::BTreeMap;

use rankledger_domain::ids::{AccountId, CommunityId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use uuid::Uuid;

use super::codec::{get, json_value_in, optional_json, time_at};
use super::tx::PgTx;
use crate::accounts::{PROFILE, profile};
use crate::clock_rows::ClockRow;
use crate::identifiers::Identifier;
use crate::profiles::{NotificationPreference, ProfileField};
use crate::standings::{AccountDetails, MOST_CLOCK_ROWS};
use crate::{Result, StorageError, sql};

/// Where the columns of [`PROFILE`] end.
const LISTS: usize = 14;

/// The column behind the lists.
const COMMUNITY: usize = LISTS + 5;

#[derive(Deserialize)]
struct IdentifierParts(Uuid, String, Box<str>, i64, bool, String, Option<Box<str>>, i64, Option<i64>);

#[derive(Deserialize)]
struct ClockRowParts(Uuid, i64, Option<i64>, bool, String, String);

#[derive(Deserialize)]
struct FieldParts(String, String);

#[derive(Deserialize)]
struct PreferenceParts(String, String, bool, bool, bool, bool, bool);

impl PgTx {
    /// Reads the details of accounts, as far as there are such accounts.
    pub(super) async fn load_details(
        &self,
        accounts: &[(CommunityId, AccountId)],
    ) -> Result<Vec<(CommunityId, AccountDetails)>> {
        let communities: Vec<_> = accounts.iter().map(|(community, _)| community.0).collect();
        let accounts: Vec<_> = accounts.iter().map(|(_, account)| account.0).collect();
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
        let read = |row: &Row| Ok((CommunityId(get(row, COMMUNITY)?), details(row)?));
        self.all(&sql, &[&communities, &accounts], read).await
    }

    /// Reads and caches the details of those of these accounts whose standing is known and whose details are
    /// not cached.
    pub(super) async fn prefetch_details(&mut self, wanted: &[(CommunityId, AccountId)]) -> Result<()> {
        let cached = &self.cache().details;
        let revision = |id| Some((id, self.seen.standings.revision(id)?));
        let missing = wanted.iter().filter_map(|id| revision(*id));
        let missing: BTreeMap<_, _> = missing.filter(|(id, revision)| !cached.has(*id, *revision)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let accounts: Vec<_> = missing.keys().copied().collect();
        let found = match self.load_details(&accounts).await {
            // The command that asks for the damaged account fails, and no other.
            Err(StorageError::Corrupt(_)) => return Ok(()),
            found => found?,
        };
        for (community, details) in found {
            if let Some(revision) = missing.get(&(community, details.profile.id)) {
                cached.put(community, *revision, details);
            }
        }
        Ok(())
    }
}

fn details(row: &Row) -> Result<AccountDetails> {
    let profile = profile(&sql::Row(row))?;
    let account = profile.id;
    Ok(AccountDetails {
        profile,
        identifiers: list(row, LISTS, |parts| identifier(parts, account))?,
        api_ids: list(row, LISTS + 1, Ok)?,
        clock_rows: list(row, LISTS + 2, clock_row)?,
        profile_fields: list(row, LISTS + 3, |FieldParts(id, value)| {
            Ok(ProfileField { id: id.into(), value: json_value_in(&value, "value")? })
        })?,
        notification_preferences: list(row, LISTS + 4, |parts: PreferenceParts| Ok(parts.into()))?
            .into_vec()
            .into(),
    })
}

/// The list in a column, which is empty where there is nothing.
fn list<P: DeserializeOwned, T>(
    row: &Row,
    column: usize,
    read: impl FnMut(P) -> Result<T>,
) -> Result<Box<[T]>> {
    let parts: Option<Vec<P>> = optional_json(row, column)?;
    parts.unwrap_or_default().into_iter().map(read).collect()
}

fn identifier(parts: IdentifierParts, account: AccountId) -> Result<Identifier> {
    let IdentifierParts(id, kind, value, ref_count, verified, metadata, flag_id, created_at, updated_at) =
        parts;
    Ok(Identifier {
        id,
        account,
        kind: kind.into(),
        value,
        ref_count,
        verified,
        metadata: json_value_in(&metadata, "metadata")?,
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
        notes: json_value_in(&notes, "notes")?,
        kind: kind.into(),
    })
}

impl From<PreferenceParts> for NotificationPreference {
    fn from(parts: PreferenceParts) -> Self {
        let PreferenceParts(topic, event, inbox, desktop, mobile, email, discord) = parts;
        Self { topic, event, inbox, desktop, mobile, email, discord }
    }
}
