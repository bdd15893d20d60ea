//! Writes accounts: what is new of them and what differs. Their ranks and status come by rank changes, see `write.rs`.

use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::WriteTx;
use rankledger_storage::accounts::Profile;
use rankledger_storage::clock_rows::{ActivityRow, LatestRows};

use super::accounts::Settled;
use super::accounts::blank;
use super::document::AccountEntry;
use super::ids::NaturalIds;
use super::problems::ImportError;
use super::problems::Place;
use super::problems::written_at;
use super::rows::Rows;
use super::summary::Outcome;

const EVERY_ROW: LatestRows<'static> = LatestRows { kind: None, server: None, take: u32::MAX };

pub(super) struct AccountWriter<'a> {
    pub(super) tx: &'a mut dyn WriteTx,
    pub(super) community: CommunityId,
    pub(super) ids: NaturalIds,
    pub(super) now: Timestamp,
}

impl AccountWriter<'_> {
    /// Makes the account, or brings it up to date.
    pub(super) async fn write(
        &mut self,
        entry: &AccountEntry,
        settled: Settled,
        place: Place<'_>,
    ) -> Result<Outcome, ImportError> {
        let stored = if settled.is_new { None } else { self.tx.snapshot(self.community, settled.id).await? };
        let stored = stored.map(|found| found.details);
        let clock_rows = match stored {
            Some(_) if !entry.clock_rows.is_empty() => {
                self.tx.latest_clock_rows(self.community, settled.id, EVERY_ROW).await?
            }
            _ => Vec::new(),
        };
        let activity_rows = match stored {
            Some(_) if !entry.activity_rows.is_empty() => {
                self.tx.activity_rows(self.community, settled.id).await?
            }
            _ => Vec::new(),
        };
        let rows = Rows {
            entry,
            settled,
            stored: stored.as_deref(),
            known_clock: &clock_rows,
            known_activity: &activity_rows,
            ids: self.ids,
            now: self.now,
        };
        let profile = rows.profile();
        match &stored {
            None => {
                let made = self.tx.insert_account(self.community, &profile, &blank(settled.id, entry)).await;
                written_at(place, made)?;
                self.write_parts(&rows, place).await?;
                Ok(Outcome::Made)
            }
            Some(old) => {
                let parts_differ = self.write_parts(&rows, place).await?;
                if !parts_differ && old.profile == profile {
                    return Ok(Outcome::Unchanged);
                }
                self.update_profile(&profile, place).await?;
                Ok(Outcome::Updated)
            }
        }
    }

    /// Also for an account whose profile is as before and whose parts are not: it counts the account's changes.
    async fn update_profile(&mut self, profile: &Profile, place: Place<'_>) -> Result<(), ImportError> {
        written_at(place, self.tx.update_profile(self.community, profile).await)
    }

    /// Writes the parts that are new or differ. Answers whether there were any.
    async fn write_parts(&mut self, rows: &Rows<'_>, place: Place<'_>) -> Result<bool, ImportError> {
        let (community, account) = (self.community, rows.settled.id);
        let identifiers = rows.identifiers();
        for identifier in &identifiers {
            written_at(place.key("identifiers"), self.tx.put_identifier(community, identifier).await)?;
        }
        let clock_rows = rows.clock_rows();
        for row in &clock_rows {
            written_at(place.key("clockRows"), self.tx.put_clock_row(community, account, row).await)?;
        }
        let activity_rows = rows.activity_rows();
        for ActivityRow { server, row } in &activity_rows {
            let written = self.tx.put_activity_row(community, account, *server, row).await;
            written_at(place.key("activityRows"), written)?;
        }
        let api_ids = rows.api_ids();
        if let Some(ids) = api_ids {
            self.tx.set_api_ids(community, account, ids).await?;
        }
        let fields = rows.profile_fields();
        for (position, field) in (0..).zip(&fields) {
            self.tx.put_profile_field(community, account, position, field).await?;
        }
        let preferences = rows.notification_preferences();
        for preference in &preferences {
            self.tx.put_notification_preference(community, account, preference).await?;
        }
        Ok(api_ids.is_some()
            || !(identifiers.is_empty()
                && clock_rows.is_empty()
                && activity_rows.is_empty()
                && fields.is_empty()
                && preferences.is_empty()))
    }
}
