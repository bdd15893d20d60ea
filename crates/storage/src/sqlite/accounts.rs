//! Accounts in SQLite, each part of which is read and written at once. PostgreSQL reads all parts together,
//! keeps the standings that a transaction has seen and buffers what changes of them: there each statement is
//! a round trip.

use async_trait::async_trait;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use rusqlite::{Row, params};

use super::codec::{Id, Millis, engine_error, id, optional_time, time};
use super::tx::SqliteTx;
use crate::accounts::{
    AccountDetails, AccountFilter, AccountKey, AccountSelector, AccountSnapshot, AccountSummary,
    MOST_CLOCK_ROWS, Page, Profile, ReadAccounts, Standing, WriteAccounts,
};
use crate::cache::Revision;
use crate::clock_rows::{ClockRow, LatestRows, ReadClockRows};
use crate::identifiers::ReadIdentifiers;
use crate::profiles::ReadProfiles;
use crate::{Result, StorageError};

/// The columns that [`profile`] reads, in order.
const PROFILE: &str =
    "id, unique_id, custom_unique_id, name, sys_status, join_date, last_login, ban_info, ban_expiration,
    api_id_preference, bio, discord_id, roblox_id, teamspeak_id";

fn profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    Ok(Profile {
        id: AccountId(id(row, 0)?),
        unique_id: row.get(1)?,
        custom_unique_id: row.get(2)?,
        name: row.get(3)?,
        sys_status: row.get(4)?,
        join_date: time(row, 5)?,
        last_login: optional_time(row, 6)?,
        ban_info: row.get(7)?,
        ban_expiration: optional_time(row, 8)?,
        api_id_preference: row.get(9)?,
        bio: row.get(10)?,
        discord_id: row.get(11)?,
        roblox_id: row.get(12)?,
        teamspeak_id: row.get(13)?,
    })
}

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
}

#[async_trait]
impl ReadAccounts for SqliteTx {
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

    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.list(community, filter, skip, take).await
    }

    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.search(community, selector, take).await
    }

    async fn account_keys(&mut self, community: CommunityId) -> Result<Vec<AccountKey>> {
        let sql = "SELECT a.id, a.unique_id, a.name, s.owner
             FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.community = ?1 ORDER BY a.unique_id";
        self.all(sql, [community.0], |row| {
            Ok(AccountKey {
                id: AccountId(id(row, "id")?),
                unique_id: row.get("unique_id")?,
                name: row.get("name")?,
                owner: row.get("owner")?,
            })
        })
    }

    async fn holders(&mut self, community: CommunityId, rank: RankId) -> Result<Vec<AccountId>> {
        let sql = "SELECT account FROM account_ranks WHERE community = ?1 AND rank = ?2 ORDER BY account";
        self.all(sql, (community.0, Id(rank.0)), |row| id(row, "account").map(AccountId))
    }

    async fn last_unique_id(&mut self, community: CommunityId) -> Result<i64> {
        let sql = "SELECT coalesce(max(unique_id), 0) AS last FROM accounts WHERE community = ?1";
        Ok(self.one(sql, [community.0], |row| row.get("last"))?.unwrap_or(0))
    }
}

fn no_profile(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no profile"))
}

fn no_standing(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no standing"))
}

impl SqliteTx {
    /// Reads the details of an account, a statement for each table.
    async fn details(&mut self, community: CommunityId, account: AccountId) -> Result<AccountDetails> {
        let sql = format!("SELECT {PROFILE} FROM accounts WHERE community = ?1 AND id = ?2");
        let profile = self.one(&sql, (community.0, Id(account.0)), profile)?;
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

    /// Runs a statement that takes these, in the order of the table's columns.
    fn write_profile(&self, sql: &str, community: CommunityId, profile: &Profile) -> Result<usize> {
        self.run(
            sql,
            params![
                community.0,
                Id(profile.id.0),
                profile.unique_id,
                profile.custom_unique_id,
                profile.name,
                profile.name.to_lowercase(),
                profile.sys_status,
                Millis(profile.join_date),
                profile.last_login.map(Millis),
                profile.ban_info,
                profile.ban_expiration.map(Millis),
                profile.api_id_preference,
                profile.bio,
                profile.discord_id,
                profile.roblox_id,
                profile.teamspeak_id,
            ],
        )
    }
}

#[async_trait]
impl WriteAccounts for SqliteTx {
    async fn insert_account(
        &mut self,
        community: CommunityId,
        profile: &Profile,
        standing: &Account,
    ) -> Result<()> {
        self.write_profile(
            "INSERT INTO accounts
                 (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date, last_login,
                  ban_info, ban_expiration, api_id_preference, bio, discord_id, roblox_id, teamspeak_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            community,
            profile,
        )?;
        self.run(
            "INSERT INTO account_standings (community, account, com_status, owner, banned, archived, version)
             VALUES (?1, ?2, 0, ?3, ?4, ?5, 1)",
            (community.0, Id(profile.id.0), standing.owner, standing.banned, standing.archived),
        )
        .map(drop)
    }

    async fn update_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()> {
        self.write_profile(
            "UPDATE accounts
             SET unique_id = ?3, custom_unique_id = ?4, name = ?5, name_folded = ?6,
                 sys_status = ?7, join_date = ?8, last_login = ?9, ban_info = ?10,
                 ban_expiration = ?11, api_id_preference = ?12, bio = ?13,
                 discord_id = ?14, roblox_id = ?15, teamspeak_id = ?16
             WHERE community = ?1 AND id = ?2",
            community,
            profile,
        )?;
        self.touch(community, profile.id).await.map(drop)
    }

    async fn set_flags(
        &mut self,
        community: CommunityId,
        id: AccountId,
        banned: bool,
        archived: bool,
    ) -> Result<i64> {
        let sql = "UPDATE account_standings SET banned = ?3, archived = ?4, version = version + 1
             WHERE community = ?1 AND account = ?2 RETURNING version";
        let version = self.one(sql, (community.0, Id(id.0), banned, archived), |row| row.get("version"))?;
        version.ok_or_else(|| no_standing(id))
    }

    async fn touch(&mut self, community: CommunityId, id: AccountId) -> Result<i64> {
        let sql = "UPDATE account_standings SET version = version + 1
             WHERE community = ?1 AND account = ?2 RETURNING version";
        let version = self.one(sql, (community.0, Id(id.0)), |row| row.get("version"))?;
        version.ok_or_else(|| no_standing(id))
    }

    async fn apply_transition(
        &mut self,
        community: CommunityId,
        id: AccountId,
        transition: &Transition,
    ) -> Result<i64> {
        self.save_ranks(community, id, transition)?;
        // Asked for afterwards: RETURNING would make a table for its one row.
        self.run(
            "UPDATE account_standings SET com_status = ?3, version = version + 1
             WHERE community = ?1 AND account = ?2",
            (community.0, Id(id.0), transition.status_after),
        )?;
        let sql = "SELECT version FROM account_standings WHERE community = ?1 AND account = ?2";
        let version = self.one(sql, (community.0, Id(id.0)), |row| row.get(0))?;
        version.ok_or_else(|| no_standing(id))
    }
}
