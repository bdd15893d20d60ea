//! PostgreSQL: a primary, and its standbys.

mod replication;
mod settings;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::home::Home;
use crate::process::{Process, until};
use crate::{port, programs, random};

pub use settings::Durability;
use settings::{WHO, settings};

/// Folder of the data, within the folder in which all programs of the server run.
const DATA: &str = "data";

/// A PostgreSQL server of the newest version that is installed. Dropping the value stops it.
///
/// Its superuser is `rankledger`; [`create_user`](Self::create_user) makes others. The server sorts text as
/// English does, not by its bytes, because the servers of most users sort by some language: a query that
/// needs the order of bytes has to ask for it.
pub struct Postgres {
    process: Process,
    home: Home,
    port: u16,
    password: String,
    durability: Durability,
}

impl Postgres {
    /// Returns whether PostgreSQL is installed.
    pub fn is_installed() -> bool {
        programs::find("initdb").is_ok()
    }

    /// Makes a server and starts it, and waits until it is ready.
    pub fn start(durability: Durability) -> Result<Self> {
        let home = match durability {
            Durability::Full => Home::make("postgres")?,
            Durability::None => Home::make_in_memory("postgres")?,
        };
        let password = random::hexadecimals()?;
        home.write("password", &password)?;
        let mut initdb = home.command("initdb", "KILL")?;
        initdb.args(["--pgdata", DATA, "--no-sync", "--encoding", "UTF8"]);
        initdb.args(["--username", "rankledger", "--pwfile", "password"]);
        initdb.args(["--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en"]);
        initdb.args(["--auth-local", "trust", "--auth-host", "md5"]);
        programs::run(&mut initdb).context("initdb failed")?;
        Self::serve(home, password, durability)
    }

    /// Starts a server on the data in `home`, on a free port.
    fn serve(home: Home, password: String, durability: Durability) -> Result<Self> {
        let port = port::free()?;
        home.write("who.conf", WHO)?;
        home.write("data/postgresql.conf", &settings(port, durability, home.path()))?;
        Ok(Self { process: run(&home, port)?, home, port, password, durability })
    }

    /// Returns the URL for the superuser in the database of this name.
    pub fn url(&self, database: &str) -> String {
        self.url_as("rankledger", &self.password, database)
    }

    /// Returns the URL for this user.
    pub fn url_as(&self, user: &str, password: &str, database: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Returns the URL for clients that make databases.
    pub fn admin_url(&self) -> String {
        self.url("postgres")
    }

    /// Returns the port of 127.0.0.1 that the server listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the id of the server's first process, whose children do the work.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Carries out one statement as the superuser, in the database `postgres`. Returns the rows, a line each,
    /// with `|` between the columns.
    pub fn sql(&self, statement: &str) -> Result<String> {
        let mut psql = self.home.command("psql", "KILL")?;
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"]);
        psql.arg("--host").arg(self.home.path()).args(["--port", &self.port.to_string()]);
        psql.args(["--username", "rankledger", "--dbname", "postgres", "--command", statement]);
        programs::run(&mut psql).with_context(|| format!("cannot carry out `{statement}`"))
    }

    /// Makes an empty database.
    pub fn create_database(&self, name: &str) -> Result<()> {
        self.sql(&format!("CREATE DATABASE \"{name}\""))?;
        Ok(())
    }

    /// Makes a user who may log in with this password, and nothing else.
    pub fn create_user(&self, name: &str, password: &str) -> Result<()> {
        self.sql(&format!("CREATE ROLE \"{name}\" LOGIN PASSWORD '{password}'"))?;
        Ok(())
    }

    /// Changes a setting that needs no restart. New connections get the new value.
    pub fn set(&self, name: &str, value: &str) -> Result<()> {
        self.sql(&format!("ALTER SYSTEM SET {name} = '{value}'"))?;
        self.reload()
    }

    /// Makes the server read its settings again. New connections get the new values.
    pub fn reload(&self) -> Result<()> {
        let loaded = || self.sql("SELECT pg_conf_load_time()");
        let before = loaded()?;
        self.sql("SELECT pg_reload_conf()")?;
        until("PostgreSQL does not read its settings", || Ok(loaded()? != before))
    }

    /// Stops the server in good order; connected clients are disconnected.
    pub fn stop(&mut self) -> Result<()> {
        self.process.stop("INT")
    }

    /// Ends the server by SIGKILL, as if the power of the machine failed: its children too, so that none
    /// completes its work.
    pub fn kill(&mut self) -> Result<()> {
        let id = self.process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"))?;
        let children = children.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
        // A child may have ended by itself before its signal is sent.
        let _ = programs::signal("KILL", &[vec![id], children.clone()].concat());
        self.process.wait()?;
        let runs = |child: &u32| Path::new(&format!("/proc/{child}/exe")).exists();
        until("a child of PostgreSQL does not end", || Ok(!children.iter().any(runs)))
    }

    /// Starts the server again, on the same port. The server must have ended.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = run(&self.home, self.port)?;
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.stop("QUIT");
    }
}

/// Starts the server, and waits until it takes connections.
fn run(home: &Home, port: u16) -> Result<Process> {
    // SIGQUIT makes the server end all of its children at once and clean up.
    let mut server = home.command("postgres", "QUIT")?;
    server.args(["-D", DATA]);
    let mut is_ready = home.command("pg_isready", "KILL")?;
    is_ready.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    let ready = || programs::run(&mut is_ready).is_ok();
    Process::start("PostgreSQL", server, home.path().join("log"), ready)
}
