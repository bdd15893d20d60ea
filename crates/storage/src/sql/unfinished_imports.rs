//! Unfinished imports.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::value::params;
use super::{Row, SqlTx};
use crate::Result;
use crate::transfer::deletion::{delete_all, delete_some};
use crate::unfinished_imports::{
    ImportProgress, ReadUnfinishedImports, UnfinishedImport, WriteUnfinishedImports,
};

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
