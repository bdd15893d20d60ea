//! Rankledger under load.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rankledger_instances::Disk;
use serde_json::{Value, json};

use super::figures::{Figures, Part, What};
use super::record;
use crate::measuring::http;
use crate::measuring::load::Load;
use crate::measuring::process::Server;
use crate::measuring::programs::Programs;
use crate::measuring::seeded::Seeded;
use crate::numbers::float;

/// A running server, and what it is asked.
pub(super) struct Ledger<'a> {
    server: Server,
    seeded: &'a Seeded,
    seconds: u32,
}

impl<'a> Ledger<'a> {
    /// Starts it on this database. Its start-up is put down, if it is asked for.
    pub(super) fn start(
        programs: &Programs,
        seeded: &'a Seeded,
        seconds: u32,
        start_up: Option<(What, &mut Figures)>,
    ) -> Result<Self> {
        let server = seeded.serve(programs)?;
        if let Some((what, figures)) = start_up {
            figures.add(what, Part::Single, server.start_up.as_secs_f64() * 1e3);
        }
        Ok(Self { server, seeded, seconds })
    }

    /// Starts it on this database, which lies on this disk.
    pub(super) fn start_on(
        disk: &Disk,
        programs: &Programs,
        seeded: &'a Seeded,
        seconds: u32,
    ) -> Result<Self> {
        let server = seeded.serve_on(programs, |serve| disk.put_under(serve))?;
        Ok(Self { server, seeded, seconds })
    }

    /// Starts it on this database, so that it sends events to receivers on this machine.
    pub(super) fn start_sending(programs: &Programs, seeded: &'a Seeded, seconds: u32) -> Result<Self> {
        let server = seeded.serve_on(programs, |serve| {
            serve.args(["--webhooks-allow-networks", "127.0.0.0/8", "--webhooks-allow-http"]);
        })?;
        Ok(Self { server, seeded, seconds })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The header `Authorization` of its requests.
    pub(super) fn authorization(&self) -> &str {
        &self.seeded.authorization
    }

    /// Changes the ranks of one account: gives a rank, or takes it again.
    pub(super) fn change_once(&self, count: usize, rank: usize) -> Result<()> {
        let how = if count.is_multiple_of(2) { "add" } else { "remove" };
        let path = format!("/v2/community/accounts/{}/ranks", self.member()?);
        let body = json!({ how: [self.seeded.rank(rank)] }).to_string();
        self.ask("PATCH", &path, &body).map(drop)
    }

    /// The id of some account.
    fn member(&self) -> Result<String> {
        let page = self.ask("GET", "/v2/community/accounts?take=1", "")?;
        let id = page["data"]["items"][0]["accId"].as_str();
        id.map(str::to_owned).context("the list of accounts does not tell an id")
    }

    /// Makes this number of changes, each of another account, by a rank that nobody holds.
    pub(super) fn give(&self, changes: u32, rank: usize) -> Result<()> {
        let number = changes.to_string();
        let gifts = ["gifts", &number, self.seeded.rank(rank)];
        Load { seconds: 60, ..self.load(16, &gifts) }.run(1).map(drop) // it ends by itself, and sooner
    }

    /// Rank changes; each must have changed something. `rank` is the index of one that nobody holds.
    pub(super) fn changes(
        &self,
        what: What,
        connections: u32,
        rank: usize,
        figures: &mut Figures,
    ) -> Result<()> {
        let before = self.seeded.recorded(self.server.address)?;
        let requests = ["changes", &self.seeded.accounts, self.seeded.rank(rank)];
        let sent = record::measure(&self.load(connections, &requests), what, figures)?;
        let recorded = self.seeded.recorded(self.server.address)? - before;
        // Two requests for one account may overtake each other; then they change nothing.
        ensure!(
            recorded * 100 >= sent * 95,
            "of {sent} requests only {recorded} changed something: is the database as it was seeded?",
        );
        Ok(())
    }

    /// Sends rank changes, so that caches of accounts have met most of them once. They are not measured.
    pub(super) fn warm_up(&self, rank: usize) -> Result<()> {
        let requests = ["changes", &self.seeded.accounts, self.seeded.rank(rank)];
        self.load(64, &requests).run(0).map(drop)
    }

    /// Undoes the newest changes.
    pub(super) fn undos(&self, what: What, figures: &mut Figures) -> Result<()> {
        let newest = self.seeded.recorded(self.server.address)?.to_string();
        record::measure(&self.load(64, &["undos", &newest]), what, figures).map(drop)
    }

    /// Asks for accounts (`reads`) or for a page of their history (`history`).
    pub(super) fn reads(&self, kind: &str, what: What, figures: &mut Figures) -> Result<()> {
        record::measure(&self.load(64, &[kind, &self.seeded.accounts]), what, figures).map(drop)
    }

    /// Makes this number of changes, takes them back by one rollback, and puts down how long that took.
    pub(super) fn rollback(&self, changes: u32, rank: usize, figures: &mut Figures) -> Result<()> {
        let from = self.ask("GET", "/v2/community/rank-changes?take=1", "")?["meta"]["timestamp"].clone();
        self.give(changes, rank)?;

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

    /// Sends a request, which must succeed.
    pub(super) fn ask(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        http::ask(self.server.address, method, path, &self.seeded.authorization, body)
    }

    fn load<'b>(&'b self, connections: u32, requests: &'b [&'b str]) -> Load<'b> {
        let (address, authorization) = (self.server.address, self.seeded.authorization.as_str());
        Load { address, authorization, connections, seconds: self.seconds, requests }
    }
}
