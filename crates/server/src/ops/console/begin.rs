//! Beginning a session of the console: by a key, or by a link that signs in once.

use std::net::IpAddr;

use async_trait::async_trait;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::console::{Holder, LONGEST, Session};
use rankledger_domain::ids::{CommunityId, SessionId};

use super::acting::Acting;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::Problem;

/// A request to sign in.
#[derive(Debug, Clone)]
pub struct BeginSession {
    /// The community.
    pub community: CommunityId,
    /// Who signs in.
    pub holder: Holder,
    /// The hash of the session's token.
    pub token: KeyHash,
    /// The hash of the link that is used. `None` if it is no link that signs in.
    pub link: Option<KeyHash>,
    /// The address that signs in. `None` if it is not known.
    pub address: Option<IpAddr>,
}

#[async_trait]
impl Command for BeginSession {
    type Output = Session;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Session, OpError> {
        let Self { community, holder, token, link, address } = self;
        Acting::of(holder, community, &mut work.view()).await?;
        if let Some(link) = link
            && !work.tx.take_sign_in_link(community, &link).await?
        {
            return Err(Problem::sign_in_link_over().into());
        }
        let (id, now) = (SessionId(work.uuid()), work.now);
        let ends_at = now.checked_add(LONGEST).unwrap_or(now);
        let session = Session { id, community, holder, address, begun_at: now, used_at: now, ends_at };
        work.tx.insert_console_session(&session, &token).await?;
        Ok(session)
    }
}
