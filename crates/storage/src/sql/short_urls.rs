//! Short URLs.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::value::{Sought, params};
use super::{Row, SqlTx, refuse_unwritten};
use crate::Result;
use crate::short_urls::{ReadShortUrls, ShortUrl, WriteShortUrls};

fn short_url(row: &Row<'_>) -> Result<ShortUrl> {
    Ok(ShortUrl {
        code: row.get("code")?,
        path: row.get("path")?,
        custom_domain: row.get("custom_domain")?,
        created_at: row.get("created_at")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadShortUrls for T {
    async fn short_url(&mut self, code: &str) -> Result<Option<(CommunityId, ShortUrl)>> {
        let sql = "SELECT * FROM short_urls WHERE code = $1";
        let tx = self.anywhere().await?;
        tx.one(sql, params![Sought(code)], |row| Ok((row.get("community")?, short_url(row)?))).await
    }

    async fn short_url_to(
        &mut self,
        community: CommunityId,
        path: &str,
        custom_domain: bool,
    ) -> Result<Option<ShortUrl>> {
        let sql = "SELECT * FROM short_urls WHERE community = $1 AND path = $2 AND custom_domain = $3";
        self.on(community).await?.one(sql, params![community, path, custom_domain], short_url).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteShortUrls for T {
    async fn insert_short_url(&mut self, community: CommunityId, url: &ShortUrl) -> Result<()> {
        let sql = "INSERT INTO short_urls (community, code, path, custom_domain, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING";
        let ShortUrl { code, path, custom_domain, created_at } = url;
        let tx = self.writing(community).await?;
        let written = tx.run(sql, params![community, code, path, custom_domain, created_at]).await?;
        refuse_unwritten(written, || format!("the short URL {code}, or one to {path}"))
    }
}
