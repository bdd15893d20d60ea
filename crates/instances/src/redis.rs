//! Redis.

use std::net::{Ipv4Addr, TcpStream};

use anyhow::Result;

use crate::home::Home;
use crate::process::Process;
use crate::{port, programs, random};

/// A Redis that keeps nothing on the disk and wants a password. It is killed when this is dropped.
pub struct Redis {
    process: Process,
    home: Home,
    port: u16,
    password: String,
}

impl Redis {
    /// Whether its program is installed.
    pub fn is_installed() -> bool {
        programs::find("redis-server").is_ok()
    }

    /// Starts one, and waits until it is ready.
    pub fn start() -> Result<Self> {
        let (home, port, password) = (Home::make("redis")?, port::free()?, random::hexadecimals()?);
        let settings =
            format!("bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave \"\"\nappendonly no\n");
        home.write("redis.conf", &settings)?;
        Ok(Self { process: run(&home, port)?, home, port, password })
    }

    /// What a client connects to.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", self.password, self.port)
    }

    /// Ends it by SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Starts it again, empty, on the port that it had. It must have ended.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = run(&self.home, self.port)?;
        Ok(())
    }
}

fn run(home: &Home, port: u16) -> Result<Process> {
    let mut command = home.command("redis-server", "KILL")?;
    command.arg("redis.conf");
    let ready = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    Process::start("Redis", command, home.path().join("log"), ready)
}
