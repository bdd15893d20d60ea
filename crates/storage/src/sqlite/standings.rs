//! Standings in SQLite, and the details beside them, each part of which is read at once. PostgreSQL reads all
//! parts together, and keeps the standings that a transaction has seen: there each statement is a round trip.

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rusqlite::Row;

use super::codec::{Id, held_ranks};
use super::tx::SqliteTx;
use crate::Result;
use crate::accounts::{PROFILE, no_profile, profile};
use crate::cache::Revision;
use crate::clock_rows::{ClockRow, LatestRows, ReadClockRows};
use crate::identifiers::ReadIdentifiers;
use crate::profiles::ReadProfiles;
use crate::sql::SqlTx;
use crate::sql::value::params;
use crate::standings::{AccountDetails, AccountSnapshot, MOST_CLOCK_ROWS, ReadStandings, Standing};

/// Reads a row of [`SqliteTx::standing_and_revision`].
fn standing_and_revision(row: &Row<'_>, account: AccountId) -> rusqlite::Result<(Standing, Revision)> {
    let account = Account {
        id: account,
        ranks: held_ranks(row, 5)?,
        com_status: row.get(0)?,
        owner: row.get(1)?,
        banned: row.get(2)?,
        archived: row.get(3)?,
    };
    let newest_change = ChangeNumber(row.get(7)?);
    Ok((Standing { account, version: row.get(4)?, newest_change }, row.get(6)?))
}

impl SqliteTx {
    /// Reads the standing of an account and the revision of its details.
    fn standing_and_revision(
        &self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<(Standing, Revision)>> {
        let sql = "SELECT com_status, owner, banned, archived, version, ranks, row_revision, last_change
             FROM account_standings WHERE community = ?1 AND account = ?2";
        self.one(sql, (community.0, Id(account.0)), |row| standing_and_revision(row, account))
    }
}

#[async_trait]
impl ReadStandings for SqliteTx {
    async fn snapshot(&mut self, community: CommunityId, id: AccountId) -> Result<Option<AccountSnapshot>> {
        let Some((standing, revision)) = self.standing_and_revision(community, id)? else { return Ok(None) };
        let details = if let Some(details) = self.cache().details.get((community, id), revision) {
            details
        } else {
            let details = self.details(community, id).await?;
            self.cache().details.put(community, revision, details)
        };
        Ok(Some(AccountSnapshot { standing, details }))
    }

    async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Option<Standing>> {
        Ok(self.standing_and_revision(community, id)?.map(|(standing, _)| standing))
    }
}

impl SqliteTx {
    /// Reads the details of an account, a statement for each table.
    async fn details(&mut self, community: CommunityId, account: AccountId) -> Result<AccountDetails> {
        let sql = format!("SELECT {PROFILE} FROM accounts WHERE community = $1 AND id = $2");
        let profile = SqlTx::one(self, &sql, params![community, account], profile).await?;
        Ok(AccountDetails {
            profile: profile.ok_or_else(|| no_profile(account))?,
            identifiers: self.identifiers(community, account).await?.into(),
            api_ids: self.api_ids(community, account)?.into(),
            clock_rows: self.newest_clock_rows(community, account).await?.into(),
            profile_fields: self.profile_fields(community, account).await?.into(),
            notification_preferences: self.notification_preferences(community, account)?.into(),
        })
    }

    async fn newest_clock_rows(
        &mut self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Vec<ClockRow>> {
        let newest = LatestRows { kind: None, server: None, take: MOST_CLOCK_ROWS };
        let mut rows = self.latest_clock_rows(community, account, newest).await?;
        rows.reverse();
        Ok(rows)
    }
}
