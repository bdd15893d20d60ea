//! Unfinished imports in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rusqlite::{Row, named_params};

use super::codec::{Millis, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::transfer::deletion::{delete_all, delete_some};
use crate::unfinished_imports::{
    ImportProgress, ReadUnfinishedImports, UnfinishedImport, WriteUnfinishedImports,
};

fn unfinished_import(row: &Row<'_>) -> rusqlite::Result<UnfinishedImport> {
    Ok(UnfinishedImport {
        community: CommunityId(row.get("community")?),
        makes_community: row.get("makes_community")?,
        document: row.get("document")?,
        begun_at: time(row, "begun_at")?,
        written: ImportProgress {
            accounts: row.get("accounts")?,
            beginnings: row.get("beginnings")?,
            changes: row.get("changes")?,
        },
    })
}

#[async_trait]
impl ReadUnfinishedImports for SqliteTx {
    async fn unfinished_import(&mut self, community: CommunityId) -> Result<Option<UnfinishedImport>> {
        let sql = "SELECT * FROM unfinished_imports WHERE community = ?1";
        self.one(sql, [community.0], unfinished_import)
    }

    async fn unfinished_imports(&mut self) -> Result<Vec<(String, UnfinishedImport)>> {
        let sql = "SELECT i.*, c.public_id FROM unfinished_imports i JOIN communities c ON c.id = i.community
             ORDER BY c.public_id";
        self.all(sql, [], |row| Ok((row.get("public_id")?, unfinished_import(row)?)))
    }
}

#[async_trait]
impl WriteUnfinishedImports for SqliteTx {
    async fn put_unfinished_import(&mut self, import: &UnfinishedImport) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO unfinished_imports
                 (community, makes_community, document, begun_at, accounts, beginnings, changes)
             VALUES (:community, :makes_community, :document, :begun_at, :accounts, :beginnings, :changes)",
            named_params! {
                ":community": import.community.0,
                ":makes_community": import.makes_community,
                ":document": import.document,
                ":begun_at": Millis(import.begun_at),
                ":accounts": import.written.accounts,
                ":beginnings": import.written.beginnings,
                ":changes": import.written.changes,
            },
        )
        .map(drop)
    }

    async fn finish_import(&mut self, community: CommunityId) -> Result<()> {
        self.run("DELETE FROM unfinished_imports WHERE community = ?1", [community.0]).map(drop)
    }

    async fn delete_unfinished(&mut self, community: CommunityId, limit: usize) -> Result<usize> {
        if !self.unfinished_import(community).await?.is_some_and(|import| import.makes_community) {
            return Ok(0);
        }
        let mut deleted = 0;
        for sql in delete_some() {
            let rest = i64::try_from(limit - deleted).unwrap_or(i64::MAX);
            deleted += self.run(&sql, (community.0, rest))?;
            if deleted >= limit {
                return Ok(deleted);
            }
        }
        for sql in delete_all() {
            deleted += self.run(&sql, [community.0])?;
        }
        Ok(deleted)
    }
}
