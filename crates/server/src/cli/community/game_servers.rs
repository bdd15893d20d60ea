//! `rankledger community game-servers`: the game servers of a community as an import document.

use anyhow::Result;
use clap::Args;
use rankledger_domain::game_server::{GameServer, Secret};
use serde_json::{Value, json};

use crate::cli::database::{DatabaseArgs, find_community};
use crate::cli::output::OutputArgs;
use crate::cli::print;
use crate::wire::time::Time;

#[derive(Debug, Args)]
pub(in crate::cli) struct GameServers {
    /// The public id of the community
    community: String,
    /// Write push secrets and ER:LC keys as well: keep the file where only you can read it
    #[arg(long)]
    with_secrets: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl GameServers {
    pub(super) async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let mut tx = storage.read().await?;
        let community = find_community(tx.as_mut(), &self.community).await?;
        let servers = tx.game_servers(community.id).await?;
        let servers: Vec<_> = servers.iter().map(|server| entry(server, self.with_secrets)).collect();
        let document =
            json!({ "community": { "id": community.public_id, "name": community.name }, "servers": servers });
        self.output.copy(&mut print::json_text(&document)?.as_bytes())
    }
}

/// Returns a game server as an entry of a document. Without its secrets, an import leaves those as they are.
fn entry(server: &GameServer, with_secrets: bool) -> Value {
    let whitelist = &server.whitelist;
    let mut entry = json!({
        "id": server.id, "name": server.name, "description": server.description, "ip": server.ip,
        "port": server.port, "type": server.kind, "typeLastUpdated": server.kind_updated_at.map(Time),
        "robloxJoinCode": server.roblox_join_code, "robloxMetadata": server.roblox_metadata,
        "aceConfig": { "mappings": server.aces }, "allowedRanks": whitelist.allowed,
        "blockedRanks": whitelist.blocked, "pushUrl": server.push_url,
    });
    if with_secrets {
        let text = |secret: &Option<Secret>| json!(secret.as_ref().map(Secret::reveal));
        entry["pushSecret"] = text(&server.push_secret);
        entry["erlcApiKey"] = text(&server.erlc_api_key);
    }
    entry
}
