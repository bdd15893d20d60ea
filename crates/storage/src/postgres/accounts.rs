//! Accounts in PostgreSQL: all parts are read together, the standings that a transaction has seen are kept,
//! and what changes of them is buffered, for each statement is a round trip. SQLite reads and writes each
//! part at once.

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use tokio_postgres::Row;

use super::codec::{get, optional_time, time};
use super::tx::PgTx;
use crate::accounts::{
    AccountFilter, AccountKey, AccountSelector, AccountSnapshot, AccountSummary, Page, Profile, ReadAccounts,
    Standing, WriteAccounts,
};
use crate::{Result, StorageError};

/// The columns that [`profile`] reads, in order.
pub(super) const PROFILE: &str =
    "id, unique_id, custom_unique_id, name, sys_status, join_date, last_login, ban_info, ban_expiration,
    api_id_preference, bio, discord_id, roblox_id, teamspeak_id";

/// Reads a row of [`PROFILE`].
pub(super) fn profile(row: &Row) -> Result<Profile> {
    Ok(Profile {
        id: AccountId(get(row, 0)?),
        unique_id: get(row, 1)?,
        custom_unique_id: get(row, 2)?,
        name: get(row, 3)?,
        sys_status: get(row, 4)?,
        join_date: time(row, 5)?,
        last_login: optional_time(row, 6)?,
        ban_info: get(row, 7)?,
        ban_expiration: optional_time(row, 8)?,
        api_id_preference: get(row, 9)?,
        bio: get(row, 10)?,
        discord_id: get(row, 11)?,
        roblox_id: get(row, 12)?,
        teamspeak_id: get(row, 13)?,
    })
}

fn no_profile(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no profile"))
}

fn no_standing(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no standing"))
}

#[async_trait]
impl ReadAccounts for PgTx {
    async fn snapshot(&mut self, community: CommunityId, id: AccountId) -> Result<Option<AccountSnapshot>> {
        let Some(seen) = self.seen_standing(community, id).await? else { return Ok(None) };
        let details = if let Some(details) = self.cache().details.get((community, id), seen.revision) {
            details
        } else {
            let found = self.load_details(&[(community, id)]).await?.pop();
            let (_, details) = found.ok_or_else(|| no_profile(id))?;
            self.cache().details.put(community, seen.revision, details)
        };
        Ok(Some(AccountSnapshot { standing: seen.standing, details }))
    }

    async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Option<Standing>> {
        Ok(self.seen_standing(community, id).await?.map(|seen| seen.standing))
    }

    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.on(community).await?.list(community, filter, skip, take).await
    }

    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        self.on(community).await?.search(community, selector, take).await
    }

    async fn account_keys(&mut self, community: CommunityId) -> Result<Vec<AccountKey>> {
        let sql = "SELECT a.id, a.unique_id, a.name, s.owner
             FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.community = $1 ORDER BY a.unique_id";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0], |row| {
            Ok(AccountKey {
                id: AccountId(get(row, 0)?),
                unique_id: get(row, 1)?,
                name: get(row, 2)?,
                owner: get(row, 3)?,
            })
        })
        .await
    }

    async fn holders(&mut self, community: CommunityId, rank: RankId) -> Result<Vec<AccountId>> {
        let sql = "SELECT account FROM account_ranks WHERE community = $1 AND rank = $2 ORDER BY account";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0, &rank.0], |row| get(row, 0).map(AccountId)).await
    }

    async fn last_unique_id(&mut self, community: CommunityId) -> Result<i64> {
        let sql = "SELECT coalesce(max(unique_id), 0) FROM accounts WHERE community = $1";
        let last = self.on(community).await?.one(sql, &[&community.0], |row| get(row, 0)).await?;
        Ok(last.unwrap_or(0))
    }
}

impl PgTx {
    async fn write_profile(&self, sql: &str, community: CommunityId, profile: &Profile) -> Result<u64> {
        let name_folded = profile.name.to_lowercase();
        let join_date = profile.join_date.as_millisecond();
        let last_login = profile.last_login.map(jiff::Timestamp::as_millisecond);
        let ban_expiration = profile.ban_expiration.map(jiff::Timestamp::as_millisecond);
        self.run(
            sql,
            &[
                &community.0,
                &profile.id.0,
                &profile.unique_id,
                &profile.custom_unique_id,
                &profile.name,
                &name_folded,
                &profile.sys_status,
                &join_date,
                &last_login,
                &profile.ban_info,
                &ban_expiration,
                &profile.api_id_preference,
                &profile.bio,
                &profile.discord_id,
                &profile.roblox_id,
                &profile.teamspeak_id,
            ],
        )
        .await
    }
}

#[async_trait]
impl WriteAccounts for PgTx {
    async fn insert_account(
        &mut self,
        community: CommunityId,
        profile: &Profile,
        standing: &Account,
    ) -> Result<()> {
        let tx = self.writing(community).await?;
        let accounts = "INSERT INTO accounts
                 (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date, last_login,
                  ban_info, ban_expiration, api_id_preference, bio, discord_id, roblox_id, teamspeak_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        let standings =
            "INSERT INTO account_standings (community, account, com_status, owner, banned, archived, version)
             VALUES ($1, $2, false, $3, $4, $5, 1)";
        tx.write_profile(accounts, community, profile).await?;
        tx.run(
            standings,
            &[&community.0, &profile.id.0, &standing.owner, &standing.banned, &standing.archived],
        )
        .await
        .map(drop)
    }

    async fn update_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()> {
        let sql = "UPDATE accounts
             SET unique_id = $3, custom_unique_id = $4, name = $5, name_folded = $6, sys_status = $7, join_date = $8,
                 last_login = $9, ban_info = $10, ban_expiration = $11, api_id_preference = $12, bio = $13,
                 discord_id = $14, roblox_id = $15, teamspeak_id = $16
             WHERE community = $1 AND id = $2";
        self.writing(community).await?.write_profile(sql, community, profile).await?;
        self.touch(community, profile.id).await.map(drop)
    }

    async fn set_flags(
        &mut self,
        community: CommunityId,
        id: AccountId,
        banned: bool,
        archived: bool,
    ) -> Result<i64> {
        let sql = "UPDATE account_standings SET banned = $3, archived = $4, version = version + 1
             WHERE community = $1 AND account = $2 RETURNING version";
        let tx = self.writing(community).await?;
        tx.count_written(1);
        let version = tx.one(sql, &[&community.0, &id.0, &banned, &archived], |row| get(row, 0)).await?;
        version.ok_or_else(|| no_standing(id))
    }

    async fn touch(&mut self, community: CommunityId, id: AccountId) -> Result<i64> {
        let sql = "UPDATE account_standings SET version = version + 1
             WHERE community = $1 AND account = $2 RETURNING version";
        let tx = self.writing(community).await?;
        tx.count_written(1);
        let version = tx.one(sql, &[&community.0, &id.0], |row| get(row, 0)).await?;
        version.ok_or_else(|| no_standing(id))
    }

    async fn apply_transition(
        &mut self,
        community: CommunityId,
        id: AccountId,
        transition: &Transition,
    ) -> Result<i64> {
        let mut seen = self.seen_standing(community, id).await?.ok_or_else(|| no_standing(id))?;
        let written = seen.apply(transition);
        let version = seen.standing.version;
        let writes = self.buffer();
        writes.ranks.extend(written.into_iter().map(|(rank, position)| ((community, id, rank), position)));
        writes.standings.insert((community, id), (transition.status_after, version));
        self.keep_standing(community, seen);
        Ok(version)
    }
}
