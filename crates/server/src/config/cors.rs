//! The sites whose pages may call this server from a browser: `[cors] origins`.

use std::fmt;
use std::str::FromStr;

use http::{HeaderValue, Uri};
use serde::Deserialize;

/// The settings in `[cors]` of a configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsSettings {
    /// The sites whose pages may call this server; none, if empty.
    #[serde(default)]
    pub origins: Vec<CorsOrigin>,
}

/// A site whose pages may call this server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum CorsOrigin {
    /// Every site: `*`.
    Any,
    /// This one, as browsers send it: `https://panel.example.com`, without a path, and without the port that
    /// its scheme has anyway.
    Site(HeaderValue),
}

impl FromStr for CorsOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        origin(text.trim()).map(Self::Site).ok_or_else(|| {
            "an origin is the scheme and the host of a site, such as https://panel.example.com or \
             http://localhost:3000, without a path; or * for every site"
                .to_owned()
        })
    }
}

/// Returns the origin in the spelling of browsers. `None` if the text is no origin.
fn origin(text: &str) -> Option<HeaderValue> {
    let uri: Uri = text.parse().ok()?;
    let authority = uri.authority()?;
    let (scheme, host) = (uri.scheme_str()?, authority.host());
    let usual = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let has_more =
        !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@');
    if has_more || host.is_empty() || host.contains('*') {
        return None;
    }
    let port = authority.port_u16().filter(|port| *port != usual);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    HeaderValue::try_from(format!("{scheme}://{}{port}", host.to_ascii_lowercase())).ok()
}

impl TryFrom<String> for CorsOrigin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for CorsOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Site(origin) => f.write_str(origin.to_str().unwrap_or_default()),
        }
    }
}
