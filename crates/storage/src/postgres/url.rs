//! Where a database is: `postgres://USER:PASSWORD@HOST,HOST/NAME`.

use std::fmt;
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// Where a database is. It may name several hosts: writes go to whichever is the primary.
///
/// Without `sslmode`, connections are encrypted and the server's certificate is checked, unless every host is
/// this machine.
#[derive(Clone)]
pub struct PostgresUrl {
    text: String,
    config: Box<Config>,
}

impl PostgresUrl {
    /// Returns the configuration that the client library parsed from the URL.
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// Whether every host is this machine.
    pub(super) fn is_local(&self) -> bool {
        self.config.get_hosts().iter().all(is_local)
    }

    /// How many hosts it names.
    pub(super) fn hosts(&self) -> usize {
        self.config.get_hosts().len()
    }
}

impl FromStr for PostgresUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = "write it postgres://USER:PASSWORD@HOST/NAME, with several hosts separated by commas";
        if !names_credentials_clearly(text) {
            return Err(format!(
                "it is not clear where the password in it ends: write an @ in a user, a password or a parameter as %40, \
                 a / as %2F, a ? as %3F and a % as %25; {example}"
            ));
        }
        let mut config: Config = text.parse().map_err(|error| {
            format!("not the address of a database: {}; {example}", super::codec::with_cause(&error))
        })?;
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(format!("it names no database; {example}"));
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(format!("it names no host; {example}"));
        }
        if !text.contains("sslmode=") {
            let is_local = config.get_hosts().iter().all(is_local);
            config.ssl_mode(if is_local { SslMode::Disable } else { SslMode::Require });
        }
        Ok(Self { text: text.to_owned(), config: Box::new(config) })
    }
}

/// Whether the client library finds the end of the credentials where their author meant it. It takes the
/// first `@` for that end, so that what follows an `@` within a password would be taken, and shown, as a
/// host.
fn names_credentials_clearly(text: &str) -> bool {
    let place = text.split_once("://").map_or(text, |(_, place)| place);
    let Some((credentials, rest)) = place.split_once('@') else { return true };
    let user = credentials.split(':').next().unwrap_or_default();
    !rest.contains('@') && !user.contains(['/', '?'])
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

impl fmt::Display for PostgresUrl {
    /// Without the password and the options.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        let ports = self.config.get_ports();
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "{comma}[{name}]")?,
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
            // One port for all hosts, or one for each.
            if let Some(port) = ports.get(index).or(ports.first()) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for PostgresUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PostgresUrl {}
