//! The members of a community who are active, each with the ranks it holds and the ids by which game servers
//! know it: what a whitelist is made of.

use std::collections::HashMap;

use async_trait::async_trait;
use rankledger_domain::account::Account;
use rankledger_domain::identifier::is_personal;
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
    /// identifiers, oldest first, and then its untyped ids; without identifiers that people share.
    async fn active_members(&mut self, community: CommunityId) -> Result<Vec<Member>>;
}

fn member(row: &Row<'_>) -> Result<Member> {
    let Grants(ranks) = row.get(3)?;
    let (id, owner) = (row.get(0)?, row.get(2)?);
    Ok(Member {
        account: Account { id, ranks, com_status: true, owner, banned: false, archived: false },
        name: row.get(1)?,
        enabled: row.get(4)?,
        ids: Vec::new(),
    })
}

fn typed_id(row: &Row<'_>) -> Result<(AccountId, MemberId)> {
    Ok((row.get(0)?, MemberId { kind: Some(row.get(1)?), value: row.get(2)? }))
}

fn untyped_id(row: &Row<'_>) -> Result<(AccountId, MemberId)> {
    Ok((row.get(0)?, MemberId { kind: None, value: row.get(1)? }))
}

#[async_trait]
impl<T: SqlTx> ReadMembers for T {
    async fn active_members(&mut self, community: CommunityId) -> Result<Vec<Member>> {
        let tx = self.on(community).await?;
        let sql = "SELECT a.id, a.name, s.owner, s.ranks, a.sys_status
             FROM accounts a JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.community = $1 AND s.com_status AND NOT s.banned AND NOT s.archived ORDER BY a.unique_id";
        let mut members = tx.all(sql, params![community], member).await?;
        let typed = "SELECT account, type, value FROM identifiers WHERE community = $1 AND verified
             ORDER BY created_at, id";
        let typed = tx.all(typed, params![community], typed_id).await?;
        let untyped = "SELECT account, value FROM api_ids WHERE community = $1 ORDER BY position";
        let untyped = tx.all(untyped, params![community], untyped_id).await?;
        let mut ids: HashMap<AccountId, Vec<MemberId>> = HashMap::new();
        for (account, id) in typed.into_iter().chain(untyped) {
            if id.kind.as_deref().is_none_or(is_personal) {
                ids.entry(account).or_default().push(id);
            }
        }
        for member in &mut members {
            member.ids = ids.remove(&member.account.id).unwrap_or_default();
        }
        Ok(members)
    }
}
