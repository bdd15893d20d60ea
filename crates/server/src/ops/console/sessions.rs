//! Keeping and ending sessions of the console.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SessionId};

use crate::ops::{Command, OpError, Work};

/// Stores that a session is in use.
#[derive(Debug, Clone, Copy)]
pub struct UseSession {
    /// Its community.
    pub community: CommunityId,
    /// The session.
    pub id: SessionId,
}

/// Ends a session.
#[derive(Debug, Clone, Copy)]
pub struct EndSession {
    /// Its community.
    pub community: CommunityId,
    /// The session.
    pub id: SessionId,
}

#[async_trait]
impl Command for UseSession {
    type Output = ();

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        Ok(work.tx.use_console_session(self.community, self.id, work.now).await?)
    }
}

#[async_trait]
impl Command for EndSession {
    /// Whether there was one.
    type Output = bool;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<bool, OpError> {
        Ok(work.tx.end_console_session(self.community, self.id).await?)
    }
}
