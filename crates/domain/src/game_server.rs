//! Game servers of a community: the forms that their parts may have, and the address that they hear of
//! changes at. Who may join one is in [`crate::whitelist`].

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::RankId;
use crate::whitelist::Whitelist;

/// Largest id of a game server: the largest whole number that every JSON program reads exactly.
pub const MAX_ID: i64 = 9_007_199_254_740_991;

/// Largest number of game servers of a community.
pub const MOST_SERVERS: usize = 200;

/// Largest number of permission mappings of a game server.
pub const MOST_MAPPINGS: usize = 200;

/// Largest number of characters of a principal.
pub const MAX_PRINCIPAL_LENGTH: usize = 128;

/// Largest number of characters of a secret.
pub const MAX_SECRET_LENGTH: usize = 256;

/// Largest number of characters of a push URL.
pub const MAX_URL_LENGTH: usize = 512;

/// Characters that the console of a game server takes for something else than a part of a word.
const CONSOLE: [char; 5] = [';', '"', '\'', '\\', '`'];

/// A game server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameServer {
    /// Its number, chosen by the community: 0 to [`MAX_ID`].
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Purpose of the game server.
    pub description: String,
    /// Its host: an IP address or a host name.
    pub ip: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// The framework or game that it runs, as it says itself.
    pub kind: Option<String>,
    /// When it last said that.
    pub kind_updated_at: Option<Timestamp>,
    /// The code by which players of Roblox join it.
    pub roblox_join_code: Option<String>,
    /// Free notes about a server on Roblox.
    pub roblox_metadata: Map<String, Value>,
    /// The key of its interface at Emergency Response: Liberty County.
    pub erlc_api_key: Option<Secret>,
    /// The permissions that ranks have on it.
    pub aces: Vec<AceMapping>,
    /// The ranks by which somebody may join it, or may not.
    pub whitelist: Whitelist,
    /// The URL that it hears of changes at, if that does not follow from its host and its port.
    pub push_url: Option<String>,
    /// The key by which it knows that a push event comes from here.
    pub push_secret: Option<Secret>,
}

/// Ranks that have the permissions of a principal on a game server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AceMapping {
    /// The ranks: one of them is enough.
    pub ranks: Vec<RankId>,
    /// The principal, such as `group.admin`.
    pub principal: String,
}

/// A text that is stored to be sent to others, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Reads a secret that was stored.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Checks a secret: visible ASCII without white space, for that is what a game server's configuration
    /// and a header can hold.
    pub fn parse(text: &str) -> Result<Self, BadPart> {
        let is_fit =
            (1..=MAX_SECRET_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if is_fit { Ok(Self(text.to_owned())) } else { Err(BadPart::Secret) }
    }

    /// Returns the text, to be stored or sent.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a part of a game server does not have the form it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPart {
    /// The id is out of range.
    #[error("it is {0}: the id of a game server is a whole number from 0 to {MAX_ID}")]
    Id(i64),
    /// The host is neither an IP address nor a host name.
    #[error("it is neither an IP address nor a host name, such as 203.0.113.7 or city.example.com")]
    Host,
    /// The port is none.
    #[error("it is no port: send a whole number from 1 to 65535, as a number or as a text")]
    Port,
    /// The principal could do something else on the console of the game server.
    #[error(
        "it is no principal: 1 to {MAX_PRINCIPAL_LENGTH} characters without white space, line breaks, quotation marks, \
         backslashes and semicolons, such as \"group.admin\""
    )]
    Principal,
    /// The secret cannot be sent.
    #[error("it must be 1 to {MAX_SECRET_LENGTH} visible ASCII characters without spaces")]
    Secret,
    /// The push URL is none.
    #[error(
        "it is no address to send to: write it like http://203.0.113.7:30120/sonorancms/events, without a user name, at most \
         {MAX_URL_LENGTH} characters"
    )]
    Url,
}

/// Checks the id of a game server.
pub fn check_id(id: i64) -> Result<(), BadPart> {
    if (0..=MAX_ID).contains(&id) { Ok(()) } else { Err(BadPart::Id(id)) }
}

/// Reads a port.
pub fn parse_port(text: &str) -> Result<u16, BadPart> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port @ 1..) if is_number => Ok(port),
        _ => Err(BadPart::Port),
    }
}

/// Reads the host of a game server, in the spelling that is kept.
pub fn parse_host(text: &str) -> Result<String, BadPart> {
    let text = text.trim();
    let without_brackets = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = without_brackets.parse::<IpAddr>() {
        return Ok(address.to_canonical().to_string());
    }
    let name = text.to_ascii_lowercase();
    if is_host_name(&name) { Ok(name) } else { Err(BadPart::Host) }
}

/// Whether a text has the form of a host name. One whose last label is a number is a malformed IP address.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_fit)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks a principal. A game server writes it into a command of its console, so that a space, a line break,
/// a semicolon or a quotation mark would be another command.
pub fn check_principal(principal: &str) -> Result<(), BadPart> {
    let is_fit = |c: char| !c.is_whitespace() && !crate::identifier::is_control(c) && !CONSOLE.contains(&c);
    let length = principal.chars().count();
    if (1..=MAX_PRINCIPAL_LENGTH).contains(&length) && principal.chars().all(is_fit) {
        Ok(())
    } else {
        Err(BadPart::Principal)
    }
}

impl GameServer {
    /// Returns a game server with this id and name, of which nothing else is known.
    #[must_use]
    pub fn named(id: i64, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            description: String::new(),
            ip: None,
            port: None,
            kind: None,
            kind_updated_at: None,
            roblox_join_code: None,
            roblox_metadata: Map::new(),
            erlc_api_key: None,
            aces: Vec::new(),
            whitelist: Whitelist::default(),
            push_url: None,
            push_secret: None,
        }
    }

    /// Returns the URL that the server hears of changes at: its own, or the one that game servers listen on.
    /// `None` if neither is known.
    #[must_use]
    pub fn push_address(&self) -> Option<String> {
        if let Some(url) = &self.push_url {
            return Some(url.clone());
        }
        let (ip, port) = (self.ip.as_ref()?, self.port?);
        let host = if ip.contains(':') { format!("[{ip}]") } else { ip.clone() };
        Some(format!("http://{host}:{port}/sonorancms/events"))
    }
}
