//! Communities.

use async_trait::async_trait;
use rankledger_domain::chain;
use rankledger_domain::ids::CommunityId;

use super::value::{Sought, params};
use super::{Row, SqlTx};
use crate::communities::{Community, GameServer, NewCommunity, ReadCommunities, WriteCommunities};
use crate::{Result, StorageError};

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

    async fn game_servers(&mut self, community: CommunityId) -> Result<Vec<GameServer>> {
        let sql = "SELECT * FROM game_servers WHERE community = $1 ORDER BY id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(GameServer {
                id: row.get("id")?,
                name: row.get("name")?,
                description: row.get("description")?,
            })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteCommunities for T {
    async fn insert_community(&mut self, community: &NewCommunity) -> Result<CommunityId> {
        let sql = "INSERT INTO communities
                 (uuid, public_id, name, sub_version, undo_needs_user, custom_domain, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT DO NOTHING RETURNING id";
        let NewCommunity { uuid, public_id, name, sub_version, undo_needs_user, custom_domain, created_at } =
            community;
        let params = params![uuid, public_id, name, sub_version, undo_needs_user, custom_domain, created_at];
        let tx = self.writing_anywhere().await?;
        let id: Option<CommunityId> = tx.run_returning(sql, params, |row| row.get(0)).await?;
        let id = id.ok_or_else(|| StorageError::Conflict(format!("the community \"{public_id}\"")))?;
        let sql = "INSERT INTO ledger_heads (community, last_number, last_hash) VALUES ($1, 0, $2)";
        tx.run(sql, params![id, chain::genesis(*uuid)]).await?;
        tx.community_made(id);
        Ok(id)
    }

    async fn update_community(&mut self, id: CommunityId, community: &NewCommunity) -> Result<()> {
        let sql = "UPDATE communities
             SET name = $2, sub_version = $3, undo_needs_user = $4, custom_domain = $5 WHERE id = $1";
        let NewCommunity { name, sub_version, undo_needs_user, custom_domain, .. } = community;
        let tx = self.writing(id).await?;
        tx.run(sql, params![id, name, sub_version, undo_needs_user, custom_domain]).await.map(drop)
    }

    async fn put_game_server(&mut self, community: CommunityId, server: &GameServer) -> Result<()> {
        let sql = "INSERT INTO game_servers (community, id, name, description) VALUES ($1, $2, $3, $4)
             ON CONFLICT (community, id) DO UPDATE SET name = excluded.name, description = excluded.description";
        let GameServer { id, name, description } = server;
        self.writing(community).await?.run(sql, params![community, id, name, description]).await.map(drop)
    }
}
