//! Sessions of the console, and the links that sign in once: both are found by the hash of their token.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::console::{Holder, IDLE, Session, SignInLink};
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, SessionId};

use crate::sql::value::params;
use crate::sql::{Row, SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    console_sessions: [community Int, id Id]
        token_hash Bytes, credential Id, account Id, address Text, begun_at Int, used_at Int, ends_at Int;
    console_links: [community Int, token_hash Bytes] account Id, ends_at Int;
};

/// Reading sessions and links.
#[async_trait]
pub trait ReadConsoleSessions {
    /// Returns the session whose token has this hash, of whatever community. `None` if there is none.
    async fn console_session(&mut self, hash: &KeyHash) -> Result<Option<Session>>;

    /// Returns the sessions of a community, the latest first, those that are over included.
    async fn console_sessions(&mut self, community: CommunityId) -> Result<Vec<Session>>;

    /// Returns the link whose token has this hash, of whatever community. `None` if there is none, or if it
    /// was used.
    async fn sign_in_link(&mut self, hash: &KeyHash) -> Result<Option<SignInLink>>;
}

/// Writing sessions and links.
#[async_trait]
pub trait WriteConsoleSessions {
    /// Stores a session, and forgets those of its community that are over when it begins.
    async fn insert_console_session(&mut self, session: &Session, hash: &KeyHash) -> Result<()>;

    /// Stores the time of the last request of a session.
    async fn use_console_session(
        &mut self,
        community: CommunityId,
        id: SessionId,
        at: Timestamp,
    ) -> Result<()>;

    /// Ends a session. Returns whether there was one.
    async fn end_console_session(&mut self, community: CommunityId, id: SessionId) -> Result<bool>;

    /// Ends the sessions of a key.
    async fn end_sessions_of_key(&mut self, community: CommunityId, key: CredentialId) -> Result<()>;

    /// Ends the sessions of a person, and takes the links from them that they have not used.
    async fn end_sessions_of_person(&mut self, community: CommunityId, person: AccountId) -> Result<()>;

    /// Stores a link, and forgets those of its community that have ended at this time.
    async fn insert_sign_in_link(&mut self, link: &SignInLink, hash: &KeyHash, now: Timestamp) -> Result<()>;

    /// Takes a link, so that nobody else can use it. Returns whether it was still there.
    async fn take_sign_in_link(&mut self, community: CommunityId, hash: &KeyHash) -> Result<bool>;
}

fn session(row: &Row<'_>) -> Result<Session> {
    let holder = match (row.get("credential")?, row.get("account")?) {
        (Some(key), _) => Holder::Key(key),
        (None, Some(person)) => Holder::Person(person),
        (None, None) => Holder::Operator,
    };
    let address: Option<String> = row.get("address")?;
    let address = address.map(|text| {
        text.parse().map_err(|_| StorageError::Corrupt(format!("column address: \"{text}\" is no address")))
    });
    Ok(Session {
        id: row.get("id")?,
        community: row.get("community")?,
        holder,
        address: address.transpose()?,
        begun_at: row.get("begun_at")?,
        used_at: row.get("used_at")?,
        ends_at: row.get("ends_at")?,
    })
}

