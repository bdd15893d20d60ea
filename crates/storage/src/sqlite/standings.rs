//! Standings in SQLite, and the details beside them, each part of which is read and written at once.
//! PostgreSQL reads all parts together, keeps the standings that a transaction has seen and buffers what
//! changes of them: there each statement is a round trip.

use async_trait::async_trait;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use rusqlite::Row;

use super::codec::{Id, Millis, engine_error};
use super::tx::SqliteTx;
use crate::Result;
use crate::accounts::{PROFILE, no_profile, no_standing, profile};
use crate::cache::Revision;
use crate::clock_rows::{ClockRow, LatestRows, ReadClockRows};
use crate::identifiers::ReadIdentifiers;
use crate::profiles::ReadProfiles;
use crate::sql::SqlTx;
use crate::sql::value::params;
use crate::standings::{
    AccountDetails, AccountSnapshot, MOST_CLOCK_ROWS, ReadStandings, Standing, WriteStandings,
};

/// Reads a row of [`SqliteTx::standing_and_revision`] without its rank.
fn standing_and_revision(row: &Row<'_>, account: AccountId) -> rusqlite::Result<(Standing, Revision)> {
    let account = Account {
        id: account,
        ranks: Vec::new(),
        com_status: row.get(0)?,
        owner: row.get(1)?,
        banned: row.get(2)?,
        archived: row.get(3)?,
    };
    Ok((Standing { account, version: row.get(4)? }, row.get(5)?))
}

/// Reads the rank in a row of [`SqliteTx::standing_and_revision`], and its position. `None` if the account
/// holds none.
fn held_rank(row: &Row<'_>) -> rusqlite::Result<Option<(i64, HeldRank)>> {
    let Some(Id(rank)) = row.get(6)? else { return Ok(None) };
    let expires_at = row.get::<_, Option<Millis>>(7)?.map(|time| time.0);
    Ok(Some((row.get(8)?, HeldRank { rank: RankId(rank), expires_at })))
}

impl SqliteTx {
    /// Reads the standing of an account and the revision of its details, in one statement.
    fn standing_and_revision(
        &self,
        community: CommunityId,
        account: AccountId,
    ) -> Result<Option<(Standing, Revision)>> {
        let mut statement = self.prepare(
            "SELECT s.com_status, s.owner, s.banned, s.archived, s.version, s.row_revision,
                 r.rank, r.expires_at, r.position
             FROM account_standings s
             LEFT JOIN account_ranks r ON r.community = s.community AND r.account = s.account
             WHERE s.community = ?1 AND s.account = ?2",
        )?;
        let mut rows = statement.query((community.0, Id(account.0))).map_err(engine_error)?;
        let mut found = None;
        let mut held: Vec<(i64, HeldRank)> = Vec::new();
        while let Some(row) = rows.next().map_err(engine_error)? {
            if found.is_none() {
                found = Some(standing_and_revision(row, account).map_err(engine_error)?);
            }
            held.extend(held_rank(row).map_err(engine_error)?);
        }
        held.sort_unstable_by_key(|(position, _)| *position);
        if let Some((found, _)) = &mut found {
            found.account.ranks = held.into_iter().map(|(_, held)| held).collect();
        }
        Ok(found)
    }

    /// Writes only the rows that differ: what is gone, what is new, and what has moved.
    fn save_ranks(&self, community: CommunityId, account: AccountId, transition: &Transition) -> Result<()> {
        for held in transition.removed() {
            let sql = "DELETE FROM account_ranks WHERE community = ?1 AND account = ?2 AND rank = ?3";
            self.run(sql, (community.0, Id(account.0), Id(held.rank.0)))?;
        }
        let Transition { before, after, .. } = transition;
        let kept = before.iter().filter(|held| after.contains(held));
        let only_appended = kept.eq(after.iter().take_while(|held| before.contains(held)));
        let appended = after.iter().filter(|held| !(only_appended && before.contains(held)));
        for (moved_to, held) in (0_i64..).zip(appended) {
            // Without a position, a new rank goes after the existing ones, if there are any.
            let sql = "INSERT INTO account_ranks (community, account, rank, position, expires_at)
                 VALUES (?1, ?2, ?3, coalesce(?4, (SELECT coalesce(max(position) + 1, 0) FROM account_ranks
                     WHERE community = ?1 AND account = ?2)), ?5)
                 ON CONFLICT (community, account, rank) DO UPDATE
                 SET position = excluded.position, expires_at = excluded.expires_at";
            let position = (!only_appended || before.is_empty()).then_some(moved_to);
            let expires_at = held.expires_at.map(Millis);
            self.run(sql, (community.0, Id(account.0), Id(held.rank.0), position, expires_at))?;
        }
        Ok(())
    }

    /// Writes the status, and one version more.
    fn save_status(&self, community: CommunityId, account: AccountId, status: bool) -> Result<()> {
        let sql = "UPDATE account_standings SET com_status = ?3, version = version + 1
             WHERE community = ?1 AND account = ?2";
        match self.run(sql, (community.0, Id(account.0), status))? {
            0 => Err(no_standing(account)),
            _ => Ok(()),
        }
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

#[async_trait]
impl WriteStandings for SqliteTx {
    async fn apply_transition(
        &mut self,
        community: CommunityId,
        id: AccountId,
        transition: &Transition,
    ) -> Result<()> {
        self.save_ranks(community, id, transition)?;
        self.save_status(community, id, transition.status_after)
    }
}
