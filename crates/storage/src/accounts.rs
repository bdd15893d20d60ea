//! Accounts: the row that says what an account is called, when it joined and the like. The ranks it holds are
//! in [`crate::standings`], the lists of accounts in [`crate::account_lists`].

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::account::Account;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::name::folded;

use crate::console_sessions::WriteConsoleSessions;
use crate::sql::value::{ToValue, params};
use crate::sql::{Row, SqlTx, Value};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    accounts: [community Int, id Id]
        unique_id Int, custom_unique_id Bool, name Text, name_folded Text, sys_status Bool, join_date Int,
        last_login Int, ban_info Text, ban_expiration Int, api_id_preference Int, bio Text, discord_id Text,
        roblox_id Text, teamspeak_id Text;
};

/// The profile of an account: the one row that holds what the account says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Names the account.
    pub id: AccountId,
    /// Its number in the community.
    pub unique_id: i64,
    /// Whether the number was chosen by hand.
    pub custom_unique_id: bool,
    /// Its name.
    pub name: String,
    /// Whether the account is enabled at all.
    pub sys_status: bool,
    /// When it joined.
    pub join_date: Timestamp,
    /// When it was last seen.
    pub last_login: Option<Timestamp>,
    /// Why it is banned.
    pub ban_info: Option<String>,
    /// Until when it is banned.
    pub ban_expiration: Option<Timestamp>,
    /// Which of its ids it prefers to be known by.
    pub api_id_preference: i64,
    /// Its text about itself.
    pub bio: Option<String>,
    /// Its Discord snowflake.
    pub discord_id: Option<String>,
    /// Its Roblox user id.
    pub roblox_id: Option<String>,
    /// Its TeamSpeak id.
    pub teamspeak_id: Option<String>,
}

/// The id, the number and the name of an account: each tells it from the others of its community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNames {
    /// See [`Profile::id`].
    pub id: AccountId,
    /// See [`Profile::unique_id`].
    pub unique_id: i64,
    /// See [`Profile::name`].
    pub name: String,
    /// See [`Account::owner`].
    pub owner: bool,
}

/// Reading accounts.
#[async_trait]
pub trait ReadAccounts {
    /// Returns the keys of all accounts, by number: for whoever has to look many up.
    async fn account_names(&mut self, community: CommunityId) -> Result<Vec<AccountNames>>;

    /// The accounts that hold a rank.
    async fn holders(&mut self, community: CommunityId, rank: RankId) -> Result<Vec<AccountId>>;

    /// The highest number of an account; 0 if there is none.
    async fn last_unique_id(&mut self, community: CommunityId) -> Result<i64>;
}

/// Writing accounts.
#[async_trait]
pub trait WriteAccounts {
    /// Makes an account without ranks. The ranks and status of `account` are not stored: they come by a rank
    /// change.
    async fn insert_account(
        &mut self,
        community: CommunityId,
        profile: &Profile,
        account: &Account,
    ) -> Result<()> {
        self.insert_profile(community, profile).await?;
        self.insert_standing(community, account).await
    }

    /// Makes the first half of an account. Parts that are written between the two halves draw no revision of
    /// the account each, for nothing can be cached of it yet.
    async fn insert_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()>;

    /// Makes the second half of an account. See [`WriteAccounts::insert_account`] for what is stored.
    async fn insert_standing(&mut self, community: CommunityId, account: &Account) -> Result<()>;

    /// Brings the profile up to date.
    async fn update_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()>;

    /// Marks an account as banned or archived, or not, and ends its sessions of the console if it is either.
    /// Returns the new version.
    async fn set_flags(
        &mut self,
        community: CommunityId,
        id: AccountId,
        banned: bool,
        archived: bool,
    ) -> Result<i64>;

    /// Counts a change of something that is stored beside the row. Returns the new version.
    async fn touch(&mut self, community: CommunityId, id: AccountId) -> Result<i64>;
}

/// The columns that [`profile`] reads, in order.
pub(crate) const PROFILE: &str =
    "id, unique_id, custom_unique_id, name, sys_status, join_date, last_login, ban_info, ban_expiration,
    api_id_preference, bio, discord_id, roblox_id, teamspeak_id";

