//! `rankledger console end`: ends a session, or all of a community.

use anyhow::{Result, bail};
use clap::Args;
use rankledger_domain::ids::SessionId;
use uuid::Uuid;

use crate::cli::database::{DatabaseArgs, find_community};
use crate::cli::print;

#[derive(Debug, Args)]
pub(in crate::cli) struct End {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    /// The session, as `rankledger console sessions` lists it
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    session: Option<Uuid>,
    /// End every session of the community
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl End {
    pub(super) async fn run(self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let mut tx = storage.begin().await?;
        let community = find_community(tx.as_mut(), &self.community).await?.id;
        let ids = match self.session {
            Some(id) => vec![SessionId(id)],
            None => tx.console_sessions(community).await?.into_iter().map(|session| session.id).collect(),
        };
        let mut ended = 0;
        for id in ids {
            ended += u32::from(tx.end_console_session(community, id).await?);
        }
        tx.commit().await?;
        if let Some(id) = self.session.filter(|_| ended == 0) {
            bail!(
                "the community \"{}\" has no session {id}: `rankledger console sessions` lists them",
                self.community
            );
        }
        print::print(&format!("ended {ended} {}\n", if ended == 1 { "session" } else { "sessions" }))
    }
}
