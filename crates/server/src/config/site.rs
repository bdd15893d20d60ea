//! Addresses of sites: `https://host`.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use serde::Deserialize;

use super::CorsOrigin;

/// The address of a site, without a slash at its end: `https://host`, `http://host:port`,
/// `https://host/prefix`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SiteUrl(String);

impl SiteUrl {
    /// Returns the path, without a slash at its end: `/prefix`. Empty if the site begins at the root of its
    /// host.
    #[must_use]
    pub fn path(&self) -> &str {
        let host = self.0.find("://").map_or(0, |end| end + "://".len());
        self.0[host..].find('/').map_or("", |begin| &self.0[host + begin..])
    }
}

impl FromStr for SiteUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The text is not shown: it may hold a password.
        let refused = || {
            "this is not the address of a site, such as https://ranks.example.com or https://example.com/ranks: it has \
             no user, no password and no parameters"
                .to_owned()
        };
        let uri: Uri = text.parse().map_err(|_| refused())?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let has_credentials = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if !is_web || uri.host().is_none_or(str::is_empty) || uri.query().is_some() || has_credentials {
            return Err(refused());
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl TryFrom<String> for SiteUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where this server is reached, the site that its short URLs lead to, and those whose pages may call it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sites {
    /// Where clients reach this server; the host that a request names, if absent.
    pub public_url: Option<SiteUrl>,
    /// Where short URLs lead; this server, if absent.
    pub site_url: Option<SiteUrl>,
    /// The sites whose pages may call this server from a browser; none, if empty.
    pub cors_origins: Vec<CorsOrigin>,
}

impl Sites {
    /// Returns the path below which clients reach this server: `/ranks` behind a proxy that shows it there.
    /// Empty if it is shown at the root of its host.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.public_url.as_ref().map_or("", SiteUrl::path)
    }
}

impl fmt::Display for Sites {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(url) = &self.public_url {
            write!(f, " public_url={url}")?;
        }
        if let Some(url) = &self.site_url {
            write!(f, " site_url={url}")?;
        }
        for (index, origin) in self.cors_origins.iter().enumerate() {
            write!(f, "{}{origin}", if index == 0 { " cors_origins=" } else { "," })?;
        }
        Ok(())
    }
}
