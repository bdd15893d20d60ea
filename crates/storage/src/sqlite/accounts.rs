//! Accounts in SQLite.

use async_trait::async_trait;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::transition::Transition;
use rusqlite::{Row, ToSql, named_params};

use super::codec::{Id, Millis, id, json, optional_time, time};
use super::tx::SqliteTx;
use crate::accounts::{
    AccountFilter, AccountKey, AccountRow, AccountSelector, AccountSummary, MOST_CLOCK_ROWS, Page, Profile,
    ReadAccounts, VersionedAccount, WriteAccounts,
};
use crate::clock_rows::{ClockRow, LatestRows, ReadClockRows};
use crate::identifiers::ReadIdentifiers;
use crate::profiles::ReadProfiles;
use crate::{Result, StorageError};

fn profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    Ok(Profile {
        id: AccountId(id(row, "id")?),
        unique_id: row.get("unique_id")?,
        custom_unique_id: row.get("custom_unique_id")?,
        name: row.get("name")?,
        sys_status: row.get("sys_status")?,
        join_date: time(row, "join_date")?,
        last_login: optional_time(row, "last_login")?,
        ban_info: row.get("ban_info")?,
        ban_expiration: optional_time(row, "ban_expiration")?,
        api_id_preference: row.get("api_id_preference")?,
        bio: row.get("bio")?,
        discord_id: row.get("discord_id")?,
        roblox_id: row.get("roblox_id")?,
        teamspeak_id: row.get("teamspeak_id")?,
    })
}

/// Lists of accounts, with what each shows of its other tables gathered in the same statement.
const SELECT_SUMMARY: &str = "
    SELECT a.id, a.unique_id, a.name, a.discord_id, a.sys_status, a.teamspeak_id, s.com_status, s.archived, s.banned,
        (SELECT json_group_array(lower(hex(r.rank)) ORDER BY r.position) FROM account_ranks r
         WHERE r.community = a.community AND r.account = a.id) AS ranks,
        (SELECT json_group_array(i.type || ':' || i.value ORDER BY i.created_at, i.id) FROM identifiers i
         WHERE i.community = a.community AND i.account = a.id AND i.verified = 1) AS typed_ids,
        (SELECT json_group_array(p.value ORDER BY p.position) FROM api_ids p
         WHERE p.community = a.community AND p.account = a.id) AS untyped_ids";

const FROM_ACCOUNTS: &str = "
    FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
    WHERE a.community = :community";

fn summary(row: &Row<'_>) -> rusqlite::Result<AccountSummary> {
    let mut active_api_ids: Vec<String> = json(row, "typed_ids")?;
    active_api_ids.extend(json::<Vec<String>>(row, "untyped_ids")?);
    Ok(AccountSummary {
        id: AccountId(id(row, "id")?),
        unique_id: row.get("unique_id")?,
        name: row.get("name")?,
        active_api_ids,
        discord_id: row.get("discord_id")?,
        sys_status: row.get("sys_status")?,
        com_status: row.get("com_status")?,
        archived: row.get("archived")?,
        banned: row.get("banned")?,
        teamspeak_id: row.get("teamspeak_id")?,
        ranks: json::<Vec<RankId>>(row, "ranks")?,
    })
}

/// Conditions on accounts, and the parameters they name.
struct Conditions<'a> {
    sql: String,
    params: Vec<(&'static str, &'a dyn ToSql)>,
}

impl<'a> Conditions<'a> {
    fn of(community: &'a CommunityId) -> Self {
        Self { sql: String::new(), params: vec![(":community", &community.0)] }
    }

    /// Adds a condition, if there is a value for its parameter.
    fn and<T: ToSql>(mut self, value: Option<&'a T>, name: &'static str, condition: &str) -> Self {
        if let Some(value) = value {
            self.sql.push_str(" AND ");
            self.sql.push_str(condition);
            self.params.push((name, value));
        }
        self
    }
}

