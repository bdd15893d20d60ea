//! Communities: the tenants.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;
use uuid::Uuid;

use crate::Result;

/// A community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    /// Its internal key.
    pub id: CommunityId,
    /// UUID of the community: `uuid` for clients.
    pub uuid: Uuid,
    /// Public id of the community: `id` for clients, the community id for people.
    pub public_id: String,
    /// Its name.
    pub name: String,
    /// The subscription level that clients see, 0 to 5.
    pub sub_version: u8,
    /// Whether an undo must name the person who acts.
    pub undo_needs_user: bool,
    /// Its own domain, which short URLs may lead to: a host name.
    pub custom_domain: Option<String>,
    /// How many game servers are stored for it.
    pub servers: u32,
}

/// A community to be made or brought up to date, by its public id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCommunity {
    /// See [`Community::uuid`].
    pub uuid: Uuid,
    /// See [`Community::public_id`].
    pub public_id: String,
    /// See [`Community::name`].
    pub name: String,
    /// See [`Community::sub_version`].
    pub sub_version: u8,
    /// See [`Community::undo_needs_user`].
    pub undo_needs_user: bool,
    /// See [`Community::custom_domain`].
    pub custom_domain: Option<String>,
    /// When it is made.
    pub created_at: Timestamp,
}

/// A game server, as far as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameServer {
    /// Its number, chosen by the community.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Purpose of the game server.
    pub description: String,
}

/// Reading communities.
#[async_trait]
pub trait ReadCommunities {
    /// The community with this key.
    async fn community(&mut self, id: CommunityId) -> Result<Option<Community>>;

    /// The community with this public id. `None` also while an unfinished import makes it.
    async fn community_by_public_id(&mut self, public_id: &str) -> Result<Option<Community>>;

    /// All communities, by public id; without those that an unfinished import makes.
    async fn communities(&mut self) -> Result<Vec<Community>>;

    /// The game servers that are stored of a community, by number.
    async fn game_servers(&mut self, community: CommunityId) -> Result<Vec<GameServer>>;
}

/// Writing communities.
#[async_trait]
pub trait WriteCommunities {
    /// Makes a community, and the empty ledger it begins with.
    async fn insert_community(&mut self, community: &NewCommunity) -> Result<CommunityId>;

    /// Brings name, level and settings of a community up to date.
    async fn update_community(&mut self, id: CommunityId, community: &NewCommunity) -> Result<()>;

    /// Makes a game server, or brings it up to date.
    async fn put_game_server(&mut self, community: CommunityId, server: &GameServer) -> Result<()>;
}
