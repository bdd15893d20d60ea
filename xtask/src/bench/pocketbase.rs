//! PocketBase under the same load: the peer that a community might take instead.
//!
//! PocketBase is set up to be as fast as it can be while it does the same: a token of a superuser, for whom
//! no rules are looked up; no log of requests; as many JavaScript runtimes as there are connections. And
//! `synchronous=FULL`, as Rankledger has it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::figures::{Figures, Part, What};
use super::record;
use crate::measuring::http;
use crate::measuring::load::Load;
use crate::measuring::process::Server;
use crate::python;
use crate::shell::succeeds;

const HOOKS: &str = include_str!("pocketbase.pb.js");
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "not-a-secret";

/// Installs it if it is missing. Answers where it is.
pub(super) fn program() -> Result<PathBuf> {
    Ok(python::BENCH.make()?.join("pocketbase"))
}

/// A running PocketBase.
pub(super) struct PocketBase {
    server: Server,
    token: String,
    accounts: String,
}

impl PocketBase {
    /// Makes its folder, with this number of accounts.
    pub(super) fn seed(program: &Path, folder: &Path, accounts: u32) -> Result<()> {
        let hooks = folder.join("hooks");
        fs::create_dir_all(&hooks).with_context(|| format!("cannot make {}", hooks.display()))?;
        fs::write(hooks.join("bench.pb.js"), HOOKS)?;
        let mut superuser = command(program, folder);
        ensure!(
            succeeds(superuser.args(["superuser", "upsert", EMAIL, PASSWORD])),
            "PocketBase does not start: `{} --help` may say why",
            program.display(),
        );
        let peer = Self::start(program, folder, accounts)?;
        peer.ask("POST", &format!("/bench/seed/{accounts}"))?;
        peer.server.stop().map(drop)
    }

    /// Starts it on such a folder.
    pub(super) fn start(program: &Path, folder: &Path, accounts: u32) -> Result<Self> {
        let server = Server::start("pocketbase", folder, "/api/health", |address| {
            let mut serve = command(program, folder);
            serve.args(["serve", "--http", &address.to_string(), "--hooksWatch=false", "--hooksPool=64"]);
            serve
        })?;
        let token = sign_in(server.address)?;
        Ok(Self { server, token, accounts: accounts.to_string() })
    }

    /// Changes at 16 and 64 connections, and reads.
    pub(super) fn measure(&self, seconds: u32, figures: &mut Figures) -> Result<()> {
        let changes: &[&str] = &["record_changes", &self.accounts];
        let reads: &[&str] = &["record_reads", &self.accounts];
        let before = self.logged()?;
        let sent = record::measure(&self.load(16, seconds, changes), What::PeerChanges16, figures)?
            + record::measure(&self.load(64, seconds, changes), What::PeerChanges64, figures)?;
        let logged = self.logged()? - before;
        ensure!(logged >= sent, "PocketBase has logged {logged} of {sent} changes: its hook does not work");
        record::measure(&self.load(64, seconds, reads), What::PeerReads64, figures)?;
        figures.add(What::PeerMemory, Part::Single, self.server.peak_memory()?);
        Ok(())
    }

    /// Stops it.
    pub(super) fn stop(self) -> Result<()> {
        self.server.stop().map(drop)
    }

    /// How many changes have been logged. Sees to it that the connection that wrote them syncs each commit.
    fn logged(&self) -> Result<u64> {
        let state = self.ask("GET", "/bench/state")?;
        ensure!(
            state["synchronous"] == 2,
            "PocketBase writes with synchronous={} and not with FULL (2), which compares unlike things",
            state["synchronous"],
        );
        state["logged"].as_u64().context("PocketBase does not tell what it has logged")
    }

    fn ask(&self, method: &str, path: &str) -> Result<Value> {
        http::ask(self.server.address, method, path, &self.token, "")
    }

    fn load<'b>(&'b self, connections: u32, seconds: u32, requests: &'b [&'b str]) -> Load<'b> {
        let (address, authorization) = (self.server.address, self.token.as_str());
        Load { address, authorization, connections, seconds, requests }
    }
}

fn command(pocketbase: &Path, folder: &Path) -> Command {
    let mut command = Command::new(pocketbase);
    command.arg("--dir").arg(folder.join("data")).arg("--hooksDir").arg(folder.join("hooks"));
    command
}

fn sign_in(address: SocketAddr) -> Result<String> {
    let path = "/api/collections/_superusers/auth-with-password";
    let body = json!({ "identity": EMAIL, "password": PASSWORD }).to_string();
    let answer = http::ask(address, "POST", path, "", &body)?;
    Ok(answer["token"].as_str().context("PocketBase gives no token")?.to_owned())
}
