//! Grants that end.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};

use super::SqlTx;
use super::value::params;
use crate::Result;
use crate::grants::ReadGrants;

#[async_trait]
impl<T: SqlTx> ReadGrants for T {
    async fn due_grants(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>> {
        let sql = "SELECT community, account FROM account_ranks WHERE expires_at <= $1
                 AND community NOT IN (SELECT community FROM unfinished_imports WHERE makes_community)
             ORDER BY expires_at, community, account LIMIT $2";
        let tx = self.anywhere().await?;
        let mut due =
            tx.all(sql, params![now, limit], |row| Ok((row.get("community")?, row.get("account")?))).await?;
        let mut seen = HashSet::new();
        due.retain(|holder| seen.insert(*holder));
        Ok(due)
    }

    async fn next_grant_end(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT expires_at FROM account_ranks WHERE expires_at IS NOT NULL
                 AND community NOT IN (SELECT community FROM unfinished_imports WHERE makes_community)
             ORDER BY expires_at LIMIT 1";
        self.anywhere().await?.one(sql, params![], |row| row.get("expires_at")).await
    }
}
