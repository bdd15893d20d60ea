//! Flags on shared identifiers: which accounts have the same value, and whether somebody has looked at that.
//!
//! `identifiers.flag_id` names the open flag of an identifier. It is written with the flag.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, FlagId};

use crate::Result;
use crate::account_lists::Page;
use crate::sql::value::{ToValue as _, Value, params};
use crate::sql::{Row, SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    identifier_flags: [community Int, id Id]
        type Text, value Text, raised_at Int, dismissed_at Int, dismissed_by Id, dismissed_with Id, reason Text;
    identifier_flag_accounts: [community Int, flag Id, account Id] since Int;
};

/// A flag on a shared identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierFlag {
    /// Names it.
    pub id: FlagId,
    /// The identifier that the accounts share.
    pub identifier: IdentifierName,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Who dismissed it; `None` while it is open.
    pub dismissal: Option<Dismissal>,
    /// The accounts that it names, by the time since when, then by id.
    pub accounts: Vec<FlaggedAccount>,
}

/// The end of a flag: somebody has looked at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissal {
    /// When.
    pub at: Timestamp,
    /// The person who dismissed it, if one was named.
    pub user: Option<AccountId>,
    /// The credential that was used; `None` for the operator.
    pub credential: Option<CredentialId>,
    /// Why, in the words of whoever dismissed it.
    pub reason: Option<String>,
}

/// An account that a flag names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlaggedAccount {
    /// The account.
    pub id: AccountId,
    /// Its name by now.
    pub name: String,
    /// Since when the flag names it.
    pub since: Timestamp,
}

/// Which flags are meant: those that fit everything given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlagFilter {
    /// Those that are dismissed, or those that are open.
    pub dismissed: Option<bool>,
    /// Those that name this account.
    pub account: Option<AccountId>,
}

/// Reading flags.
#[async_trait]
pub trait ReadIdentifierFlags {
    /// Returns flags, the newest first: `take` of them from the `skip`th.
    async fn identifier_flags(
        &mut self,
        community: CommunityId,
        filter: FlagFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<IdentifierFlag>>;

    /// Returns the flag with this id.
    async fn identifier_flag(&mut self, community: CommunityId, id: FlagId)
    -> Result<Option<IdentifierFlag>>;

    /// Returns every flag of a value, oldest first.
    async fn flags_of_identifier(
        &mut self,
        community: CommunityId,
        identifier: &IdentifierName,
    ) -> Result<Vec<IdentifierFlag>>;

    /// Returns the accounts that have this value, verified or not: `most` of them at the most.
    async fn accounts_with_identifier(
        &mut self,
        community: CommunityId,
        identifier: &IdentifierName,
        most: usize,
    ) -> Result<Vec<AccountId>>;
}

/// Writing flags.
#[async_trait]
pub trait WriteIdentifierFlags {
    /// Makes an open flag that names no account yet. [`crate::StorageError::Conflict`] if its id is taken.
    async fn insert_identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
        identifier: &IdentifierName,
        at: Timestamp,
    ) -> Result<()>;

    /// Names accounts in a flag. One that it names already stays as it is.
    async fn add_to_identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
        accounts: &[AccountId],
        at: Timestamp,
    ) -> Result<()>;

    /// Sets an open flag on the identifiers of all accounts that it names.
    async fn mark_flagged_identifiers(
        &mut self,
        community: CommunityId,
        id: FlagId,
        identifier: &IdentifierName,
    ) -> Result<()>;

    /// Dismisses an open flag, and takes it off the identifiers. False if it is not there or not open.
    async fn dismiss_identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
        dismissal: &Dismissal,
    ) -> Result<bool>;
}

/// Reads a flag without its accounts.
fn flag(row: &Row<'_>) -> Result<IdentifierFlag> {
    let dismissed_at: Option<Timestamp> = row.get("dismissed_at")?;
    let dismissal = match dismissed_at {
        None => None,
        Some(at) => Some(Dismissal {
            at,
            user: row.get("dismissed_by")?,
            credential: row.get("dismissed_with")?,
            reason: row.get("reason")?,
        }),
    };
    let identifier = IdentifierName { kind: row.get("type")?, value: row.get("value")? };
    let (id, raised_at) = (row.get("id")?, row.get("raised_at")?);
    Ok(IdentifierFlag { id, identifier, raised_at, dismissal, accounts: Vec::new() })
}

/// Reads the accounts of flags into them.
async fn read_accounts<T: SqlTx>(
    tx: &mut T,
    community: CommunityId,
    mut flags: Vec<IdentifierFlag>,
) -> Result<Vec<IdentifierFlag>> {
    if flags.is_empty() {
        return Ok(flags);
    }
    let parameters: Vec<_> = (2..flags.len() + 2).map(|index| format!("${index}")).collect();
    let sql = format!(
        "SELECT f.flag, f.account, f.since, a.name FROM identifier_flag_accounts f
         JOIN accounts a ON a.community = f.community AND a.id = f.account
         WHERE f.community = $1 AND f.flag IN ({}) ORDER BY f.since, f.account",
        parameters.join(", ")
    );
    let ids: Vec<FlagId> = flags.iter().map(|flag| flag.id).collect();
    let values: Vec<Value<'_>> =
        std::iter::once(community.to_value()).chain(ids.iter().map(|id| id.to_value())).collect();
    let read = |row: &Row<'_>| {
        let account =
            FlaggedAccount { id: row.get("account")?, name: row.get("name")?, since: row.get("since")? };
        Ok((row.get::<FlagId>("flag")?, account))
    };
    for (id, account) in tx.on(community).await?.all(&sql, &values, read).await? {
        if let Some(flag) = flags.iter_mut().find(|flag| flag.id == id) {
            flag.accounts.push(account);
        }
    }
    Ok(flags)
}

