//! Rankledger under load.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::figures::{Figures, Part, What};
use super::http;
use super::load::Load;
use super::process::Server;
use super::programs::{Programs, answer_of};
use crate::numbers::float;

/// A folder with a seeded database, and what is needed to use it.
pub(super) struct Seeded {
    /// The folder.
    pub(super) folder: PathBuf,
    /// How many accounts it has.
    pub(super) accounts: String,
    authorization: String,
    ranks: Vec<String>,
}

impl Seeded {
    /// Makes it, unless the folder has it already.
    pub(super) fn make(programs: &Programs, folder: &Path, accounts: u32, changes: u32) -> Result<Self> {
        let summary = folder.join("seed.json");
        if !summary.exists() {
            println!("xtask: seeding {accounts} accounts and {changes} changes");
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let mut seed = programs.command("seed");
            seed.arg("--database").arg(database(folder));
            seed.args(["--accounts", &accounts.to_string(), "--changes", &changes.to_string()]);
            let told = answer_of(&mut seed)?;
            fs::write(&summary, told.to_string())?;
        }
        let told: Value = serde_json::from_slice(&fs::read(&summary)?)?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("seed tells another summary");
        Ok(Self {
            folder: folder.to_owned(),
            accounts: accounts.to_string(),
            authorization: text(&told["bearer"])?,
            ranks: told["rankIds"].as_array().into_iter().flatten().map(text).collect::<Result<_>>()?,
        })
    }

    /// The same in another folder, which is a copy.
    pub(super) fn in_copy(&self, folder: PathBuf) -> Self {
        let (accounts, authorization) = (self.accounts.clone(), self.authorization.clone());
        Self { folder, accounts, authorization, ranks: self.ranks.clone() }
    }

    /// A rank that nobody holds at first: there are ten.
    pub(super) fn rank(&self, index: usize) -> &str {
        &self.ranks[2 + index % 10]
    }

    /// Its database file.
    pub(super) fn database(&self) -> PathBuf {
        database(&self.folder)
    }
}

fn database(folder: &Path) -> PathBuf {
    folder.join("rankledger.db")
}

/// A running server, and what it is asked.
pub(super) struct Ledger<'a> {
    server: Server,
    seeded: &'a Seeded,
    seconds: u32,
}

impl<'a> Ledger<'a> {
    /// Starts it on this database. Its start-up is put down as `start_up`.
    pub(super) fn start(
        programs: &Programs,
        seeded: &'a Seeded,
        seconds: u32,
        (start_up, figures): (What, &mut Figures),
    ) -> Result<Self> {
        let server = Server::start("rankledger", &seeded.folder, "/readyz", |address| {
            let mut serve = programs.command("rankledger");
            serve.args(["serve", "--rate-limits", "off", "--listen", &address.to_string()]);
            serve.arg("--database").arg(format!("sqlite:{}", seeded.database().display()));
            serve.env("RANKLEDGER_LOG", "warn,rankledger_server::serve=info");
            serve
        })?;
        figures.add(start_up, Part::Single, server.start_up.as_secs_f64() * 1e3);
        Ok(Self { server, seeded, seconds })
    }

    /// Rank changes; each must have changed something. `rank` is the index of one that nobody holds.
    pub(super) fn changes(
        &self,
        what: What,
        connections: u32,
        rank: usize,
        figures: &mut Figures,
    ) -> Result<()> {
        let before = self.newest()?;
        let requests = ["changes", &self.seeded.accounts, self.seeded.rank(rank)];
        let sent = self.load(connections, &requests).measure(what, figures)?;
        let recorded = self.newest()? - before;
        // Two requests for one account may overtake each other; then they change nothing.
        ensure!(
            recorded * 100 >= sent * 95,
            "of {sent} requests only {recorded} changed something: is the database as it was seeded?",
        );
        Ok(())
    }

    /// Undoes the newest changes.
    pub(super) fn undos(&self, what: What, figures: &mut Figures) -> Result<()> {
        let newest = self.newest()?.to_string();
        self.load(64, &["undos", &newest]).measure(what, figures).map(drop)
    }

    /// Asks for accounts (`reads`) or for a page of their history (`history`).
    pub(super) fn reads(&self, kind: &str, what: What, figures: &mut Figures) -> Result<()> {
        self.load(64, &[kind, &self.seeded.accounts]).measure(what, figures).map(drop)
    }

    /// Makes this number of changes, takes them back by one rollback, and puts down how long that took.
    pub(super) fn rollback(&self, changes: u32, rank: usize, figures: &mut Figures) -> Result<()> {
        let from = self.ask("GET", "/v2/community/rank-changes?take=1", "")?["meta"]["timestamp"].clone();
        let number = changes.to_string();
        let gifts = ["gifts", &number, self.seeded.rank(rank)];
        Load { seconds: 60, ..self.load(16, &gifts) }.run(1)?; // it ends by itself, and sooner

        let path = "/v2/community/rank-changes/rollback";
        let preview = self.ask("POST", path, &json!({ "filter": { "from": from } }).to_string())?;
        let found = &preview["data"]["counts"]["undone"];
        ensure!(*found == changes, "the rollback would undo {found} changes instead of {changes}");

        let token = json!({ "planToken": preview["data"]["planToken"] }).to_string();
        let begun = Instant::now();
        let mut answer = self.ask("POST", path, &token)?;
        while answer["data"]["status"] == "running" {
            let batch = answer["data"]["batchId"].as_str().context("a rollback has a batch id")?;
            answer = self.ask("GET", &format!("/v2/community/rank-changes/rollbacks/{batch}"), "")?;
        }
        figures.add(What::Rollback, Part::Single, begun.elapsed().as_secs_f64());
        Ok(())
    }

    /// Puts its peak memory down.
    pub(super) fn memory(&self, what: What, figures: &mut Figures) -> Result<()> {
        figures.add(what, Part::Single, self.server.peak_memory()?);
        Ok(())
    }

    /// Stops it. Answers how many commands shared a commit on average.
    pub(super) fn stop(self) -> Result<f64> {
        let log = self.server.stop()?;
        let number = |name: &str| {
            let rest = log.split_once(&format!(" {name}="))?.1;
            rest.split_whitespace().next()?.parse::<u64>().ok()
        };
        let totals = number("commands").zip(number("commits"));
        let (commands, commits) = totals.context("the server does not tell what it has written")?;
        Ok(float(commands) / float(commits.max(1)))
    }

    /// The number of the newest change.
    fn newest(&self) -> Result<u64> {
        let page = self.ask("GET", "/v2/community/rank-changes?take=1", "")?;
        let number = &page["data"]["rankChanges"][0]["changeNumber"];
        number.as_u64().context("the history does not tell the number of a change")
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        http::ask(self.server.address, method, path, &self.seeded.authorization, body)
    }

    fn load<'b>(&'b self, connections: u32, requests: &'b [&'b str]) -> Load<'b> {
        let (address, authorization) = (self.server.address, self.seeded.authorization.as_str());
        Load { address, authorization, connections, seconds: self.seconds, requests }
    }
}
