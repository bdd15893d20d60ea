//! Create Short URL.

use async_trait::async_trait;
use data_encoding::BASE32_NOPAD;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::short_urls::ShortUrl;
use uuid::Uuid;

use super::Command;
use super::OpError;
use super::Work;
use crate::wire::problem::{Problem, ProblemType, types};

/// The bytes of a new id that make a code: 48 random bits of a UUID of version 7.
const CODE_BYTES: usize = 6;

/// A request for a short URL.
#[derive(Debug, Clone)]
pub struct CreateShortUrl {
    /// The community.
    pub community: CommunityId,
    /// The path that it is to lead to, from the root of its site. It has been checked.
    pub path: String,
    /// Whether its site is the community's own domain.
    pub custom_domain: bool,
}

#[async_trait]
impl Command for CreateShortUrl {
    type Output = ShortUrl;

    const REFUSES: &'static [&'static ProblemType] = &[&types::NO_CUSTOM_DOMAIN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    /// Returns the short URL that already leads there, if there is one.
    async fn run(self, work: &mut Work<'_>) -> Result<ShortUrl, OpError> {
        let community = work.tx.community(self.community).await?;
        if self.custom_domain && community.is_none_or(|community| community.custom_domain.is_none()) {
            return Err(Problem::no_custom_domain().into());
        }
        let there = work.tx.short_url_to(self.community, &self.path, self.custom_domain).await?;
        if let Some(there) = there {
            return Ok(there);
        }
        let mut code = new_code(work.uuid());
        while work.tx.short_url(&code).await?.is_some() {
            code = new_code(work.uuid());
        }
        let url = ShortUrl { code, path: self.path, custom_domain: self.custom_domain, created_at: work.now };
        work.tx.insert_short_url(self.community, &url).await?;
        Ok(url)
    }
}

fn new_code(id: Uuid) -> String {
    let bytes = id.as_bytes();
    BASE32_NOPAD.encode(&bytes[bytes.len() - CODE_BYTES..]).to_ascii_lowercase()
}
