//! Requests to a server, over HTTP.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Uri};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use super::Request;
use super::Response;
use super::Transport;
use crate::config::SiteUrl;

/// Longest time for the connection, and then for the head of an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server, and the key to it.
pub(super) struct Remote {
    url: SiteUrl,
    authorization: HeaderValue,
    agent: Agent,
}

impl Remote {
    /// Nothing is sent yet.
    pub(super) fn new(url: SiteUrl, key: &str) -> Result<Self> {
        Ok(Self { url, authorization: authorization(key)?, agent: agent() })
    }
}

/// Returns the header that carries a key.
pub(in crate::cli) fn authorization(key: &str) -> Result<HeaderValue> {
    let mut authorization = HeaderValue::try_from(format!("Bearer {key}"))
        .context("this cannot be a key: it holds characters that keys do not have")?;
    authorization.set_sensitive(true);
    Ok(authorization)
}

/// Returns a client of HTTP that takes every status for an answer, and follows no redirect.
pub(in crate::cli) fn agent() -> Agent {
    // The certificates that the machine trusts: a community's own certificate authority is trusted, too.
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        // A key is sent to nobody but the server that was named.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .build();
    config.new_agent()
}

impl Transport for Remote {
    fn send(&self, request: &Request) -> Result<Response> {
        let uri: Uri = format!("{}{}", self.url, request.target).parse().context("this is no address")?;
        let builder = http::Request::builder()
            .method(&request.method)
            .uri(uri)
            .header(AUTHORIZATION, &self.authorization);
        let answered = match &request.body {
            Some(body) => {
                self.agent.run(builder.header(CONTENT_TYPE, "application/json").body(body.as_slice())?)
            }
            None => self.agent.run(builder.body(())?),
        };
        let (head, body) = answered.map_err(|error| self.unreachable(&error))?.into_parts();
        Ok(Response { status: head.status, headers: head.headers, body: Box::new(body.into_reader()) })
    }

    fn place(&self) -> String {
        self.url.to_string()
    }

    fn prefix(&self) -> String {
        self.url.path().to_owned()
    }
}

impl Remote {
    fn unreachable(&self, error: &ureq::Error) -> anyhow::Error {
        anyhow!(
            "cannot reach {}: {error}. Check the address, and that `rankledger serve` runs there; for a database file, \
             name that with --database",
            self.url
        )
    }
}
