//! Imports that are under way or were cut off. An import is written in several transactions; its row here
//! says how far it has come.
//!
//! A community that is made by its import is not found by
//! [`crate::communities::ReadCommunities::communities`] and
//! [`crate::communities::ReadCommunities::community_by_public_id`] until the row is removed.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;

use crate::Result;

/// The SHA-256 of a document.
pub type DocumentHash = [u8; 32];

/// An import that is under way or was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnfinishedImport {
    /// The community that is imported into.
    pub community: CommunityId,
    /// Whether the import makes the community, which nobody finds until the import is finished.
    pub makes_community: bool,
    /// The document that is imported.
    pub document: DocumentHash,
    /// When the import began.
    pub begun_at: Timestamp,
    /// How far the import has come.
    pub written: ImportProgress,
}

/// How many parts of an import have been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportProgress {
    /// Accounts.
    pub accounts: i64,
    /// Accounts whose first rank change, with which they begin, is recorded as well.
    pub beginnings: i64,
    /// Rank changes of the document's history.
    pub changes: i64,
}

/// Reading unfinished imports.
#[async_trait]
pub trait ReadUnfinishedImports {
    /// Returns the unfinished import into a community. `None` if there is none.
    async fn unfinished_import(&mut self, community: CommunityId) -> Result<Option<UnfinishedImport>>;

    /// Returns the unfinished imports of all communities, each with the public id of its community, in the
    /// order of those.
    async fn unfinished_imports(&mut self) -> Result<Vec<(String, UnfinishedImport)>>;
}

/// Writing unfinished imports.
#[async_trait]
pub trait WriteUnfinishedImports {
    /// Stores the unfinished import into a community, in place of any other into the same community.
    async fn put_unfinished_import(&mut self, import: &UnfinishedImport) -> Result<()>;

    /// Removes the row of an import that is finished.
    async fn finish_import(&mut self, community: CommunityId) -> Result<()>;

    /// Deletes up to `limit` rows of a community that an unfinished import makes; together with the last of
    /// them the community itself and the row of its import. Returns the number of deleted rows: 0 once
    /// everything is deleted, and for any other community.
    async fn delete_unfinished(&mut self, community: CommunityId, limit: usize) -> Result<usize>;
}