impl SqliteTx {
    fn page(&self, conditions: &Conditions<'_>, skip: u32, take: u32) -> Result<Page<AccountSummary>> {
        let Conditions { sql, params } = conditions;
        let count = format!("SELECT count(*) AS total {FROM_ACCOUNTS} {sql}");
        let total = self.one(&count, params.as_slice(), |row| row.get("total"))?.unwrap_or(0);

        let select =
            format!("{SELECT_SUMMARY} {FROM_ACCOUNTS} {sql} ORDER BY a.unique_id LIMIT :take OFFSET :skip");
        let mut params = params.clone();
        params.extend([(":skip", &skip as &dyn ToSql), (":take", &take)]);
        let items = self.all(&select, params.as_slice(), summary)?;
        Ok(Page { items, total })
    }

    fn held_ranks(&self, community: CommunityId, account: AccountId) -> Result<Vec<HeldRank>> {
        let sql = "SELECT rank, expires_at FROM account_ranks WHERE community = ?1 AND account = ?2 ORDER BY position";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(HeldRank { rank: RankId(id(row, "rank")?), expires_at: optional_time(row, "expires_at")? })
        })
    }

    fn versioned(&self, community: CommunityId, account: AccountId) -> Result<Option<VersionedAccount>> {
        let sql = "SELECT * FROM account_standings WHERE community = ?1 AND account = ?2";
        let found = self.one(sql, (community.0, Id(account.0)), |row| {
            let account = Account {
                id: account,
                ranks: Vec::new(),
                com_status: row.get("com_status")?,
                owner: row.get("owner")?,
                banned: row.get("banned")?,
                archived: row.get("archived")?,
            };
            Ok(VersionedAccount { account, version: row.get("version")? })
        })?;
        let Some(mut found) = found else { return Ok(None) };
        found.account.ranks = self.held_ranks(community, account)?;
        Ok(Some(found))
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
        let mut next: i64 = if only_appended { self.next_position(community, account)? } else { 0 };
        for held in after {
            if only_appended && before.contains(held) {
                continue;
            }
            let sql = "INSERT INTO account_ranks (community, account, rank, position, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (community, account, rank) DO UPDATE
                 SET position = excluded.position, expires_at = excluded.expires_at";
            let expires_at = held.expires_at.map(Millis);
            self.run(sql, (community.0, Id(account.0), Id(held.rank.0), next, expires_at))?;
            next += 1;
        }
        Ok(())
    }

    fn next_position(&self, community: CommunityId, account: AccountId) -> Result<i64> {
        let sql = "SELECT coalesce(max(position) + 1, 0) AS next FROM account_ranks WHERE community = ?1 AND account = ?2";
        Ok(self.one(sql, (community.0, Id(account.0)), |row| row.get("next"))?.unwrap_or(0))
    }
}

#[async_trait]
impl ReadAccounts for SqliteTx {
    async fn account(&mut self, community: CommunityId, account: AccountId) -> Result<Option<AccountRow>> {
        let sql = "SELECT * FROM accounts WHERE community = ?1 AND id = ?2";
        let Some(profile) = self.one(sql, (community.0, Id(account.0)), profile)? else { return Ok(None) };
        let Some(standing) = self.versioned(community, account)? else {
            return Err(no_standing(account));
        };
        Ok(Some(AccountRow {
            profile,
            standing,
            identifiers: self.identifiers(community, account).await?,
            api_ids: self.api_ids(community, account)?,
            clock_rows: self.newest_clock_rows(community, account).await?,
            profile_fields: self.profile_fields(community, account).await?,
            notification_preferences: self.notification_preferences(community, account)?,
        }))
    }

    async fn standing(&mut self, community: CommunityId, id: AccountId) -> Result<Option<VersionedAccount>> {
        self.versioned(community, id)
    }

