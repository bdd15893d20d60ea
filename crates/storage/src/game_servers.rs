//! The game servers of a community.

use async_trait::async_trait;
use rankledger_domain::game_server::GameServer;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::whitelist::Whitelist;

use crate::Result;
use crate::sql::value::{AsJson, params};
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    game_servers: [community Int, id Int]
        name Text, description Text, ip Text, port Int, type Text, type_updated_at Int, roblox_join_code Text,
        roblox_metadata Text, ace_mappings Text, allowed_ranks Text, blocked_ranks Text, push_url Text,
        erlc_api_key Text, push_secret Text;
};

/// Reading game servers.
#[async_trait]
pub trait ReadGameServers {
    /// The game servers of a community, by id.
    async fn game_servers(&mut self, community: CommunityId) -> Result<Vec<GameServer>>;

    /// The game server with this id.
    async fn game_server(&mut self, community: CommunityId, id: i64) -> Result<Option<GameServer>>;
}

/// Writing game servers.
#[async_trait]
pub trait WriteGameServers {
    /// Makes a game server, or brings it up to date.
    async fn put_game_server(&mut self, community: CommunityId, server: &GameServer) -> Result<()>;

    /// Removes a game server; the activity rows on it stay.
    async fn remove_game_server(&mut self, community: CommunityId, id: i64) -> Result<()>;
}

fn game_server(row: &Row<'_>) -> Result<GameServer> {
    Ok(GameServer {
        id: row.get("id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        ip: row.get("ip")?,
        port: row.get("port")?,
        kind: row.get("type")?,
        kind_updated_at: row.get("type_updated_at")?,
        roblox_join_code: row.get("roblox_join_code")?,
        roblox_metadata: row.json("roblox_metadata")?,
        erlc_api_key: row.get("erlc_api_key")?,
        aces: row.json("ace_mappings")?,
        whitelist: Whitelist { allowed: row.json("allowed_ranks")?, blocked: row.json("blocked_ranks")? },
        push_url: row.get("push_url")?,
        push_secret: row.get("push_secret")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadGameServers for T {
    async fn game_servers(&mut self, community: CommunityId) -> Result<Vec<GameServer>> {
        let sql = "SELECT * FROM game_servers WHERE community = $1 ORDER BY id";
        self.on(community).await?.all(sql, params![community], game_server).await
    }

    async fn game_server(&mut self, community: CommunityId, id: i64) -> Result<Option<GameServer>> {
        let sql = "SELECT * FROM game_servers WHERE community = $1 AND id = $2";
        self.on(community).await?.one(sql, params![community, id], game_server).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteGameServers for T {
    async fn put_game_server(&mut self, community: CommunityId, server: &GameServer) -> Result<()> {
        let sql = "INSERT INTO game_servers
                 (community, id, name, description, ip, port, type, type_updated_at, roblox_join_code,
                  roblox_metadata, erlc_api_key, ace_mappings, allowed_ranks, blocked_ranks, push_url, push_secret)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (community, id) DO UPDATE
             SET name = excluded.name, description = excluded.description, ip = excluded.ip, port = excluded.port,
                 type = excluded.type, type_updated_at = excluded.type_updated_at,
                 roblox_join_code = excluded.roblox_join_code, roblox_metadata = excluded.roblox_metadata,
                 erlc_api_key = excluded.erlc_api_key, ace_mappings = excluded.ace_mappings,
                 allowed_ranks = excluded.allowed_ranks, blocked_ranks = excluded.blocked_ranks,
                 push_url = excluded.push_url, push_secret = excluded.push_secret";
        let GameServer { id, name, description, ip, port, kind, kind_updated_at, .. } = server;
        let GameServer { roblox_join_code, roblox_metadata, erlc_api_key, aces, whitelist, .. } = server;
        let GameServer { push_url, push_secret, .. } = server;
        let (metadata, aces) = (AsJson(roblox_metadata), AsJson(aces));
        let (allowed, blocked) = (AsJson(&whitelist.allowed), AsJson(&whitelist.blocked));
        let params = params![
            community,
            id,
            name,
            description,
            ip,
            port,
            kind,
            kind_updated_at,
            roblox_join_code,
            metadata,
            erlc_api_key,
            aces,
            allowed,
            blocked,
            push_url,
            push_secret
        ];
        self.writing(community).await?.run(sql, params).await.map(drop)
    }

    async fn remove_game_server(&mut self, community: CommunityId, id: i64) -> Result<()> {
        let sql = "DELETE FROM game_servers WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, params![community, id]).await.map(drop)
    }
}
