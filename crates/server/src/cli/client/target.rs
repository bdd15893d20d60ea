//! Which ledger a command works on: that of a server, or that of a database file.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use rankledger_storage::Storage;
use tokio::runtime::Handle;
use tracing_subscriber::filter::LevelFilter;

use super::Client;
use super::local::Local;
use super::remote::Remote;
use crate::cli::database::DatabaseArgs;
use crate::cli::log_output::log_directly;
use crate::config::SiteUrl;

/// What is said of it on the command line and in the environment.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which ledger")]
struct TargetArgs {
    /// A running server, such as `https://ranks.example.com`; needs a key
    #[arg(long, env = "RANKLEDGER_URL", value_name = "URL")]
    url: Option<SiteUrl>,
    /// The API key for --url. Other users of this machine see a command line: the environment or --key-file
    /// is safer
    #[arg(long, env = "RANKLEDGER_KEY", hide_env_values = true, value_name = "KEY")]
    key: Option<String>,
    /// A file with the API key in its first line; `-` for standard input
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The public id of the community, in a database with several; a key knows its own
    #[arg(long, value_name = "ID")]
    community: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// The ledger that a command works on. A flag takes precedence over the environment; without either it is the
/// database of the configuration, or `rankledger.db`.
#[derive(Debug)]
pub(in crate::cli) enum Target {
    /// The ledger of a server.
    Server { url: SiteUrl, key: Key },
    /// The ledger in a database file.
    Database { database: DatabaseArgs, community: Option<String> },
}

/// Where the key is.
pub(in crate::cli) enum Key {
    /// Here.
    Given(String),
    /// In the first line of this file, or of standard input.
    File(PathBuf),
    /// No key was given.
    Missing,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }
}

impl Target {
    /// Opens the database, or makes ready to talk to the server.
    pub(in crate::cli) fn open(self) -> Result<Client> {
        self.open_by(|database| Handle::current().block_on(database.open_existing()))
    }

    /// Opens the database without writing to it, or makes ready to talk to the server. [`Client::settle`] is
    /// to be called in the end.
    pub(in crate::cli) fn open_to_read(self) -> Result<Client> {
        self.open_by(|database| Handle::current().block_on(database.open_to_read()))
    }

    fn open_by(self, open: impl Fn(&DatabaseArgs) -> Result<Arc<dyn Storage>>) -> Result<Client> {
        match self {
            Self::Server { url, key } => Ok(Client::new(Remote::new(url, &key.read()?)?)),
            Self::Database { database, community } => {
                log_directly(LevelFilter::ERROR)?;
                let settings = database.settings()?;
                let (place, webhooks) = (settings.database.to_string(), settings.webhooks);
                Ok(Client::new(Local::new(open(&database)?, place, community.as_deref(), webhooks)?))
            }
        }
    }
}

impl Key {
    fn read(self) -> Result<String> {
        let line = match self {
            Self::Given(key) => key,
            Self::File(path) => first_line_of(&path, "the key")?,
            Self::Missing => String::new(),
        };
        match line.trim() {
            "" => bail!(
                "a server wants a key: put it into the environment as RANKLEDGER_KEY, or name a file with --key-file"
            ),
            key => Ok(key.to_owned()),
        }
    }
}

/// Reads the first line of a file, or of standard input if the path is `-`, without white space around it.
/// `what` names what is in it, for an error.
pub(in crate::cli) fn first_line_of(path: &Path, what: &str) -> Result<String> {
    let line = if path.as_os_str() == "-" {
        first_line(&mut std::io::stdin().lock())
            .with_context(|| format!("cannot read {what} from standard input"))?
    } else {
        let file = std::fs::File::open(path);
        let line = file.and_then(|file| first_line(&mut std::io::BufReader::new(file)));
        line.with_context(|| format!("cannot read {what} from {}", path.display()))?
    };
    Ok(line.trim_start_matches('\u{feff}').trim().to_owned())
}

fn first_line(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    Ok(line)
}

impl Args for Target {
    fn augment_args(command: Command) -> Command {
        TargetArgs::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        TargetArgs::augment_args_for_update(command)
    }
}

impl FromArgMatches for Target {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flag = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        let (names_server, names_database) = (flag("url"), flag("database") || flag("config"));
        let names_key = flag("key") || flag("key_file");
        // A community that is named means a database, unless a server is named, too.
        let means_database = names_database || (flag("community") && !names_server);
        let args = TargetArgs::from_arg_matches(matches)?;
        let refuse =
            |message: &str| Err(clap::Error::raw(ErrorKind::ArgumentConflict, format!("{message}\n")));
        if names_server && names_database {
            return refuse("--url names a server and --database or --config a database: give one of them");
        }
        if flag("key") && flag("key_file") {
            return refuse("--key and --key-file both give a key: give one of them");
        }
        let of_environment =
            args.url.is_some() && (args.database.database.is_some() || args.database.config.is_some());
        if of_environment && !names_server && !means_database {
            return refuse(
                "the environment names both a server (RANKLEDGER_URL) and a database: say which with --url or --database",
            );
        }
        match args.url {
            Some(url) if !means_database => {
                if args.community.is_some() {
                    return refuse(
                        "--community is for a database: with --url the key says which community it is",
                    );
                }
                let key = match (args.key_file, args.key) {
                    (Some(path), _) => Key::File(path),
                    (None, Some(key)) => Key::Given(key),
                    (None, None) => Key::Missing,
                };
                Ok(Self::Server { url, key })
            }
            _ if names_key => refuse("a key is for a server: name that with --url"),
            _ => Ok(Self::Database { database: args.database, community: args.community }),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
