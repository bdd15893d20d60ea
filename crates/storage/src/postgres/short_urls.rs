//! Short URLs in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use tokio_postgres::Row;

use super::codec::{findable, get, time};
use super::tx::PgTx;
use crate::short_urls::{ReadShortUrls, ShortUrl, WriteShortUrls};
use crate::{Result, StorageError};

fn short_url(row: &Row) -> Result<ShortUrl> {
    Ok(ShortUrl {
        code: get(row, "code")?,
        path: get(row, "path")?,
        custom_domain: get(row, "custom_domain")?,
        created_at: time(row, "created_at")?,
    })
}

#[async_trait]
impl ReadShortUrls for PgTx {
    async fn short_url(&mut self, code: &str) -> Result<Option<(CommunityId, ShortUrl)>> {
        let tx = self.anywhere().await?;
        tx.one("SELECT * FROM short_urls WHERE code = $1", &[&findable(code)], |row| {
            Ok((CommunityId(get(row, "community")?), short_url(row)?))
        })
        .await
    }

    async fn short_url_to(
        &mut self,
        community: CommunityId,
        path: &str,
        custom_domain: bool,
    ) -> Result<Option<ShortUrl>> {
        let sql = "SELECT * FROM short_urls WHERE community = $1 AND path = $2 AND custom_domain = $3";
        self.on(community).await?.one(sql, &[&community.0, &path, &custom_domain], short_url).await
    }
}

#[async_trait]
impl WriteShortUrls for PgTx {
    async fn insert_short_url(&mut self, community: CommunityId, url: &ShortUrl) -> Result<()> {
        let sql = "INSERT INTO short_urls (community, code, path, custom_domain, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING";
        let ShortUrl { code, path, custom_domain, created_at } = url;
        let tx = self.writing(community).await?;
        let created_at = created_at.as_millisecond();
        match tx.run(sql, &[&community.0, code, path, custom_domain, &created_at]).await? {
            0 => Err(StorageError::Conflict(format!("the short URL {code}, or one to {path}"))),
            _ => Ok(()),
        }
    }
}
