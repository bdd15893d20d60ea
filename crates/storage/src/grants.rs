//! Grants that end: who holds one that is over, and when the next one will be. Of all communities, but those
//! that an unfinished import makes: nothing happens in them before it is finished.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};

use crate::Result;

/// Reading the ends of grants.
#[async_trait]
pub trait ReadGrants {
    /// Accounts that hold a grant which has ended by `now`, each once, in the order of the ends. `limit` such
    /// grants are looked at, so that fewer accounts may come; none come only if no grant has ended.
    async fn due_grants(&mut self, now: Timestamp, limit: u32) -> Result<Vec<(CommunityId, AccountId)>>;

    /// The soonest end of a grant that is held, passed or to come.
    async fn next_grant_end(&mut self) -> Result<Option<Timestamp>>;
}
