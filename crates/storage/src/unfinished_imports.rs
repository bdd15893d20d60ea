//! Imports that are under way or were cut off. An import is written in several transactions; its row here
//! says how far it has come.
//!
//! A community that is made by its import is not found by
//! [`crate::communities::ReadCommunities::communities`] and
//! [`crate::communities::ReadCommunities::community_by_public_id`] until the row is removed.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;

use crate::Result;
use crate::sql::value::params;
use crate::sql::{Row, SqlTx};
use crate::transfer::deletion::{delete_all, delete_some};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    unfinished_imports: [community Int]
        makes_community Bool, document Bytes, begun_at Int, accounts Int, beginnings Int, changes Int;
};

/// The SHA-256 of a document.
pub type DocumentHash = [u8; 32];

/// An import that is under way or was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnfinishedImport {
    /// The community that is imported into.
    pub community: CommunityId,
    /// Whether the import makes the community, which nobody finds until the import is finished.
    pub makes_community: bool,
    /// The document that is imported.
    pub document: DocumentHash,
    /// When the import began.
    pub begun_at: Timestamp,
    /// How far the import has come.
    pub written: ImportProgress,
}

/// How many parts of an import have been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportProgress {
    /// Accounts.
    pub accounts: i64,
    /// Accounts whose first rank change, with which they begin, is recorded as well.
    pub beginnings: i64,
    /// Rank changes of the document's history.
    pub changes: i64,
}

/// Reading unfinished imports.
#[async_trait]
pub trait ReadUnfinishedImports {
    /// Returns the unfinished import into a community. `None` if there is none.
    async fn unfinished_import(&mut self, community: CommunityId) -> Result<Option<UnfinishedImport>>;

    /// Returns the unfinished imports of all communities, each with the public id of its community, in the
    /// order of those.
    async fn unfinished_imports(&mut self) -> Result<Vec<(String, UnfinishedImport)>>;
}

/// Writing unfinished imports.
#[async_trait]
pub trait WriteUnfinishedImports {
    /// Stores the unfinished import into a community, in place of any other into the same community.
    async fn put_unfinished_import(&mut self, import: &UnfinishedImport) -> Result<()>;

    /// Removes the row of an import that is finished.
    async fn finish_import(&mut self, community: CommunityId) -> Result<()>;

    /// Deletes up to `limit` rows of a community that an unfinished import makes; together with the last of
    /// them the community itself and the row of its import. Returns the number of deleted rows: 0 once
    /// everything is deleted, and for any other community.
    async fn delete_unfinished(&mut self, community: CommunityId, limit: usize) -> Result<usize>;
}

fn unfinished_import(row: &Row<'_>) -> Result<UnfinishedImport> {
    Ok(UnfinishedImport {
        community: row.get("community")?,
        makes_community: row.get("makes_community")?,
        document: row.get("document")?,
        begun_at: row.get("begun_at")?,
        written: ImportProgress {
            accounts: row.get("accounts")?,
            beginnings: row.get("beginnings")?,
            changes: row.get("changes")?,
        },
    })
}

#[async_trait]
impl<T: SqlTx> ReadUnfinishedImports for T {
    async fn unfinished_import(&mut self, community: CommunityId) -> Result<Option<UnfinishedImport>> {
        let sql = "SELECT * FROM unfinished_imports WHERE community = $1";
        self.on(community).await?.one(sql, params![community], unfinished_import).await
    }

    async fn unfinished_imports(&mut self) -> Result<Vec<(String, UnfinishedImport)>> {
        let sql = "SELECT i.*, c.public_id FROM unfinished_imports i JOIN communities c ON c.id = i.community
             ORDER BY c.public_id";
        let tx = self.anywhere().await?;
        tx.all(sql, params![], |row| Ok((row.get("public_id")?, unfinished_import(row)?))).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteUnfinishedImports for T {
    async fn put_unfinished_import(&mut self, import: &UnfinishedImport) -> Result<()> {
        let sql = "INSERT INTO unfinished_imports
                 (community, makes_community, document, begun_at, accounts, beginnings, changes)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (community) DO UPDATE SET makes_community = excluded.makes_community,
                 document = excluded.document, begun_at = excluded.begun_at, accounts = excluded.accounts,
                 beginnings = excluded.beginnings, changes = excluded.changes";
        let UnfinishedImport { community, makes_community, document, begun_at, written } = import;
        let ImportProgress { accounts, beginnings, changes } = written;
        let params = params![community, makes_community, document, begun_at, accounts, beginnings, changes];
        self.writing(*community).await?.run(sql, params).await.map(drop)
    }

    async fn finish_import(&mut self, community: CommunityId) -> Result<()> {
        let sql = "DELETE FROM unfinished_imports WHERE community = $1";
        self.writing(community).await?.run(sql, params![community]).await.map(drop)
    }

    async fn delete_unfinished(&mut self, community: CommunityId, limit: usize) -> Result<usize> {
        if !self.unfinished_import(community).await?.is_some_and(|import| import.makes_community) {
            return Ok(0);
        }
        let tx = self.writing(community).await?;
        let mut deleted = 0;
        for sql in delete_some() {
            let rest = i64::try_from(limit - deleted).unwrap_or(i64::MAX);
            deleted += usize::try_from(tx.run(&sql, params![community, rest]).await?).unwrap_or(usize::MAX);
            if deleted >= limit {
                return Ok(deleted);
            }
        }
        for sql in delete_all() {
            deleted += usize::try_from(tx.run(&sql, params![community]).await?).unwrap_or(usize::MAX);
        }
        Ok(deleted)
    }
}
