//! Where a server is to be reached, and what follows from that for its settings.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use http::Uri;

use crate::config::{DEFAULT_LISTEN, DatabaseUrl, Network, SiteUrl};

/// The lowest port that a server may listen on which has no privileges.
const LOWEST_PORT: u16 = 1024;

/// What stands between the clients and the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proxy {
    /// Nothing.
    None,
    /// A program on the same machine.
    Local,
    /// Programs on other machines.
    Elsewhere(Vec<Network>),
}

/// Where a server is to be reached.
pub(super) struct Place {
    pub(super) listen: SocketAddr,
    public_url: SiteUrl,
    proxy: Proxy,
}

/// Where the data is to be, and how that is written in a configuration file.
#[derive(Clone)]
pub(super) struct Database {
    url: DatabaseUrl,
    /// With its password.
    text: String,
}

impl Default for Database {
    fn default() -> Self {
        "sqlite:/var/lib/rankledger/rankledger.db".parse().expect("this is the URL of a database")
    }
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url: DatabaseUrl = text.parse()?;
        let text = match &url {
            DatabaseUrl::Sqlite(_) => url.to_string(), // its whole path
            DatabaseUrl::Postgres(_) => text.to_owned(),
        };
        Ok(Self { url, text })
    }
}

impl fmt::Debug for Database {
    /// Without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.url, f)
    }
}

impl FromStr for Proxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_lowercase().as_str() {
            "none" | "no" => Ok(Self::None),
            "local" | "localhost" | "127.0.0.1" | "::1" => Ok(Self::Local),
            _ => text.split(',').map(|network| network.trim().parse()).collect::<Result<_, _>>().map(Self::Elsewhere).map_err(
                |_: String| {
                    format!(
                        "\"{text}\" is no proxy: say none, local if it runs on this machine, or its IP address, such as 10.0.0.5"
                    )
                },
            ),
        }
    }
}

impl Proxy {
    /// The addresses whose `X-Forwarded-For` is believed.
    fn trusted(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Local => vec!["127.0.0.1".to_owned(), "::1".to_owned()],
            Self::Elsewhere(networks) => networks.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Place {
    /// Checks that a server can be reached like this. It listens on `listen`, or on what follows from the
    /// rest.
    pub(super) fn new(public_url: SiteUrl, proxy: Proxy, listen: Option<SocketAddr>) -> Result<Self> {
        let derived = match &proxy {
            Proxy::Local => DEFAULT_LISTEN,
            Proxy::Elsewhere(_) => SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), DEFAULT_LISTEN.port()),
            Proxy::None => without_proxy(&public_url)?,
        };
        let listen = listen.unwrap_or(derived);
        ensure!(
            listen.port() >= LOWEST_PORT,
            "the server runs without privileges, so it cannot listen on port {}: say a port from {LOWEST_PORT} on, such as \
             8080, or let a proxy have that port",
            listen.port()
        );
        Ok(Self { listen, public_url, proxy })
    }

    /// The configuration file of a server in this place.
    pub(super) fn as_toml(&self, database: &Database) -> String {
        let Self { listen, public_url, proxy } = self;
        let mut text = format!(
            "# Written by `rankledger setup`. The guide \"Running a server\" describes every setting.\n\
             # After a change: systemctl restart rankledger\n\n\
             listen = \"{listen}\"\n\
             database = {}\n\
             public_url = {}\n",
            quoted(&database.text),
            quoted(&public_url.to_string())
        );
        let trusted: Vec<_> = proxy.trusted().iter().map(|network| quoted(network)).collect();
        if !trusted.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n[connections]\ntrusted_proxies = [{}]\n", trusted.join(", "));
        }
        if let DatabaseUrl::Sqlite(path) = &database.url {
            let folder = path.with_file_name("backups");
            let folder = quoted(&folder.display().to_string());
            let _ = write!(text, "\n[backup]\nfolder = {folder}\nevery = \"24h\"\nkeep = 7\n");
        }
        text
    }
}

/// Returns the address that a server listens on which is reached at this URL without a proxy.
fn without_proxy(url: &SiteUrl) -> Result<SocketAddr> {
    let uri: Uri = url.to_string().parse().context("this is no URL")?;
    ensure!(
        uri.scheme_str() == Some("http"),
        "{url} needs a proxy: the server itself does not speak https. Set up nginx or Caddy, and say --proxy local"
    );
    ensure!(
        url.path().is_empty(),
        "{url} needs a proxy that takes {} away: without one, say the address without it",
        url.path()
    );
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let ip = match host.parse::<IpAddr>() {
        Ok(ip) if ip.is_loopback() => ip,
        Ok(IpAddr::V6(_)) => Ipv6Addr::UNSPECIFIED.into(),
        Err(_) if host == "localhost" => Ipv4Addr::LOCALHOST.into(),
        _ => Ipv4Addr::UNSPECIFIED.into(),
    };
    Ok(SocketAddr::new(ip, uri.port_u16().unwrap_or(80)))
}

/// Text as TOML writes it. JSON escapes the same characters in the same way.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
