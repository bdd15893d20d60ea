//! The database that a command works on: its options, opening it, and finding a community in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::name::normalized;
use rankledger_storage::communities::Community;
use rankledger_storage::{ReadTx, Storage};

use crate::api::endpoints;
use crate::config::{DatabaseUrl, Overrides, Settings, in_file};

/// The configuration file of an installed server, which `rankledger setup` writes.
pub(super) const INSTALLED_CONFIG: &str = "/etc/rankledger/rankledger.toml";

/// The options that name the database that a command works on.
#[derive(Debug, Default, Args)]
pub(super) struct DatabaseArgs {
    /// Configuration file, in TOML [default: that of an installed server, /etc/rankledger/rankledger.toml,
    /// unless --database says where the data is]
    #[arg(long, env = "RANKLEDGER_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Where the data is: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`
    /// [default: as the configuration file says, else sqlite:rankledger.db]
    #[arg(long, env = "RANKLEDGER_DATABASE", value_name = "URL", hide_env_values = true)]
    pub(super) database: Option<DatabaseUrl>,
}

impl DatabaseArgs {
    /// Opens the database, making it if it is not there.
    pub(super) async fn open(&self) -> Result<Arc<dyn Storage>> {
        let settings = self.settings()?;
        Ok(settings.database.open(settings.postgres.into()).await?)
    }

    /// Opens the database, which must be there: a mistyped name is not to make one.
    pub(super) async fn open_existing(&self) -> Result<Arc<dyn Storage>> {
        let settings = self.existing()?;
        Ok(settings.database.open(settings.postgres.into()).await?)
    }

    /// Opens the database, which must be there, so that nothing is written: a file may belong to somebody
    /// else, and be where nobody may write.
    pub(super) async fn open_to_read(&self) -> Result<Arc<dyn Storage>> {
        let settings = self.existing()?;
        Ok(settings.database.open_to_read(settings.postgres.into()).await?)
    }

    /// Reads the settings, and refuses a database that is not there.
    fn existing(&self) -> Result<Settings> {
        let settings = self.settings()?;
        if !settings.database.exists() {
            bail!(
                "there is no database {}: make one with `rankledger community create`, or import a community",
                settings.database
            );
        }
        Ok(settings)
    }

    pub(super) fn settings(&self) -> Result<Settings> {
        let overrides = Overrides { database: self.database.clone(), ..Overrides::default() };
        load(self.config.as_deref(), overrides)
    }
}

/// Loads the settings, and refuses rate limits of endpoints that do not exist. If neither a configuration
/// file nor a database is named, those of the installed server count.
pub(super) fn load(config: Option<&Path>, overrides: Overrides) -> Result<Settings> {
    let installed = Path::new(INSTALLED_CONFIG);
    let counts = config.is_none() && overrides.database.is_none() && installed.exists();
    let config = config.or(counts.then_some(installed));
    let settings = Settings::load(config, overrides)?;
    let checked = endpoints::check_names(&settings.rate_limits);
    match config {
        Some(path) => checked.with_context(|| in_file(path))?,
        None => checked?,
    }
    Ok(settings)
}

/// Returns the community with this public id, or an error that says which there are.
pub(super) async fn find_community(tx: &mut dyn ReadTx, public_id: &str) -> Result<Community> {
    for spelling in [public_id.to_owned(), normalized(public_id)] {
        if let Some(community) = tx.community_by_public_id(&spelling).await? {
            return Ok(community);
        }
    }
    let known: Vec<_> = tx.communities().await?.into_iter().map(|community| community.public_id).collect();
    if known.is_empty() {
        bail!("there is no community yet: make one with `rankledger community create`, or import one");
    }
    bail!("there is no community \"{public_id}\"; there are: {}", known.join(", "))
}

/// Returns the community with this public id. Without one, the only community of the database.
pub(super) async fn choose_community(tx: &mut dyn ReadTx, public_id: Option<&str>) -> Result<Community> {
    if let Some(id) = public_id {
        return find_community(tx, id).await;
    }
    let mut communities = tx.communities().await?;
    match (communities.pop(), communities.as_slice()) {
        (Some(only), []) => Ok(only),
        (None, _) => {
            bail!("there is no community yet: make one with `rankledger community create`, or import one")
        }
        (Some(last), others) => {
            let ids: Vec<_> = others.iter().chain([&last]).map(|one| one.public_id.as_str()).collect();
            bail!("there are several communities: say which with --community; there are: {}", ids.join(", "))
        }
    }
}
