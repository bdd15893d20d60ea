//! Communities in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::chain;
use rankledger_domain::ids::CommunityId;
use tokio_postgres::Row;

use super::codec::{findable, get, small};
use super::tx::PgTx;
use crate::communities::{Community, GameServer, NewCommunity, ReadCommunities, WriteCommunities};
use crate::{Result, StorageError};

const SELECT: &str =
    "SELECT *, (SELECT count(*) FROM game_servers WHERE community = communities.id) AS servers
    FROM communities";

fn community(row: &Row) -> Result<Community> {
    Ok(Community {
        id: CommunityId(get(row, "id")?),
        uuid: get(row, "uuid")?,
        public_id: get(row, "public_id")?,
        name: get(row, "name")?,
        sub_version: small(row, "sub_version")?,
        undo_needs_user: get(row, "undo_needs_user")?,
        custom_domain: get(row, "custom_domain")?,
        servers: small(row, "servers")?,
    })
}

#[async_trait]
impl ReadCommunities for PgTx {
    async fn community(&mut self, id: CommunityId) -> Result<Option<Community>> {
        let Some(revision) = self.revision(id).await? else { return Ok(None) };
        if let Some((cached, found)) = self.cache().communities.last(&id)
            && cached == revision
        {
            return Ok(Some(found));
        }
        let sql = format!("{SELECT} WHERE id = $1");
        let found = self.on(id).await?.one(&sql, &[&id.0], community).await?;
        if let Some(found) = &found {
            self.cache().communities.put(id, revision, found.clone());
        }
        Ok(found)
    }

    async fn community_by_public_id(&mut self, public_id: &str) -> Result<Option<Community>> {
        let sql = format!("{SELECT} WHERE public_id = $1");
        self.anywhere().await?.one(&sql, &[&findable(public_id)], community).await
    }

    async fn communities(&mut self) -> Result<Vec<Community>> {
        self.anywhere().await?.all(&format!("{SELECT} ORDER BY public_id"), &[], community).await
    }

    async fn game_servers(&mut self, community: CommunityId) -> Result<Vec<GameServer>> {
        let sql = "SELECT id, name, description FROM game_servers WHERE community = $1 ORDER BY id";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0], |row| {
            Ok(GameServer { id: get(row, 0)?, name: get(row, 1)?, description: get(row, 2)? })
        })
        .await
    }
}

#[async_trait]
impl WriteCommunities for PgTx {
    async fn insert_community(&mut self, community: &NewCommunity) -> Result<CommunityId> {
        let sql = "INSERT INTO communities
                 (uuid, public_id, name, sub_version, undo_needs_user, custom_domain, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT DO NOTHING RETURNING id";
        let tx = self.writing_anywhere().await?;
        let (level, created_at) = (i64::from(community.sub_version), community.created_at.as_millisecond());
        let id = tx
            .one(
                sql,
                &[
                    &community.uuid,
                    &community.public_id,
                    &community.name,
                    &level,
                    &community.undo_needs_user,
                    &community.custom_domain,
                    &created_at,
                ],
                |row| get(row, 0),
            )
            .await?;
        let taken = || StorageError::Conflict(format!("the community \"{}\"", community.public_id));
        let id: i64 = id.ok_or_else(taken)?;
        let sql = "INSERT INTO ledger_heads (community, last_number, last_hash) VALUES ($1, 0, $2)";
        tx.run(sql, &[&id, &chain::genesis(community.uuid).0.as_slice()]).await?;
        tx.count_written(1);
        self.lock_new(CommunityId(id));
        Ok(CommunityId(id))
    }

    async fn update_community(&mut self, id: CommunityId, community: &NewCommunity) -> Result<()> {
        let sql = "UPDATE communities
             SET name = $2, sub_version = $3, undo_needs_user = $4, custom_domain = $5 WHERE id = $1";
        let level = i64::from(community.sub_version);
        let tx = self.writing(id).await?;
        tx.run(sql, &[&id.0, &community.name, &level, &community.undo_needs_user, &community.custom_domain])
            .await
            .map(drop)
    }

    async fn put_game_server(&mut self, community: CommunityId, server: &GameServer) -> Result<()> {
        let sql = "INSERT INTO game_servers (community, id, name, description) VALUES ($1, $2, $3, $4)
             ON CONFLICT (community, id) DO UPDATE SET name = excluded.name, description = excluded.description";
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &server.id, &server.name, &server.description]).await.map(drop)
    }
}
