//! Requests to the API in this process, on a database file: the same router and ledger writer that `serve`
//! runs, and an operator who may everything in the place of a credential.

use std::io::{self, Read};
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::StreamExt;
use futures_util::stream::Fuse;
use rankledger_domain::credential::{Credential, RateFactor, Scope};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::runtime::Handle;
use tower::ServiceExt;

use super::Request;
use super::Response;
use super::Transport;
use crate::api::webhooks::Webhooks;
use crate::cli::database::choose_community;
use crate::config::{RateLimitMode, RateLimits, Sites, WebhookSettings};
use crate::http::authenticate::Authenticated;
use crate::http::connections::{ConnectionLimits, Connections};
use crate::http::feature::Features;
use crate::http::shell::Shell;
use crate::ops::ledger::WriterThread;
use crate::router::router;
use crate::serve::{self, Setup};
use crate::system::{SystemClock, SystemIds};

/// The API on an open database.
pub(super) struct Local {
    runtime: Handle,
    router: Shell,
    writer: Option<WriterThread>,
    operator: Credential,
    place: String,
    storage: Arc<dyn Storage>,
    has_signing_key: bool,
}

impl Local {
    /// The API for one community of the database; `public_id` can be left out if there is only one.
    pub(super) fn new(
        storage: Arc<dyn Storage>,
        place: String,
        public_id: Option<&str>,
        webhooks: WebhookSettings,
    ) -> Result<Self> {
        let runtime = Handle::current();
        let community = runtime.block_on(async {
            let mut tx = storage.read().await?;
            choose_community(tx.as_mut(), public_id).await
        })?;
        let has_signing_key = runtime.block_on(has_signing_key(storage.as_ref(), community.id))?;
        let clock = Arc::new(SystemClock::default());
        let operator = Credential {
            id: CredentialId::OPERATOR,
            community: community.id,
            name: "operator".to_owned(),
            scopes: [Scope::Admin].into_iter().collect(),
            power_ceiling: None,
            rate_factor: RateFactor::ONE,
            created_at: clock.now(),
            made_by: None,
            expires_at: None,
            revoked_at: None,
        };
        let no_limits = RateLimits { mode: RateLimitMode::Off, ..RateLimits::default() };
        let (app, writer) = serve::start(Setup {
            storage: Arc::clone(&storage),
            clock,
            ids: Arc::new(SystemIds),
            rate_limits: no_limits,
            connections: Connections::new(ConnectionLimits::default()),
            sites: Sites::default(),
            features: Features::default().with(Webhooks::new(webhooks)),
        })?;
        let (router, writer) = (router(app), Some(writer));
        Ok(Self { runtime, router, writer, operator, place, storage, has_signing_key })
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.stop();
        }
    }
}

impl Transport for Local {
    fn send(&self, request: &Request) -> Result<Response> {
        let body = request.body.clone().map_or_else(Body::empty, Body::from);
        let request = http::Request::builder()
            .method(&request.method)
            .uri(&request.target)
            .extension(Authenticated(self.operator.clone()))
            .body(body)
            .context("this cannot be asked for")?;
        let response = self.runtime.block_on(self.router.clone().oneshot(request));
        let (head, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let runtime = self.runtime.clone();
        let body = BodyReader { runtime, stream: body.into_data_stream().fuse(), portion: Bytes::new() };
        Ok(Response { status: head.status, headers: head.headers, body: Box::new(body) })
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn settle(&self) -> Result<()> {
        // A read begins with the check.
        self.runtime.block_on(self.storage.read())?;
        Ok(())
    }

    fn is_database(&self) -> bool {
        true
    }

    fn has_signing_key(&self) -> bool {
        self.has_signing_key
    }
}

async fn has_signing_key(storage: &dyn Storage, community: CommunityId) -> Result<bool> {
    Ok(storage.read().await?.signing_secret(community).await?.is_some())
}

/// A body that is made as it is read.
struct BodyReader {
    runtime: Handle,
    stream: Fuse<BodyDataStream>,
    portion: Bytes,
}

impl Read for BodyReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.portion.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                Some(portion) => self.portion = portion.map_err(io::Error::other)?,
                None => return Ok(0),
            }
        }
        let taken = self.portion.split_to(into.len().min(self.portion.len()));
        into[..taken.len()].copy_from_slice(&taken);
        Ok(taken.len())
    }
}
