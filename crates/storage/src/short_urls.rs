//! Short URLs: a code that stands for a longer path.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;

use crate::Result;
use crate::sql::value::{Sought, params};
use crate::sql::{Row, SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    short_urls: [community Int, code Text] path Text, custom_domain Bool, created_at Int;
};

/// A short URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortUrl {
    /// The code of the short URL: unique on this server.
    pub code: String,
    /// Where it leads, from the root of its site.
    pub path: String,
    /// Whether its site is the community's own domain.
    pub custom_domain: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Reading short URLs.
#[async_trait]
pub trait ReadShortUrls {
    /// The short URL with this code, and whose it is.
    async fn short_url(&mut self, code: &str) -> Result<Option<(CommunityId, ShortUrl)>>;

    /// The short URL that already leads to this place.
    async fn short_url_to(
        &mut self,
        community: CommunityId,
        path: &str,
        custom_domain: bool,
    ) -> Result<Option<ShortUrl>>;
}

/// Writing short URLs.
#[async_trait]
pub trait WriteShortUrls {
    /// Stores a short URL. [`crate::StorageError::Conflict`] if its code is taken, or its place has
    /// one already.
    async fn insert_short_url(&mut self, community: CommunityId, url: &ShortUrl) -> Result<()>;
}

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
