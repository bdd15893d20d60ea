//! Grants and bans that end: whose are over, and when the next one will be. Of all communities, but those
//! that an unfinished import makes: nothing happens in them before it is finished; and but those that are
//! frozen: nothing ends in them.

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

    /// Accounts whose ban has ended by `now`, in the order of the ends, `limit` of them at the most.
    async fn due_bans(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>>;

    /// The soonest end of a ban, passed or to come.
    async fn next_ban_end(&mut self) -> Result<Option<Timestamp>>;
}

#[async_trait]
impl<T: SqlTx> ReadGrants for T {
    async fn due_grants(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>> {
        let sql = format!(
            "SELECT community, account FROM account_standings WHERE next_end <= $1 AND {}
             ORDER BY next_end, community, account LIMIT $2",
            in_force("community")
        );
        let tx = self.anywhere().await?;
        tx.all(&sql, params![now, limit], |row| Ok((row.get("community")?, row.get("account")?))).await
    }

    async fn next_grant_end(&mut self) -> Result<Option<Timestamp>> {
        let sql = format!(
            "SELECT next_end FROM account_standings WHERE next_end IS NOT NULL AND {}
             ORDER BY next_end LIMIT 1",
            in_force("community")
        );
        self.anywhere().await?.one(&sql, params![], |row| row.get("next_end")).await
    }

    async fn due_bans(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>> {
        let sql = format!(
            "SELECT a.community, a.id FROM accounts a
                 JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.ban_expiration <= $1 AND s.banned AND {}
             ORDER BY a.ban_expiration, a.community, a.id LIMIT $2",
            in_force("a.community")
        );
        let tx = self.anywhere().await?;
        tx.all(&sql, params![now, limit], |row| Ok((row.get("community")?, row.get("id")?))).await
    }

    async fn next_ban_end(&mut self) -> Result<Option<Timestamp>> {
        let sql = format!(
            "SELECT a.ban_expiration FROM accounts a
                 JOIN account_standings s ON s.community = a.community AND s.account = a.id
             WHERE a.ban_expiration IS NOT NULL AND s.banned AND {}
             ORDER BY a.ban_expiration LIMIT 1",
            in_force("a.community")
        );
        self.anywhere().await?.one(&sql, params![], |row| row.get("ban_expiration")).await
    }
}

/// The condition that things end in a community: it is neither made by an unfinished import nor frozen.
fn in_force(community: &str) -> String {
    format!(
        "{community} NOT IN (SELECT community FROM unfinished_imports WHERE makes_community)
                 AND {community} NOT IN (SELECT community FROM community_guards WHERE frozen_at IS NOT NULL)"
    )
}