fn sign_in_link(row: &Row<'_>) -> Result<SignInLink> {
    Ok(SignInLink {
        community: row.get("community")?,
        account: row.get("account")?,
        ends_at: row.get("ends_at")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadConsoleSessions for T {
    async fn console_session(&mut self, hash: &KeyHash) -> Result<Option<Session>> {
        let sql = "SELECT * FROM console_sessions WHERE token_hash = $1";
        let tx = self.anywhere().await?;
        let found =
            tx.one(sql, params![hash], |row| Ok((row.get::<KeyHash>("token_hash")?, session(row)?))).await?;
        Ok(found.filter(|(stored, _)| stored == hash).map(|(_, session)| session))
    }

    async fn console_sessions(&mut self, community: CommunityId) -> Result<Vec<Session>> {
        let sql = "SELECT * FROM console_sessions WHERE community = $1 ORDER BY begun_at DESC, id";
        self.on(community).await?.all(sql, params![community], session).await
    }

    async fn sign_in_link(&mut self, hash: &KeyHash) -> Result<Option<SignInLink>> {
        let sql = "SELECT * FROM console_links WHERE token_hash = $1";
        let tx = self.anywhere().await?;
        let found = tx
            .one(sql, params![hash], |row| Ok((row.get::<KeyHash>("token_hash")?, sign_in_link(row)?)))
            .await?;
        Ok(found.filter(|(stored, _)| stored == hash).map(|(_, link)| link))
    }
}

#[async_trait]
impl<T: SqlTx> WriteConsoleSessions for T {
    async fn insert_console_session(&mut self, session: &Session, hash: &KeyHash) -> Result<()> {
        let Session { id, community, holder, address, begun_at, used_at, ends_at } = session;
        let unused_since = begun_at.checked_sub(IDLE).unwrap_or(Timestamp::MIN);
        let tx = self.on(*community).await?.writing_beside().await?;
        let over = "DELETE FROM console_sessions WHERE community = $1 AND (ends_at <= $2 OR used_at <= $3)";
        tx.run(over, params![community, begun_at, unused_since]).await?;
        let sql = "INSERT INTO console_sessions
                 (community, id, token_hash, credential, account, address, begun_at, used_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT DO NOTHING";
        let address = address.map(|address| address.to_string());
        let (key, person) = (holder.key(), holder.person());
        let params = params![community, id, hash, key, person, address, begun_at, used_at, ends_at];
        let written = tx.run(sql, params).await?;
        refuse_unwritten(written, || format!("the session {id}"))
    }

    async fn use_console_session(
        &mut self,
        community: CommunityId,
        id: SessionId,
        at: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE console_sessions SET used_at = $3
             WHERE community = $1 AND id = $2 AND used_at < $3";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, id, at]).await.map(drop)
    }

    async fn end_console_session(&mut self, community: CommunityId, id: SessionId) -> Result<bool> {
        let sql = "DELETE FROM console_sessions WHERE community = $1 AND id = $2";
        let tx = self.on(community).await?.writing_beside().await?;
        Ok(tx.run(sql, params![community, id]).await? == 1)
    }

    async fn end_sessions_of_key(&mut self, community: CommunityId, key: CredentialId) -> Result<()> {
        let sql = "DELETE FROM console_sessions WHERE community = $1 AND credential = $2";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, key]).await.map(drop)
    }

    async fn end_sessions_of_person(&mut self, community: CommunityId, person: AccountId) -> Result<()> {
        let tx = self.on(community).await?.writing_beside().await?;
        for table in ["console_sessions", "console_links"] {
            let sql = format!("DELETE FROM {table} WHERE community = $1 AND account = $2");
            tx.run(&sql, params![community, person]).await?;
        }
        Ok(())
    }

    async fn insert_sign_in_link(&mut self, link: &SignInLink, hash: &KeyHash, now: Timestamp) -> Result<()> {
        let SignInLink { community, account, ends_at } = link;
        let tx = self.on(*community).await?.writing_beside().await?;
        let over = "DELETE FROM console_links WHERE community = $1 AND ends_at <= $2";
        tx.run(over, params![community, now]).await?;
        let sql = "INSERT INTO console_links (community, token_hash, account, ends_at)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let written = tx.run(sql, params![community, hash, account, ends_at]).await?;
        refuse_unwritten(written, || "the link".to_owned())
    }

    async fn take_sign_in_link(&mut self, community: CommunityId, hash: &KeyHash) -> Result<bool> {
        let sql = "DELETE FROM console_links WHERE community = $1 AND token_hash = $2";
        let tx = self.on(community).await?.writing_beside().await?;
        Ok(tx.run(sql, params![community, hash]).await? == 1)
    }
}
