//! A Redis for the tests.

use anyhow::Result;

use crate::home::Home;
use crate::process::Process;
use crate::{port, programs, random};

/// A Redis server that keeps nothing on the disk and requires a password. Dropping the value kills it.
pub struct Redis {
    process: Process,
    home: Home,
    port: u16,
    password: String,
}

impl Redis {
    /// Returns whether Redis is installed.
    pub fn is_installed() -> bool {
        programs::find("redis-server").is_ok()
    }

    /// Starts a server, and waits until it is ready.
    pub fn start() -> Result<Self> {
        let (home, port, password) = (Home::make("redis")?, port::free()?, random::hexadecimals()?);
        let settings =
            format!("bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave \"\"\nappendonly no\n");
        home.write("redis.conf", &settings)?;
        Ok(Self { process: run(&home, port)?, home, port, password })
    }

    /// Returns the URL for clients.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", self.password, self.port)
    }

    /// Ends the server by SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Starts the server again, empty, on the same port. The server must have ended.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = run(&self.home, self.port)?;
        Ok(())
    }
}

fn run(home: &Home, port: u16) -> Result<Process> {
    let mut command = home.command("redis-server", "KILL")?;
    command.arg("redis.conf");
    let ready = || port::is_listened_on(port);
    Process::start("Redis", command, home.path().join("log"), ready)
}