    async fn list_accounts(
        &mut self,
        community: CommunityId,
        filter: &AccountFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let rank = filter.rank.map(|rank| Id(rank.0));
        let conditions = Conditions::of(&community)
            .and(filter.sys_status.as_ref(), ":sys_status", "a.sys_status = :sys_status")
            .and(filter.com_status.as_ref(), ":com_status", "s.com_status = :com_status")
            .and(filter.banned.as_ref(), ":banned", "s.banned = :banned")
            .and(filter.archived.as_ref(), ":archived", "s.archived = :archived")
            .and(
                rank.as_ref(),
                ":rank",
                "EXISTS (SELECT 1 FROM account_ranks
                     WHERE community = a.community AND account = a.id AND rank = :rank)",
            );
        self.page(&conditions, skip, take)
    }

    async fn search_accounts(
        &mut self,
        community: CommunityId,
        selector: &AccountSelector,
        take: u32,
    ) -> Result<Page<AccountSummary>> {
        let id = selector.id.map(|id| Id(id.0));
        let name = selector.username.as_deref().map(str::to_lowercase);
        let conditions = Conditions::of(&community)
            .and(id.as_ref(), ":id", "a.id = :id")
            .and(selector.unique_id.as_ref(), ":unique_id", "a.unique_id = :unique_id")
            .and(name.as_ref(), ":name", "a.name_folded = :name")
            .and(
                selector.discord.as_ref(),
                ":discord",
                "a.id IN (SELECT id FROM accounts WHERE community = :community AND discord_id = :discord
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = :community AND value = :discord AND type = 'discord' AND verified = 1)",
            )
            .and(
                selector.api_id.as_ref(),
                ":api_id",
                "a.id IN (SELECT account FROM api_ids WHERE community = :community AND value = :api_id
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = :community AND value = :api_id AND verified = 1
                     UNION ALL SELECT account FROM identifiers
                     WHERE community = :community AND value = substr(:api_id, instr(:api_id, ':') + 1)
                         AND type = substr(:api_id, 1, instr(:api_id, ':') - 1) AND verified = 1)",
            );
        self.page(&conditions, 0, take)
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

fn no_standing(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no standing"))
}

impl SqliteTx {
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

    fn write_profile(&self, sql: &str, community: CommunityId, profile: &Profile) -> Result<usize> {
        self.run(
            sql,
            named_params! {
                ":community": community.0,
                ":id": Id(profile.id.0),
                ":unique_id": profile.unique_id,
                ":custom_unique_id": profile.custom_unique_id,
                ":name": profile.name,
                ":name_folded": profile.name.to_lowercase(),
                ":sys_status": profile.sys_status,
                ":join_date": Millis(profile.join_date),
                ":last_login": profile.last_login.map(Millis),
                ":ban_info": profile.ban_info,
                ":ban_expiration": profile.ban_expiration.map(Millis),
                ":api_id_preference": profile.api_id_preference,
                ":bio": profile.bio,
                ":discord_id": profile.discord_id,
                ":roblox_id": profile.roblox_id,
                ":teamspeak_id": profile.teamspeak_id,
            },
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
             VALUES
                 (:community, :id, :unique_id, :custom_unique_id, :name, :name_folded, :sys_status, :join_date,
                  :last_login, :ban_info, :ban_expiration, :api_id_preference, :bio, :discord_id, :roblox_id,
                  :teamspeak_id)",
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
             SET unique_id = :unique_id, custom_unique_id = :custom_unique_id, name = :name, name_folded = :name_folded,
                 sys_status = :sys_status, join_date = :join_date, last_login = :last_login, ban_info = :ban_info,
                 ban_expiration = :ban_expiration, api_id_preference = :api_id_preference, bio = :bio,
                 discord_id = :discord_id, roblox_id = :roblox_id, teamspeak_id = :teamspeak_id
             WHERE community = :community AND id = :id",
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
        let version = self.one(
            "UPDATE account_standings SET com_status = ?3, version = version + 1
             WHERE community = ?1 AND account = ?2 RETURNING version",
            (community.0, Id(id.0), transition.status_after),
            |row| row.get("version"),
        )?;
        version.ok_or_else(|| no_standing(id))
    }
}