impl FlagFilter {
    /// Returns the condition on `identifier_flags`: `$1` is the community, `$2` the account if one is given.
    fn condition(self) -> String {
        let mut sql = "community = $1".to_owned();
        if self.account.is_some() {
            sql.push_str(
                " AND id IN (SELECT flag FROM identifier_flag_accounts WHERE community = $1 AND account = $2)",
            );
        }
        match self.dismissed {
            Some(true) => sql.push_str(" AND dismissed_at IS NOT NULL"),
            Some(false) => sql.push_str(" AND dismissed_at IS NULL"),
            None => {}
        }
        sql
    }
}

#[async_trait]
impl<T: SqlTx> ReadIdentifierFlags for T {
    async fn identifier_flags(
        &mut self,
        community: CommunityId,
        filter: FlagFilter,
        skip: u32,
        take: u32,
    ) -> Result<Page<IdentifierFlag>> {
        let condition = filter.condition();
        let account = filter.account;
        let values: Vec<_> =
            std::iter::once(community.to_value()).chain(account.iter().map(|id| id.to_value())).collect();
        let tx = self.on(community).await?;
        let count = format!("SELECT count(*) FROM identifier_flags WHERE {condition}");
        let total = tx.one(&count, &values, |row| row.get(0)).await?.unwrap_or(0);
        let list = format!(
            "SELECT * FROM identifier_flags WHERE {condition} ORDER BY raised_at DESC, id DESC
             LIMIT {take} OFFSET {skip}"
        );
        let flags = tx.all(&list, &values, flag).await?;
        Ok(Page { items: read_accounts(self, community, flags).await?, total })
    }

    async fn identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
    ) -> Result<Option<IdentifierFlag>> {
        let sql = "SELECT * FROM identifier_flags WHERE community = $1 AND id = $2";
        let found = self.on(community).await?.all(sql, params![community, id], flag).await?;
        Ok(read_accounts(self, community, found).await?.pop())
    }

    async fn flags_of_identifier(
        &mut self,
        community: CommunityId,
        identifier: &IdentifierName,
    ) -> Result<Vec<IdentifierFlag>> {
        let sql = "SELECT * FROM identifier_flags WHERE community = $1 AND type = $2 AND value = $3
             ORDER BY raised_at, id";
        let IdentifierName { kind, value } = identifier;
        let flags = self.on(community).await?.all(sql, params![community, kind, value], flag).await?;
        read_accounts(self, community, flags).await
    }

    async fn accounts_with_identifier(
        &mut self,
        community: CommunityId,
        identifier: &IdentifierName,
        most: usize,
    ) -> Result<Vec<AccountId>> {
        let sql = format!(
            "SELECT DISTINCT account FROM identifiers WHERE community = $1 AND type = $2 AND value = $3
             ORDER BY account LIMIT {most}"
        );
        let IdentifierName { kind, value } = identifier;
        self.on(community).await?.all(&sql, params![community, kind, value], |row| row.get(0)).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteIdentifierFlags for T {
    async fn insert_identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
        identifier: &IdentifierName,
        at: Timestamp,
    ) -> Result<()> {
        let sql =
            "INSERT INTO identifier_flags (community, id, type, value, raised_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING";
        let IdentifierName { kind, value } = identifier;
        let tx = self.writing(community).await?;
        let written = tx.run(sql, params![community, id, kind, value, at]).await?;
        refuse_unwritten(written, || format!("the flag {id}"))
    }

    async fn add_to_identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
        accounts: &[AccountId],
        at: Timestamp,
    ) -> Result<()> {
        let sql =
            "INSERT INTO identifier_flag_accounts (community, flag, account, since) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING";
        let tx = self.writing(community).await?;
        for account in accounts {
            tx.run(sql, params![community, id, account, at]).await?;
        }
        Ok(())
    }

    async fn mark_flagged_identifiers(
        &mut self,
        community: CommunityId,
        id: FlagId,
        identifier: &IdentifierName,
    ) -> Result<()> {
        let sql = "UPDATE identifiers SET flag_id = $2
             WHERE community = $1 AND type = $3 AND value = $4 AND (flag_id IS NULL OR flag_id <> $2)
                 AND account IN (SELECT account FROM identifier_flag_accounts WHERE community = $1 AND flag = $5)";
        let IdentifierName { kind, value } = identifier;
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, id.to_string(), kind, value, id]).await.map(drop)
    }

    async fn dismiss_identifier_flag(
        &mut self,
        community: CommunityId,
        id: FlagId,
        dismissal: &Dismissal,
    ) -> Result<bool> {
        let sql = "UPDATE identifier_flags
             SET dismissed_at = $3, dismissed_by = $4, dismissed_with = $5, reason = $6
             WHERE community = $1 AND id = $2 AND dismissed_at IS NULL";
        let Dismissal { at, user, credential, reason } = dismissal;
        let tx = self.writing(community).await?;
        if tx.run(sql, params![community, id, at, user, credential, reason]).await? == 0 {
            return Ok(false);
        }
        let sql = "UPDATE identifiers SET flag_id = NULL
             WHERE community = $1 AND flag_id = $2
                 AND account IN (SELECT account FROM identifier_flag_accounts WHERE community = $1 AND flag = $3)";
        tx.run(sql, params![community, id.to_string(), id]).await?;
        Ok(true)
    }
}
