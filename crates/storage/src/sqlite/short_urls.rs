//! Short URLs in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rusqlite::Row;

use super::codec::{Millis, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::short_urls::{ReadShortUrls, ShortUrl, WriteShortUrls};

fn short_url(row: &Row<'_>) -> rusqlite::Result<ShortUrl> {
    Ok(ShortUrl {
        code: row.get("code")?,
        path: row.get("path")?,
        custom_domain: row.get("custom_domain")?,
        created_at: time(row, "created_at")?,
    })
}

#[async_trait]
impl ReadShortUrls for SqliteTx {
    async fn short_url(&mut self, code: &str) -> Result<Option<(CommunityId, ShortUrl)>> {
        self.one("SELECT * FROM short_urls WHERE code = ?1", [code], |row| {
            Ok((CommunityId(row.get("community")?), short_url(row)?))
        })
    }

    async fn short_url_to(
        &mut self,
        community: CommunityId,
        path: &str,
        custom_domain: bool,
    ) -> Result<Option<ShortUrl>> {
        let sql = "SELECT * FROM short_urls WHERE community = ?1 AND path = ?2 AND custom_domain = ?3";
        self.one(sql, (community.0, path, custom_domain), short_url)
    }
}

#[async_trait]
impl WriteShortUrls for SqliteTx {
    async fn insert_short_url(&mut self, community: CommunityId, url: &ShortUrl) -> Result<()> {
        let sql = "INSERT INTO short_urls (community, code, path, custom_domain, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.run(sql, (community.0, &url.code, &url.path, url.custom_domain, Millis(url.created_at)))
            .map(drop)
    }
}
