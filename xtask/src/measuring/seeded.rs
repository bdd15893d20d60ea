//! Databases that the program `seed` has filled.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::http;
use super::process::Server;
use super::programs::{Programs, answer_of};

/// The size of a seeded database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// How many communities, all alike.
    pub(crate) communities: u32,
    /// How many accounts each has.
    pub(crate) accounts: u32,
    /// How many recorded changes each has.
    pub(crate) changes: u32,
}

/// A seeded database, a folder for what belongs to it, and what is needed to use it.
pub(crate) struct Seeded {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// The database, as Rankledger's `--database` takes it.
    pub(crate) database: String,
    /// How many accounts each community has.
    pub(crate) accounts: String,
    /// The header `Authorization` of each community, with commas between them.
    pub(crate) authorization: String,
    ranks: Vec<String>,
}

impl Seeded {
    /// Makes one in a file of the folder, unless that is there already.
    pub(crate) fn make(programs: &Programs, folder: &Path, size: Size) -> Result<Self> {
        Self::make_in(programs, folder, &in_file(folder), size)
    }

    /// Makes one in this database, unless the folder tells that it was done.
    pub(crate) fn make_in(programs: &Programs, folder: &Path, database: &str, size: Size) -> Result<Self> {
        let summary = folder.join("seed.json");
        if !summary.exists() {
            let Size { communities, accounts, changes } = size;
            println!(
                "xtask: seeding {accounts} accounts and {changes} changes in each of {communities} communities"
            );
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let mut seed = programs.command("seed");
            seed.args(["--database", database, "--communities", &communities.to_string()]);
            seed.args(["--accounts", &accounts.to_string(), "--changes", &changes.to_string()]);
            let told = answer_of(&mut seed)?;
            fs::write(&summary, told.to_string())?;
        }
        let told: Value = serde_json::from_slice(&fs::read(&summary)?)?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("seed tells another summary");
        Ok(Self {
            folder: folder.to_owned(),
            database: database.to_owned(),
            accounts: size.accounts.to_string(),
            authorization: text(&told["bearer"])?,
            ranks: told["rankIds"].as_array().into_iter().flatten().map(text).collect::<Result<_>>()?,
        })
    }

    /// Returns this database in a file of another folder, which is a copy.
    pub(crate) fn in_copy(&self, folder: PathBuf) -> Self {
        Self { database: in_file(&folder), folder, ..self.again() }
    }

    /// Returns this database under another URL: a copy, or another way to it.
    pub(crate) fn in_database(&self, database: String) -> Self {
        Self { database, ..self.again() }
    }

    fn again(&self) -> Self {
        Self {
            folder: self.folder.clone(),
            database: self.database.clone(),
            accounts: self.accounts.clone(),
            authorization: self.authorization.clone(),
            ranks: self.ranks.clone(),
        }
    }

    /// A rank that nobody holds at first: there are ten.
    pub(crate) fn rank(&self, index: usize) -> &str {
        &self.ranks[2 + index % 10]
    }

    /// Its file, if it is in one.
    pub(crate) fn file(&self) -> &str {
        self.database.strip_prefix("sqlite:").unwrap_or(&self.database)
    }

    /// Starts Rankledger on it, without rate limits.
    pub(crate) fn serve(&self, programs: &Programs) -> Result<Server> {
        self.serve_on(programs, |_| ())
    }

    /// Starts Rankledger on it, without rate limits, after `prepare` has changed the command.
    pub(crate) fn serve_on(&self, programs: &Programs, prepare: impl FnOnce(&mut Command)) -> Result<Server> {
        let command = |address: SocketAddr| -> Command {
            let mut serve = programs.command("rankledger");
            serve.args(["serve", "--rate-limits", "off", "--listen", &address.to_string()]);
            serve.args(["--database", &self.database]);
            serve.env("RANKLEDGER_LOG", "warn,rankledger_server::serve=info");
            prepare(&mut serve);
            serve
        };
        Server::start("rankledger", &self.folder, "/readyz", command)
    }

    /// How many changes are recorded, all communities together.
    pub(crate) fn recorded(&self, address: SocketAddr) -> Result<u64> {
        let newest = |authorization| {
            let path = "/v2/community/rank-changes?take=1";
            let page = http::ask(address, "GET", path, authorization, "")?;
            let number = &page["data"]["rankChanges"][0]["changeNumber"];
            number.as_u64().context("the history does not tell the number of a change")
        };
        self.authorization.split(',').map(newest).sum()
    }
}

fn in_file(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("rankledger.db").display())
}
