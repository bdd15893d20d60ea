//! Communities in SQLite.

use async_trait::async_trait;
use rankledger_domain::chain;
use rankledger_domain::ids::CommunityId;
use rusqlite::{Row, named_params};

use super::codec::{Id, Millis, id};
use super::tx::SqliteTx;
use crate::communities::{Community, GameServer, NewCommunity, ReadCommunities, WriteCommunities};
use crate::{Result, StorageError};

const SELECT: &str =
    "SELECT *, (SELECT count(*) FROM game_servers WHERE community = communities.id) AS servers
    FROM communities";

/// The condition that a community is there for everybody: its import is finished, if an import makes it.
const IS_FINISHED: &str = "NOT EXISTS (SELECT 1 FROM unfinished_imports i WHERE i.community = communities.id AND i.makes_community = 1)";

fn community(row: &Row<'_>) -> rusqlite::Result<Community> {
    Ok(Community {
        id: CommunityId(row.get("id")?),
        uuid: id(row, "uuid")?,
        public_id: row.get("public_id")?,
        name: row.get("name")?,
        sub_version: row.get("sub_version")?,
        undo_needs_user: row.get("undo_needs_user")?,
        custom_domain: row.get("custom_domain")?,
        servers: row.get("servers")?,
    })
}

/// It was there a statement ago.
fn gone(id: CommunityId) -> StorageError {
    StorageError::Corrupt(format!("community {} cannot be read", id.0))
}

#[async_trait]
impl ReadCommunities for SqliteTx {
    async fn community(&mut self, id: CommunityId) -> Result<Option<Community>> {
        let Some(revision) = self.revision(id)? else { return Ok(None) };
        let read =
            || self.one(&format!("{SELECT} WHERE id = ?1"), [id.0], community)?.ok_or_else(|| gone(id));
        self.cache().communities.at(id, revision, read).map(Some)
    }

    async fn community_by_public_id(&mut self, public_id: &str) -> Result<Option<Community>> {
        self.one(&format!("{SELECT} WHERE public_id = ?1 AND {IS_FINISHED}"), [public_id], community)
    }

    async fn communities(&mut self) -> Result<Vec<Community>> {
        self.all(&format!("{SELECT} WHERE {IS_FINISHED} ORDER BY public_id"), [], community)
    }

    async fn game_servers(&mut self, community: CommunityId) -> Result<Vec<GameServer>> {
        let sql = "SELECT * FROM game_servers WHERE community = ?1 ORDER BY id";
        self.all(sql, [community.0], |row| {
            Ok(GameServer {
                id: row.get("id")?,
                name: row.get("name")?,
                description: row.get("description")?,
            })
        })
    }
}

#[async_trait]
impl WriteCommunities for SqliteTx {
    async fn insert_community(&mut self, community: &NewCommunity) -> Result<CommunityId> {
        self.run(
            "INSERT INTO communities (uuid, public_id, name, sub_version, undo_needs_user, custom_domain, created_at)
             VALUES (:uuid, :public_id, :name, :sub_version, :undo_needs_user, :custom_domain, :created_at)",
            named_params! {
                ":uuid": Id(community.uuid),
                ":public_id": community.public_id,
                ":name": community.name,
                ":sub_version": community.sub_version,
                ":undo_needs_user": community.undo_needs_user,
                ":custom_domain": community.custom_domain,
                ":created_at": Millis(community.created_at),
            },
        )?;
        let id = self.last_insert_rowid();
        self.run(
            "INSERT INTO ledger_heads (community, last_number, last_hash) VALUES (?1, 0, ?2)",
            (id, chain::genesis(community.uuid).0),
        )?;
        Ok(CommunityId(id))
    }

    async fn update_community(&mut self, id: CommunityId, community: &NewCommunity) -> Result<()> {
        self.run(
            "UPDATE communities
             SET name = :name, sub_version = :sub_version, undo_needs_user = :undo_needs_user,
                 custom_domain = :custom_domain
             WHERE id = :id",
            named_params! {
                ":id": id.0,
                ":name": community.name,
                ":sub_version": community.sub_version,
                ":undo_needs_user": community.undo_needs_user,
                ":custom_domain": community.custom_domain,
            },
        )
        .map(drop)
    }

    async fn put_game_server(&mut self, community: CommunityId, server: &GameServer) -> Result<()> {
        self.run(
            "INSERT INTO game_servers (community, id, name, description) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (community, id) DO UPDATE SET name = excluded.name, description = excluded.description",
            (community.0, server.id, &server.name, &server.description),
        )
        .map(drop)
    }
}
