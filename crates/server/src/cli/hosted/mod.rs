//! `rankledger import --from-hosted`: reads a community from the hosted original, writes it down as an import
//! document, and shows it. Importing the document is left to `import.rs`. `docs/guides/moving.md` tells it to
//! those who move.

mod answers;
mod client;
mod document;
mod fit;
mod here;
mod kept;
mod pace;
mod powers;
mod reading;
mod report;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use rankledger_domain::time::{Clock, wire_format};
use tokio::runtime::Handle;

use self::answers::{Community, Definitions};
use self::client::HostedApi;
use self::document::Parts;
use self::fit::fit;
use self::here::Here;
use self::kept::Kept;
use self::pace::Factor;
use self::powers::Powers;
use self::reading::Accounts;
use self::report::Report;
use super::client::target::first_line_of;
use super::confirm::confirmed;
use super::database::DatabaseArgs;
use super::{print, secret};
use crate::config::{DatabaseUrl, SiteUrl};
use crate::system::SystemClock;

/// Where the API of the hosted original is documented to be.
const ADDRESS: &str = "https://api.sonorancms.com";

/// The environment variable with the key.
const KEY_VARIABLE: &str = "RANKLEDGER_HOSTED_KEY";

/// The options of `rankledger import` that ask for something else.
const OTHERS: [&str; 3] = ["file", "status", "take_back"];

/// How a community is read from the hosted original.
#[derive(Debug, Args)]
#[command(next_help_heading = "From the hosted original")]
pub(super) struct FromHosted {
    /// Read the community from the hosted original, over its API. Its key is taken from
    /// --key-file, else from `RANKLEDGER_HOSTED_KEY`, else asked for
    #[arg(id = "from_hosted", long = "from-hosted", conflicts_with_all = OTHERS)]
    pub(super) is_asked: bool,
    /// Where that API is [default: `https://api.sonorancms.com`]
    #[arg(long, value_name = "URL", requires = "from_hosted", conflicts_with_all = OTHERS)]
    address: Option<SiteUrl>,
    /// A file with the key in its first line; `-` for standard input
    #[arg(long, value_name = "FILE", requires = "from_hosted", conflicts_with_all = OTHERS)]
    key_file: Option<PathBuf>,
    /// Multiply the documented limits of that API by this. 0.5 leaves half of them to the bots that have the
    /// same key [default: 1]
    #[arg(long, value_name = "N", requires = "from_hosted", conflicts_with_all = OTHERS)]
    rate_factor: Option<Factor>,
    /// Where to write the import document, and to keep what is read until then [default: the folder of the
    /// database file]
    #[arg(long, value_name = "DIR", requires = "from_hosted", conflicts_with_all = OTHERS)]
    folder: Option<PathBuf>,
    /// Propose the highest power for the first rank of a department, where promotion flows do not tell
    #[arg(long, requires = "from_hosted", conflicts_with_all = OTHERS)]
    highest_first: bool,
    /// Forget what an earlier run that was cut off has read
    #[arg(long, requires = "from_hosted", conflicts_with_all = OTHERS)]
    afresh: bool,
    /// Import it without asking
    #[arg(long, requires = "from_hosted", conflicts_with_all = OTHERS)]
    yes: bool,
}

/// A community that was read whole.
struct Read {
    community: Community,
    definitions: Definitions,
    accounts: Accounts,
    begun: Timestamp,
    kept: Kept,
}

