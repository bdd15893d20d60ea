//! An nginx for the tests.

use anyhow::Result;

use crate::home::Home;
use crate::process::Process;
use crate::{port, programs};

/// The content of Debian's `/etc/nginx/nginx.conf` around a site, with every path in our own folder and
/// without the log of requests.
const AROUND: &str = "\
daemon off;
pid nginx.pid;
worker_processes 1;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site;
}
";

/// An nginx server. Dropping the value stops it.
pub struct Nginx {
    process: Process,
    /// The folder, which is removed after the process has ended.
    _home: Home,
    port: u16,
}

impl Nginx {
    /// Returns whether nginx is installed.
    pub fn is_installed() -> bool {
        programs::find("nginx").is_ok()
    }

    /// Starts a server, and waits until it is ready. `site` gets the port to listen on and returns the
    /// content of a file of `/etc/nginx/sites-enabled` (`upstream` and `server` blocks).
    pub fn start(site: impl FnOnce(u16) -> String) -> Result<Self> {
        let (home, port) = (Home::make("www-data")?, port::free()?);
        home.write("nginx.conf", AROUND)?;
        home.write("site", &site(port))?;
        Ok(Self { process: run(&home, port)?, _home: home, port })
    }

    /// Returns the URL of the server: `http://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGKILL would leave the workers behind. The process may have ended already.
        let _ = self.process.stop("TERM");
    }
}

fn run(home: &Home, port: u16) -> Result<Process> {
    let mut command = home.command("nginx", "TERM")?;
    command.arg("-p").arg(home.path()).args(["-e", "stderr", "-c", "nginx.conf"]);
    let ready = || port::is_listened_on(port);
    Process::start("nginx", command, home.path().join("log"), ready)
}
