//! The members of a community who are active, each with the ranks it holds and the ids by which game servers
//! know it: what a whitelist is made of.

use std::collections::HashMap;

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::identifier::{is_personal, names_a_person};
use rankledger_domain::ids::{AccountId, CommunityId};

use crate::Result;
use crate::sql::value::{Grants, params};
use crate::sql::{Row, SqlTx};

/// An active member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account as the rules see it.
    pub account: Account,
    /// Its name.
    pub name: String,
    /// Whether it is enabled at all.
    pub enabled: bool,
    /// The ids by which game servers know it.
    pub ids: Vec<MemberId>,
}

/// An id by which game servers know an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberId {
    /// The type of a verified identifier; none of an untyped id.
    pub kind: Option<String>,
    /// The value.
    pub value: String,
}

/// Reading members.
#[async_trait]
pub trait ReadMembers {
    /// The accounts that are active and neither banned nor archived, by number. Each has its verified
    /// identifiers, oldest first, with the Discord id of its row, and then its untyped ids; without
    /// identifiers that people share.
    async fn active_members(&mut self, community: CommunityId) -> Result<Vec<Member>>;
}

/// Reads a member, whose only id is the Discord id of its row, if there is one.
fn member(row: &Row<'_>) -> Result<Member> {
    let Grants(ranks) = row.get(3)?;
    let (id, owner) = (row.get(0)?, row.get(2)?);
    let discord_id: Option<String> = row.get(5)?;
    let of_row = discord_id.map(|value| MemberId { kind: Some("discord".to_owned()), value });
    Ok(Member {
        account: Account { id, ranks, com_status: true, owner, banned: false, archived: false },
        name: row.get(1)?,
        enabled: row.get(4)?,
        ids: of_row.into_iter().collect(),
    })
}

fn typed_id(row: &Row<'_>) -> Result<(AccountId, MemberId)> {
    Ok((row.get(0)?, MemberId { kind: Some(row.get(1)?), value: row.get(2)? }))
}

fn untyped_id(row: &Row<'_>) -> Result<(AccountId, MemberId)> {
    Ok((row.get(0)?, MemberId { kind: None, value: row.get(1)? }))
}

/// Returns the ids of each account, in order, without those that people share.
fn by_account(ids: Vec<(AccountId, MemberId)>) -> HashMap<AccountId, Vec<MemberId>> {
    let mut by_account: HashMap<_, Vec<_>> = HashMap::new();
    for (account, id) in ids {
        if id.kind.as_deref().map_or_else(|| names_a_person(&id.value), is_personal) {
            by_account.entry(account).or_default().push(id);
        }
    }
    by_account
}

#[async_trait]
impl<T: SqlTx> ReadMembers for T {
    async fn active_members(&mut self, community: CommunityId) -> Result<Vec<Member>> {
        let tx = self.on(community).await?;
        let sql = "SELECT a.id, a.name, s.owner, s.ranks, a.sys_status, a.discord_id
             FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.community = $1 AND s.com_status AND NOT s.banned AND NOT s.archived ORDER BY a.unique_id";
        let mut members = tx.all(sql, params![community], member).await?;
        let typed = "SELECT account, type, value FROM identifiers WHERE community = $1 AND verified
             ORDER BY created_at, id";
        let typed = tx.all(typed, params![community], typed_id).await?;
        let untyped = "SELECT account, value FROM api_ids WHERE community = $1 ORDER BY position";
        let untyped = tx.all(untyped, params![community], untyped_id).await?;
        let mut typed = by_account(typed);
        let mut untyped = by_account(untyped);
        for member in &mut members {
            let mut ids = typed.remove(&member.account.id).unwrap_or_default();
            ids.extend(member.ids.pop().filter(|of_row| !ids.contains(of_row)));
            ids.extend(untyped.remove(&member.account.id).unwrap_or_default());
            member.ids = ids;
        }
        Ok(members)
    }
}