impl FromHosted {
    /// Reads the community with this id, writes its document, and shows it. Returns the document if it is to
    /// be imported now.
    pub(super) fn run(&self, community: Option<&str>, database: &DatabaseArgs) -> Result<Option<PathBuf>> {
        let community = community.context("say with --community which community is to be read")?;
        let settings = database.settings()?;
        let folder = self.folder(&settings.database);
        let address = self.address.clone().map_or_else(|| ADDRESS.parse(), Ok).map_err(anyhow::Error::msg)?;
        let mut read = self.read(community, &folder, address.clone())?;
        let here = if settings.database.exists() {
            Handle::current().block_on(async {
                let storage = database.open_to_read().await?;
                Here::load(storage.as_ref(), &read.community.id).await
            })?
        } else {
            None
        };

        let left_out = fit(&mut read.definitions, &mut read.accounts.accounts);
        let stored = here.as_ref().map(|here| here.powers.clone()).unwrap_or_default();
        let powers = Powers::settle(&mut read.definitions, &stored, self.highest_first);
        let differences = here.map(|here| here.differences(&read.definitions, &read.accounts.accounts));
        let report = Report {
            address: &address.to_string(),
            community: &read.community,
            definitions: &read.definitions,
            accounts: &read.accounts,
            powers: &powers,
            differences: differences.as_deref(),
            left_out: &left_out,
        };
        let file = document_in(&folder, &read.community.id);
        let parts = Parts {
            community: &read.community,
            definitions: &read.definitions,
            accounts: &read.accounts.accounts,
            powers: &powers,
            heading: &report.heading(&wire_format(read.begun)),
        };
        parts.write(&file)?;
        print::print(&report.text(&file))?;
        read.kept.forget()?;
        let is_wanted = self.yes || (std::io::stdin().is_terminal() && confirmed("import it now")?);
        Ok(is_wanted.then_some(file))
    }

    /// Reads everything. The definitions are read first, so that a fault in them shows at once, and again in
    /// the end, so that they are no older than the accounts.
    fn read(&self, id: &str, folder: &Path, address: SiteUrl) -> Result<Read> {
        let place = address.to_string();
        let mut api = HostedApi::new(address, &self.key()?, self.rate_factor.unwrap_or_default())?;
        let community = reading::community(&mut api, id)?;
        reading::definitions(&mut api)?;
        let path = folder.join(file_name(&community.id, "", "reading"));
        let now = SystemClock::default().now();
        let mut kept = Kept::open(path, &place, &community.id, now, self.afresh)?;
        let rest = reading::accounts(&mut api, &mut kept)
            .and_then(|accounts| Ok((accounts, reading::definitions(&mut api)?)));
        let (accounts, definitions) = rest.with_context(|| {
            format!("what was read is kept in {}: the same command goes on from there", kept.path().display())
        })?;
        Ok(Read { community, definitions, accounts, begun: kept.begun(), kept })
    }

    fn key(&self) -> Result<String> {
        let key = match (&self.key_file, std::env::var(KEY_VARIABLE)) {
            (Some(path), _) => first_line_of(path, "the key")?,
            (None, Ok(key)) => key.trim().to_owned(),
            (None, Err(_)) if std::io::stdin().is_terminal() => secret::ask("Key of the community there: ")?,
            (None, Err(_)) => String::new(),
        };
        if key.is_empty() {
            bail!(
                "a key of the community there is needed: put it into the environment as {KEY_VARIABLE}, or name a file \
                 with --key-file"
            );
        }
        Ok(key)
    }

    /// Returns the folder for the document: the one given, else that of the database file, else the current
    /// one.
    fn folder(&self, database: &DatabaseUrl) -> PathBuf {
        let of_database = match database {
            DatabaseUrl::Sqlite(path) => path.parent().map(Path::to_owned),
            DatabaseUrl::Postgres(_) => None,
        };
        self.folder.clone().or(of_database).unwrap_or_else(|| PathBuf::from("."))
    }
}

/// Returns the name of a file about a community, whose id may have characters that files do not.
fn file_name(community: &str, suffix: &str, extension: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let id: String = community.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("hosted-{id}{suffix}.{extension}")
}

/// Returns a name for a document that no file has: a document that was edited is never overwritten.
fn document_in(folder: &Path, community: &str) -> PathBuf {
    let mut number = 1;
    loop {
        let path = folder.join(file_name(community, &format!("-{number}"), "yaml"));
        if !path.exists() {
            return path;
        }
        number += 1;
    }
}
