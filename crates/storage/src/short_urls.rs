//! Short URLs: a code that stands for a longer path.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;

use crate::Result;

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
