//! Grants that end: who holds one that is over, and when the next one will be. Of all communities, but those
//! that an unfinished import makes: nothing happens in them before it is finished.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};

use crate::Result;
use crate::sql::SqlTx;
use crate::sql::value::params;

/// Reading the ends of grants.
#[async_trait]
pub trait ReadGrants {
    /// Accounts that hold a grant which has ended by `now`, each once, in the order of the ends, `limit` of
    /// them at the most.
    async fn due_grants(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>>;

    /// The soonest end of a grant that is held, passed or to come.
    async fn next_grant_end(&mut self) -> Result<Option<Timestamp>>;
}

#[async_trait]
impl<T: SqlTx> ReadGrants for T {
    async fn due_grants(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>> {
        let sql = "SELECT community, account FROM account_standings WHERE next_end <= $1
                 AND community NOT IN (SELECT community FROM unfinished_imports WHERE makes_community)
             ORDER BY next_end, community, account LIMIT $2";
        let tx = self.anywhere().await?;
        tx.all(sql, params![now, limit], |row| Ok((row.get("community")?, row.get("account")?))).await
    }

    async fn next_grant_end(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT next_end FROM account_standings WHERE next_end IS NOT NULL
                 AND community NOT IN (SELECT community FROM unfinished_imports WHERE makes_community)
             ORDER BY next_end LIMIT 1";
        self.anywhere().await?.one(sql, params![], |row| row.get("next_end")).await
    }
}
