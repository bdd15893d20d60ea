//! Guards: what limits rank removals in a community, what was counted for that, and whether it is frozen.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::guard::{Guards, Removals};
use rankledger_domain::ids::CommunityId;
use uuid::Uuid;

use crate::Result;

/// Reading guards.
#[async_trait]
pub trait ReadGuards {
    /// The guards of a community: the usual ones, if nothing was ever set.
    async fn guards(&mut self, community: CommunityId) -> Result<Guards>;

    /// Returns the removals counted for `who`, the id of an account or of a credential, after this time:
    /// oldest first.
    async fn rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        after: Timestamp,
    ) -> Result<Vec<Removals>>;
}

/// Writing guards.
#[async_trait]
pub trait WriteGuards {
    /// Brings the guards of a community up to date.
    async fn put_guards(&mut self, community: CommunityId, guards: &Guards) -> Result<()>;

    /// Counts removals for `who`, besides those of the same moment.
    async fn count_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        removals: Removals,
    ) -> Result<()>;

    /// Forgets what was counted for `who` up to this time, which is included.
    async fn forget_rank_removals(
        &mut self,
        community: CommunityId,
        who: Uuid,
        until: Timestamp,
    ) -> Result<()>;
}
