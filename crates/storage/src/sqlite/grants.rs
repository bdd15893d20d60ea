//! Grants that end, in SQLite.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};

use super::codec::{Millis, id, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::grants::ReadGrants;

#[async_trait]
impl ReadGrants for SqliteTx {
    async fn due_grants(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>> {
        let sql = "
            SELECT community, account FROM account_ranks WHERE expires_at <= ?1
                AND community NOT IN (SELECT community FROM unfinished_imports WHERE makes_community = 1)
            ORDER BY expires_at, community, account LIMIT ?2";
        let mut due = self.all(sql, (Millis(now), limit), |row| {
            Ok((CommunityId(row.get("community")?), AccountId(id(row, "account")?)))
        })?;
        let mut seen = HashSet::new();
        due.retain(|holder| seen.insert(*holder));
        Ok(due)
    }

    async fn next_grant_end(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT expires_at FROM account_ranks WHERE expires_at IS NOT NULL
                AND community NOT IN (SELECT community FROM unfinished_imports WHERE makes_community = 1)
             ORDER BY expires_at LIMIT 1";
        self.one(sql, [], |row| time(row, "expires_at"))
    }
}
