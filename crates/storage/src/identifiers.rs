//! Identifiers: what ties an account to Discord, Roblox, Steam and the like.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use uuid::Uuid;

use crate::Result;
use crate::json::Json;

/// An identifier of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Names it.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// `discord`, `roblox`, `steam`, ...
    pub kind: Arc<str>,
    /// The value: for Discord the user's snowflake.
    pub value: Box<str>,
    /// How often it was reported.
    pub ref_count: i64,
    /// Whether it was proved to belong to the account. One owner per verified value in a community.
    pub verified: bool,
    /// An object with whatever came with the identifier.
    pub metadata: Json,
    /// The flag raised on it.
    pub flag_id: Option<Box<str>>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// Reading identifiers.
#[async_trait]
pub trait ReadIdentifiers {
    /// The identifiers of an account, oldest first.
    async fn identifiers(&mut self, community: CommunityId, account: AccountId) -> Result<Vec<Identifier>>;

    /// The account that owns this value, verified.
    async fn identifier_owner(
        &mut self,
        community: CommunityId,
        kind: &str,
        value: &str,
    ) -> Result<Option<AccountId>>;

    /// The accounts linked to this Discord id, by their row or by a verified identifier. Two at the most:
    /// more than one is all that a caller needs to know.
    async fn accounts_linked_to_discord(
        &mut self,
        community: CommunityId,
        discord_id: &str,
    ) -> Result<Vec<AccountId>>;
}

/// Writing identifiers.
#[async_trait]
pub trait WriteIdentifiers {
    /// Makes an identifier, or brings it up to date. [`crate::StorageError::Conflict`] if another account
    /// owns the value, or has an identifier of this id.
    async fn put_identifier(&mut self, community: CommunityId, identifier: &Identifier) -> Result<()>;

    /// Takes an identifier away.
    async fn remove_identifier(&mut self, community: CommunityId, id: Uuid) -> Result<()>;
}
