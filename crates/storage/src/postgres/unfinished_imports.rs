//! Unfinished imports in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use tokio_postgres::Row;

use super::codec::{bytes, get, time};
use super::tx::PgTx;
use crate::Result;
use crate::transfer::deletion::{delete_all, delete_some};
use crate::unfinished_imports::{
    ImportProgress, ReadUnfinishedImports, UnfinishedImport, WriteUnfinishedImports,
};

fn unfinished_import(row: &Row) -> Result<UnfinishedImport> {
    Ok(UnfinishedImport {
        community: CommunityId(get(row, "community")?),
        makes_community: get(row, "makes_community")?,
        document: bytes(row, "document")?,
        begun_at: time(row, "begun_at")?,
        written: ImportProgress {
            accounts: get(row, "accounts")?,
            beginnings: get(row, "beginnings")?,
            changes: get(row, "changes")?,
        },
    })
}

#[async_trait]
impl ReadUnfinishedImports for PgTx {
    async fn unfinished_import(&mut self, community: CommunityId) -> Result<Option<UnfinishedImport>> {
        let sql = "SELECT * FROM unfinished_imports WHERE community = $1";
        self.on(community).await?.one(sql, &[&community.0], unfinished_import).await
    }

    async fn unfinished_imports(&mut self) -> Result<Vec<(String, UnfinishedImport)>> {
        let sql = "SELECT i.*, c.public_id FROM unfinished_imports i JOIN communities c ON c.id = i.community
             ORDER BY c.public_id";
        let tx = self.anywhere().await?;
        tx.all(sql, &[], |row| Ok((get(row, "public_id")?, unfinished_import(row)?))).await
    }
}

#[async_trait]
impl WriteUnfinishedImports for PgTx {
    async fn put_unfinished_import(&mut self, import: &UnfinishedImport) -> Result<()> {
        let sql = "INSERT INTO unfinished_imports
                 (community, makes_community, document, begun_at, accounts, beginnings, changes)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (community) DO UPDATE SET makes_community = excluded.makes_community,
                 document = excluded.document, begun_at = excluded.begun_at, accounts = excluded.accounts,
                 beginnings = excluded.beginnings, changes = excluded.changes";
        let UnfinishedImport { community, makes_community, document, begun_at, written } = import;
        let ImportProgress { accounts, beginnings, changes } = written;
        let (document, begun_at) = (document.as_slice(), begun_at.as_millisecond());
        let tx = self.writing(*community).await?;
        tx.run(sql, &[&community.0, makes_community, &document, &begun_at, accounts, beginnings, changes])
            .await
            .map(drop)
    }

    async fn finish_import(&mut self, community: CommunityId) -> Result<()> {
        let sql = "DELETE FROM unfinished_imports WHERE community = $1";
        self.writing(community).await?.run(sql, &[&community.0]).await.map(drop)
    }

    async fn delete_unfinished(&mut self, community: CommunityId, limit: usize) -> Result<usize> {
        if !self.unfinished_import(community).await?.is_some_and(|import| import.makes_community) {
            return Ok(0);
        }
        let tx = self.writing(community).await?;
        let mut deleted = 0;
        for sql in delete_some() {
            let rest = i64::try_from(limit - deleted).unwrap_or(i64::MAX);
            deleted += usize::try_from(tx.run(&sql, &[&community.0, &rest]).await?).unwrap_or(usize::MAX);
            if deleted >= limit {
                return Ok(deleted);
            }
        }
        for sql in delete_all() {
            deleted += usize::try_from(tx.run(&sql, &[&community.0]).await?).unwrap_or(usize::MAX);
        }
        Ok(deleted)
    }
}
