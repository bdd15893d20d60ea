//! The state of an import in the database, as its portions find and leave it.

use rankledger_domain::ids::CommunityId;
use rankledger_storage::unfinished_imports::UnfinishedImport;

/// The state of an import in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Journal {
    /// The community, once it is stored.
    pub(super) community: Option<CommunityId>,
    /// The import's row, from its first portion to its last.
    pub(super) unfinished: Option<UnfinishedImport>,
}
