//! Plan on a view, commit in the writer: how every command works that changes ranks for a request.
//!
//! A plan decides everything and writes nothing. The writer makes it and carries it out in one transaction; a
//! dry run and a preview make the same plan on a view of their own and stop there.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::prefetch::Prefetch;

use super::{Command, OpError, View, Work};

/// A command that decides everything before it writes. So it needs no savepoint.
#[async_trait]
pub trait Planned: Clone + Send + Sync + 'static {
    /// The planned writes.
    type Plan: Send + 'static;

    /// The result that the caller gets.
    type Output: Send + 'static;

    /// The community that it writes to.
    fn community(&self) -> CommunityId;

    /// See [`Command::prefetch`].
    fn prefetch(&self, _wanted: &mut Prefetch) {}

    /// Plans the command, or refuses it. Writes nothing.
    async fn plan(&self, view: &mut View<'_>) -> Result<Self::Plan, OpError>;

    /// Writes what was planned in the same transaction. Fails only if the storage does.
    async fn commit(self, plan: Self::Plan, work: &mut Work<'_>) -> Result<Self::Output, OpError>;
}

/// A planned command that has a dry run: the plan is made and nothing is committed.
pub trait DryRun: Planned {
    /// Whether the plan may look at much: at many ranks, at many accounts, or at a long history.
    fn may_be_long(&self) -> bool;

    /// Returns what the plan would bring about.
    fn planned_output(&self, plan: Self::Plan) -> Self::Output;
}

#[async_trait]
impl<P: Planned> Command for P {
    type Output = P::Output;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(Planned::community(self))
    }

    fn prefetch(&self, wanted: &mut Prefetch) {
        Planned::prefetch(self, wanted);
    }

    async fn run(self, work: &mut Work<'_>) -> Result<P::Output, OpError> {
        let plan = self.plan(&mut work.view()).await?;
        self.commit(plan, work).await
    }
}
