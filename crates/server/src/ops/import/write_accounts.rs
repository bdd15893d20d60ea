//! Compares accounts with their stored rows, and writes the rows that are new or differ. Their ranks and
//! status come by rank changes, see `write.rs`.

use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::accounts::Profile;
use rankledger_storage::clock_rows::{ActivityRow, ClockRow, LatestRows};
use rankledger_storage::identifiers::Identifier;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use rankledger_storage::{ReadTx, StorageError, WriteTx};

use super::accounts::{Settled, blank};
use super::document::AccountEntry;
use super::errors::{DocumentPlace, ImportError, written_at};
use super::ids::NaturalIds;
use super::outcome::Outcome;
use super::rows::Rows;

const EVERY_ROW: LatestRows<'static> = LatestRows { kind: None, server: None, take: u32::MAX };

/// The parts of an account that are to be written.
pub(super) struct AccountDifference<'a> {
    profile: Profile,
    /// Whether the profile is new, differs, or is the same.
    profile_outcome: Outcome,
    identifiers: Vec<Identifier>,
    clock_rows: Vec<ClockRow>,
    activity_rows: Vec<ActivityRow>,
    api_ids: Option<&'a [String]>,
    profile_fields: Vec<ProfileField>,
    notification_preferences: Vec<NotificationPreference>,
}

impl AccountDifference<'_> {
    /// Returns what becomes of the account.
    pub(super) fn outcome(&self) -> Outcome {
        match self.profile_outcome {
            Outcome::Unchanged if self.parts_differ() => Outcome::Updated,
            outcome => outcome,
        }
    }

    fn parts_differ(&self) -> bool {
        self.api_ids.is_some()
            || !(self.identifiers.is_empty()
                && self.clock_rows.is_empty()
                && self.activity_rows.is_empty()
                && self.profile_fields.is_empty()
                && self.notification_preferences.is_empty())
    }
}

/// Compares an account with what is stored of it.
pub(super) async fn compare_account<'a>(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    entry: &'a AccountEntry,
    settled: Settled,
    ids: NaturalIds,
    now: Timestamp,
) -> Result<AccountDifference<'a>, StorageError> {
    let stored = if settled.is_new { None } else { tx.snapshot(community, settled.id).await? };
    let stored = stored.map(|found| found.details);
    let clock_rows = match stored {
        Some(_) if !entry.clock_rows.is_empty() => {
            tx.latest_clock_rows(community, settled.id, EVERY_ROW).await?
        }
        _ => Vec::new(),
    };
    let activity_rows = match stored {
        Some(_) if !entry.activity_rows.is_empty() => tx.activity_rows(community, settled.id).await?,
        _ => Vec::new(),
    };
    let rows = Rows {
        entry,
        settled,
        stored: stored.as_deref(),
        known_clock: &clock_rows,
        known_activity: &activity_rows,
        ids,
        now,
    };
    let profile = rows.profile();
    Ok(AccountDifference {
        profile_outcome: Outcome::of(&profile, stored.as_ref().map(|stored| &stored.profile)),
        profile,
        identifiers: rows.identifiers(),
        clock_rows: rows.clock_rows(),
        activity_rows: rows.activity_rows(),
        api_ids: rows.api_ids(),
        profile_fields: rows.profile_fields(),
        notification_preferences: rows.notification_preferences(),
    })
}

/// Makes an account, or brings it up to date.
pub(super) async fn write_account(
    tx: &mut dyn WriteTx,
    community: CommunityId,
    entry: &AccountEntry,
    settled: Settled,
    ids: NaturalIds,
    now: Timestamp,
    place: DocumentPlace<'_>,
) -> Result<(), ImportError> {
    let difference = compare_account(&mut *tx, community, entry, settled, ids, now).await?;
    let profile = &difference.profile;
    let is_new = difference.profile_outcome == Outcome::Made;
    if is_new {
        written_at(place, tx.insert_profile(community, profile).await)?;
    }
    write_parts(&mut *tx, community, &difference, place).await?;
    if is_new {
        written_at(place, tx.insert_standing(community, &blank(settled.id, entry)).await)?;
    }
    // Also if only parts differ: it counts the account's changes.
    if difference.outcome() == Outcome::Updated {
        written_at(place, tx.update_profile(community, profile).await)?;
    }
    Ok(())
}

async fn write_parts(
    tx: &mut dyn WriteTx,
    community: CommunityId,
    difference: &AccountDifference<'_>,
    place: DocumentPlace<'_>,
) -> Result<(), ImportError> {
    let account = difference.profile.id;
    for identifier in &difference.identifiers {
        written_at(place.key("identifiers"), tx.put_identifier(community, identifier).await)?;
    }
    for row in &difference.clock_rows {
        written_at(place.key("clockRows"), tx.put_clock_row(community, account, row).await)?;
    }
    for ActivityRow { server, row } in &difference.activity_rows {
        let written = tx.put_activity_row(community, account, *server, row).await;
        written_at(place.key("activityRows"), written)?;
    }
    if let Some(ids) = difference.api_ids {
        tx.set_api_ids(community, account, ids).await?;
    }
    for (position, field) in (0..).zip(&difference.profile_fields) {
        tx.put_profile_field(community, account, position, field).await?;
    }
    for preference in &difference.notification_preferences {
        tx.put_notification_preference(community, account, preference).await?;
    }
    Ok(())
}
