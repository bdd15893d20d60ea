//! `rankledger console link`: a link that signs in once.

use anyhow::{Context, Result, anyhow};
use clap::Args;
use rankledger_domain::console::{Holder, LINK, SignInLink, Token};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;

use crate::cli::database::{DatabaseArgs, find_community};
use crate::cli::print;
use crate::config::SiteUrl;
use crate::ops::accounts::find::find_account;
use crate::ops::console::acting::Acting;
use crate::ops::{OpError, View};
use crate::system::{SystemClock, new_token};
use crate::wire::problem::Problem;

#[derive(Debug, Args)]
pub(in crate::cli) struct Link {
    /// The public id of the community
    #[arg(long, value_name = "ID")]
    community: String,
    /// Whom the link signs in: a name, an account id, a Discord id or a member's number [default: the
    /// operator, who may do everything and is recorded as nobody]
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Where browsers reach the server [default: its public URL, or the address that it listens on]
    #[arg(long, value_name = "URL")]
    url: Option<SiteUrl>,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Link {
    /// Prints the link alone to standard output, and what it does to standard error.
    pub(super) async fn run(self) -> Result<()> {
        let settings = self.database.settings()?;
        let storage = self.database.open_existing().await?;
        let community = find_community(storage.read().await?.as_mut(), &self.community).await?.id;
        let person = match &self.user {
            Some(user) => Some(person(storage.as_ref(), community, user).await?),
            None => None,
        };
        let link = make(storage.as_ref(), community, person.as_ref().map(|(id, _)| *id)).await?;
        let whom = person.map_or_else(|| "the operator".to_owned(), |(_, name)| name);
        print::say!("This link signs in {whom}, once, within ten minutes:");
        let site = self.url.or(settings.sites.public_url);
        let site = site.map_or_else(|| format!("http://{}", settings.listen), |url| url.to_string());
        print::print(&format!("{site}{link}\n"))
    }
}

/// Makes a link, and returns its path.
pub(in crate::cli) async fn make(
    storage: &dyn Storage,
    community: CommunityId,
    account: Option<AccountId>,
) -> Result<String> {
    let token: Token = new_token().context("the operating system gave no random bits")?;
    let now = SystemClock::default().now();
    let ends_at = now.checked_add(LINK).context("the clock is at the end of time")?;
    let mut tx = storage.begin().await?;
    tx.insert_sign_in_link(&SignInLink { community, account, ends_at }, &token.hash(), now).await?;
    tx.commit().await?;
    Ok(format!("/console/link/{}", token.reveal()))
}

/// Makes a link that signs in a person, who must be admitted to the console. Returns its path.
pub(in crate::cli) async fn link_for(
    storage: &dyn Storage,
    community: CommunityId,
    user: &str,
) -> Result<String> {
    let (person, _) = person(storage, community, user).await?;
    make(storage, community, Some(person)).await
}

/// Finds the person, who must be admitted to the console.
async fn person(storage: &dyn Storage, community: CommunityId, user: &str) -> Result<(AccountId, String)> {
    let mut tx = storage.read().await?;
    let told = |error: OpError| anyhow!("{}", Problem::from(error).detail());
    let id = find_account(tx.as_mut(), community, user).await.map_err(told)?;
    let mut view = View::new(tx.as_mut(), SystemClock::default().now());
    let acting = Acting::of(Holder::Person(id), community, &mut view).await.map_err(told)?;
    let person = acting.person.context("a person acts as a person")?;
    Ok((id, person.name))
}
