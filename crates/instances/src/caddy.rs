//! A Caddy for the tests.

use anyhow::Result;

use crate::home::Home;
use crate::process::Process;
use crate::{port, programs};

/// What comes before the sites: no port for its administration, and no certificates.
const GLOBAL: &str = "{\n    admin off\n    auto_https off\n}\n";

/// A Caddy server. Dropping the value stops it.
pub struct Caddy {
    _process: Process,
    /// The folder, which is removed after the process has ended.
    _home: Home,
    port: u16,
}

impl Caddy {
    /// Returns whether Caddy is installed.
    pub fn is_installed() -> bool {
        programs::find("caddy").is_ok()
    }

    /// Starts a server, and waits until it is ready. `sites` gets the address to serve, such as
    /// `http://127.0.0.1:8081`, and returns the blocks of the sites of a Caddyfile.
    pub fn start(sites: impl FnOnce(&str) -> String) -> Result<Self> {
        let (home, port) = (Home::make("caddy")?, port::free()?);
        home.write("Caddyfile", &format!("{GLOBAL}{}", sites(&url(port))))?;
        let mut command = home.command("caddy", "KILL")?;
        // What Caddy keeps goes into its folder.
        command.env("HOME", home.path()).args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
        let ready = || port::is_listened_on(port);
        let process = Process::start("caddy", command, home.path().join("log"), ready)?;
        Ok(Self { _process: process, _home: home, port })
    }

    /// Returns the URL of the server: `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        url(self.port)
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
