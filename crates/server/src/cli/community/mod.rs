//! `rankledger community`: make and list communities; the files beside it rename and delete them, and write
//! down game servers.

mod delete;
mod game_servers;
mod rename;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use rankledger_domain::log::ActKind;
use rankledger_domain::name::{check_name, check_word, normalized};
use rankledger_domain::time::Clock;
use rankledger_storage::communities::{Community, NewCommunity};

use super::database::DatabaseArgs;
use super::print;
use super::table::Table;
use crate::ops::acts::{NewAct, Origin, write_act};
use crate::ops::import::{check_host, community_uuid};
use crate::ops::logged;
use crate::ops::signing_key::make_key;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Subcommand)]
pub(super) enum CommunityCommand {
    /// Make an empty community
    Create(Create),
    /// List the communities
    List(List),
    /// Give a community another name; its id stays
    Rename(rename::Rename),
    /// Delete a community for good, with its members, its history and its log
    Delete(delete::Delete),
    /// Write the game servers of a community as an import document
    GameServers(game_servers::GameServers),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its public id, which clients call the community id
    id: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// The subscription level that clients are told
    #[arg(long, value_name = "0-5", default_value_t = 5, value_parser = clap::value_parser!(u8).range(0..=5))]
    sub_version: u8,
    /// Demand of every undo and rollback that it names the person who acts
    #[arg(long)]
    undo_needs_user: bool,
    /// Demand of every change of ranks or standing that it names the person who acts
    #[arg(long)]
    change_needs_user: bool,
    /// Its own domain, which short URLs may lead to
    #[arg(long, value_name = "HOST")]
    custom_domain: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    database: DatabaseArgs,
}

impl CommunityCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Create(command) => command.run().await,
            Self::List(command) => command.run().await,
            Self::Rename(command) => tokio::task::block_in_place(|| command.run()),
            Self::Delete(command) => command.run().await,
            Self::GameServers(command) => command.run().await,
        }
    }
}

impl Create {
    async fn run(mut self) -> Result<()> {
        (self.id, self.name) = (normalized(&self.id), normalized(&self.name));
        check_word(&self.id).with_context(|| format!("\"{}\" cannot be a community id", self.id))?;
        check_name(&self.name).with_context(|| format!("\"{}\" cannot be a name", self.name))?;
        if let Some(host) = &self.custom_domain {
            check_host(host).with_context(|| format!("\"{host}\" cannot be a custom domain"))?;
        }
        let storage = self.database.open().await?;
        let mut tx = storage.begin().await?;
        if let Some(there) = tx.community_by_public_id(&self.id).await? {
            let (id, name) = (there.public_id, there.name);
            bail!("there is a community \"{id}\" already, called \"{name}\": choose another id");
        }
        if tx.unfinished_imports().await?.iter().any(|(id, _)| *id == self.id) {
            let id = &self.id;
            bail!("an unfinished import makes the community \"{id}\": see `rankledger import --status`");
        }
        let now = SystemClock::default().now();
        let community = NewCommunity {
            uuid: community_uuid(&self.id),
            public_id: self.id,
            name: self.name,
            sub_version: self.sub_version,
            undo_needs_user: self.undo_needs_user,
            change_needs_user: self.change_needs_user,
            custom_domain: self.custom_domain,
            created_at: now,
        };
        let made = tx.insert_community(&community).await?;
        make_key(tx.as_mut(), made).await.context("cannot make the key that the community signs with")?;
        let act = NewAct::of(ActKind::SettingsChanged).after(&logged::new_settings(&community));
        write_act(tx.as_mut(), &SystemIds, now, Origin::operator(made), act).await?;
        tx.commit().await?;
        let id = community.public_id;
        print::print(&format!("made the community {id}; make a key for it with `rankledger key create`\n"))
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let communities = storage.read().await?.communities().await?;
        let mut table = Table::new(["ID", "NAME", "SUB VERSION", "SERVERS", "USER NEEDED FOR", "UUID"]);
        for community in communities {
            let user_needed_for = user_needed_for(&community);
            table.row([
                community.public_id,
                community.name,
                community.sub_version.to_string(),
                community.servers.to_string(),
                user_needed_for.to_owned(),
                community.uuid.to_string(),
            ]);
        }
        print::print(&table.to_string())
    }
}

/// Returns the requests that must name the person who acts.
fn user_needed_for(community: &Community) -> &'static str {
    match (community.change_needs_user, community.undo_needs_user) {
        (true, _) => "every change",
        (false, true) => "undos",
        (false, false) => "-",
    }
}
