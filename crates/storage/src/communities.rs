//! Communities: the tenants.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::chain;
use rankledger_domain::ids::CommunityId;
use uuid::Uuid;

use crate::sql::value::{Sought, params};
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    communities: [id Int]
        uuid Id, public_id Text, name Text, sub_version Int, undo_needs_user Bool, created_at Int, custom_domain Text,
        change_needs_user Bool;
};

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
    /// Whether an undo and a rollback must name the person who acts.
    pub undo_needs_user: bool,
    /// Whether every change of ranks or standing must, undos and rollbacks included.
    pub change_needs_user: bool,
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
    /// See [`Community::change_needs_user`].
    pub change_needs_user: bool,
    /// See [`Community::custom_domain`].
    pub custom_domain: Option<String>,
    /// When it is made.
    pub created_at: Timestamp,
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
}

/// Writing communities.
#[async_trait]
pub trait WriteCommunities {
    /// Makes a community, and the empty ledger it begins with.
    async fn insert_community(&mut self, community: &NewCommunity) -> Result<CommunityId>;

    /// Gives a community another name.
    async fn rename_community(&mut self, id: CommunityId, name: &str) -> Result<()>;

    /// Brings name, level and settings of a community up to date.
    async fn update_community(&mut self, id: CommunityId, community: &NewCommunity) -> Result<()>;
}

const SELECT: &str =
    "SELECT *, (SELECT count(*) FROM game_servers WHERE community = communities.id) AS servers
    FROM communities";

/// The condition that a community is there for everybody: its import is finished, if an import makes it.
const IS_FINISHED: &str = "NOT EXISTS
    (SELECT 1 FROM unfinished_imports i WHERE i.community = communities.id AND i.makes_community)";

fn community(row: &Row<'_>) -> Result<Community> {
    Ok(Community {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        public_id: row.get("public_id")?,
        name: row.get("name")?,
        sub_version: row.get("sub_version")?,
        undo_needs_user: row.get("undo_needs_user")?,
        change_needs_user: row.get("change_needs_user")?,
        custom_domain: row.get("custom_domain")?,
        servers: row.get("servers")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadCommunities for T {
    async fn community(&mut self, id: CommunityId) -> Result<Option<Community>> {
        let Some(revision) = self.revision(id).await? else { return Ok(None) };
        if let Some(found) = self.cache().communities.of(&id, revision) {
            return Ok(Some(found));
        }
        let sql = format!("{SELECT} WHERE id = $1");
        let found = self.on(id).await?.one(&sql, params![id], community).await?;
        if let Some(found) = &found {
            self.cache().communities.put(id, revision, found.clone());
        }
        Ok(found)
    }

    async fn community_by_public_id(&mut self, public_id: &str) -> Result<Option<Community>> {
        let sql = format!("{SELECT} WHERE public_id = $1 AND {IS_FINISHED}");
        self.anywhere().await?.one(&sql, params![Sought(public_id)], community).await
    }

    async fn communities(&mut self) -> Result<Vec<Community>> {
        let sql = format!("{SELECT} WHERE {IS_FINISHED} ORDER BY public_id");
        self.anywhere().await?.all(&sql, params![], community).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteCommunities for T {
    async fn insert_community(&mut self, community: &NewCommunity) -> Result<CommunityId> {
        let sql = "INSERT INTO communities
                 (uuid, public_id, name, sub_version, undo_needs_user, change_needs_user, custom_domain, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT DO NOTHING RETURNING id";
        let NewCommunity { uuid, public_id, name, sub_version, custom_domain, created_at, .. } = community;
        let NewCommunity { undo_needs_user, change_needs_user, .. } = community;
        let params = params![
            uuid,
            public_id,
            name,
            sub_version,
            undo_needs_user,
            change_needs_user,
            custom_domain,
            created_at
        ];
        let tx = self.writing_anywhere().await?;
        let id: Option<CommunityId> = tx.run_returning(sql, params, |row| row.get(0)).await?;
        let id = id.ok_or_else(|| StorageError::Conflict(format!("the community \"{public_id}\"")))?;
        let sql = "INSERT INTO ledger_heads (community, last_number, last_hash) VALUES ($1, 0, $2)";
        tx.run(sql, params![id, chain::genesis(*uuid)]).await?;
        tx.community_made(id);
        Ok(id)
    }

    async fn rename_community(&mut self, id: CommunityId, name: &str) -> Result<()> {
        let sql = "UPDATE communities SET name = $2 WHERE id = $1";
        self.writing(id).await?.run(sql, params![id, name]).await.map(drop)
    }

    async fn update_community(&mut self, id: CommunityId, community: &NewCommunity) -> Result<()> {
        let sql = "UPDATE communities
             SET name = $2, sub_version = $3, undo_needs_user = $4, change_needs_user = $5, custom_domain = $6
             WHERE id = $1";
        let NewCommunity { name, sub_version, undo_needs_user, change_needs_user, custom_domain, .. } =
            community;
        let tx = self.writing(id).await?;
        tx.run(sql, params![id, name, sub_version, undo_needs_user, change_needs_user, custom_domain])
            .await
            .map(drop)
    }
}
