//! Commands: everything that the ledger writer can be asked to write.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::prefetch::Prefetch;

use super::{OpError, Work};
use crate::wire::problem::ProblemType;

/// Something to be written. It is cloned for each time it is run: once more, if its group fails.
#[async_trait]
pub trait Command: Clone + Send + 'static {
    /// The output that the caller gets once the writes are durable.
    type Output: Send + 'static;

    /// The problem types that it answers for reasons of its own. The endpoints that submit it list them.
    const REFUSES: &'static [&'static ProblemType] = &[];

    /// Whether it writes only after the last thing that it may refuse. Then it runs without a savepoint,
    /// which costs a copy of every page it changes; and if it fails after all while it writes, its whole
    /// group is run again.
    const WRITES_LAST: bool = false;

    /// The community that it writes to; none if it may write to several.
    fn community(&self) -> Option<CommunityId>;

    /// Names the rows that it will ask the storage for, as far as they are known before it runs: they are
    /// loaded together with those of others.
    fn prefetch(&self, _wanted: &mut Prefetch) {}

    /// Writes it, or refuses. After an error nothing of it stays.
    async fn run(self, work: &mut Work<'_>) -> Result<Self::Output, OpError>;
}