/// Reads a row that begins with [`PROFILE`].
pub(crate) fn profile(row: &Row<'_>) -> Result<Profile> {
    Ok(Profile {
        id: row.get(0)?,
        unique_id: row.get(1)?,
        custom_unique_id: row.get(2)?,
        name: row.get(3)?,
        sys_status: row.get(4)?,
        join_date: row.get(5)?,
        last_login: row.get(6)?,
        ban_info: row.get(7)?,
        ban_expiration: row.get(8)?,
        api_id_preference: row.get(9)?,
        bio: row.get(10)?,
        discord_id: row.get(11)?,
        roblox_id: row.get(12)?,
        teamspeak_id: row.get(13)?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadAccounts for T {
    async fn account_names(&mut self, community: CommunityId) -> Result<Vec<AccountNames>> {
        let sql = "SELECT a.id, a.unique_id, a.name, s.owner
             FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.community = $1 ORDER BY a.unique_id";
        let key = |row: &Row<'_>| {
            Ok(AccountNames {
                id: row.get(0)?,
                unique_id: row.get(1)?,
                name: row.get(2)?,
                owner: row.get(3)?,
            })
        };
        self.on(community).await?.all(sql, params![community], key).await
    }

    async fn holders(&mut self, community: CommunityId, rank: RankId) -> Result<Vec<AccountId>> {
        let sql = "SELECT account FROM account_standings WHERE community = $1 AND holds_rank(ranks, $2)
             ORDER BY account";
        self.on(community).await?.all(sql, params![community, rank], |row| row.get(0)).await
    }

    async fn last_unique_id(&mut self, community: CommunityId) -> Result<i64> {
        let sql = "SELECT coalesce(max(unique_id), 0) FROM accounts WHERE community = $1";
        let last = self.on(community).await?.one(sql, params![community], |row| row.get(0)).await?;
        Ok(last.unwrap_or(0))
    }
}

#[async_trait]
impl<T: SqlTx> WriteAccounts for T {
    async fn insert_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()> {
        let sql = "INSERT INTO accounts
                 (community, id, unique_id, custom_unique_id, name, name_folded, sys_status, join_date, last_login,
                  ban_info, ban_expiration, api_id_preference, bio, discord_id, roblox_id, teamspeak_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        let name_folded = folded(&profile.name);
        let tx = self.writing(community).await?;
        tx.run(sql, &columns(&community, profile, &name_folded)).await.map(drop)
    }

    async fn insert_standing(&mut self, community: CommunityId, account: &Account) -> Result<()> {
        let sql =
            "INSERT INTO account_standings (community, account, com_status, owner, banned, archived, version)
             VALUES ($1, $2, $3, $4, $5, $6, 1)";
        let Account { id, owner, banned, archived, .. } = account;
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, id, false, owner, banned, archived]).await.map(drop)
    }

    async fn update_profile(&mut self, community: CommunityId, profile: &Profile) -> Result<()> {
        let sql = "UPDATE accounts
             SET unique_id = $3, custom_unique_id = $4, name = $5, name_folded = $6, sys_status = $7, join_date = $8,
                 last_login = $9, ban_info = $10, ban_expiration = $11, api_id_preference = $12, bio = $13,
                 discord_id = $14, roblox_id = $15, teamspeak_id = $16
             WHERE community = $1 AND id = $2";
        let name_folded = folded(&profile.name);
        let tx = self.writing(community).await?;
        tx.run(sql, &columns(&community, profile, &name_folded)).await?;
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
        let version =
            tx.run_returning(sql, params![community, id, banned, archived], |row| row.get(0)).await?;
        if banned || archived {
            tx.end_sessions_of_person(community, id).await?;
        }
        version.ok_or_else(|| no_standing(id))
    }

    async fn touch(&mut self, community: CommunityId, id: AccountId) -> Result<i64> {
        let sql = "UPDATE account_standings SET version = version + 1
             WHERE community = $1 AND account = $2 RETURNING version";
        let tx = self.writing(community).await?;
        let version = tx.run_returning(sql, params![community, id], |row| row.get(0)).await?;
        version.ok_or_else(|| no_standing(id))
    }
}

/// The values of a row of `accounts`, in the order of its columns.
fn columns<'a>(community: &'a CommunityId, profile: &'a Profile, name_folded: &'a str) -> [Value<'a>; 16] {
    [
        community.to_value(),
        profile.id.to_value(),
        profile.unique_id.to_value(),
        profile.custom_unique_id.to_value(),
        profile.name.to_value(),
        name_folded.to_value(),
        profile.sys_status.to_value(),
        profile.join_date.to_value(),
        profile.last_login.to_value(),
        profile.ban_info.to_value(),
        profile.ban_expiration.to_value(),
        profile.api_id_preference.to_value(),
        profile.bio.to_value(),
        profile.discord_id.to_value(),
        profile.roblox_id.to_value(),
        profile.teamspeak_id.to_value(),
    ]
}

/// Says that an account has no profile, although a row refers to it.
pub(crate) fn no_profile(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no profile"))
}

/// Says that an account has no standing, although a row refers to it.
pub(crate) fn no_standing(account: AccountId) -> StorageError {
    StorageError::Corrupt(format!("account {account} has no standing"))
}
