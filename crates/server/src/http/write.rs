//! Handing a command to the ledger, as every handler that writes does: once only if the request carries an
//! `Idempotency-Key`, and without effect if it is a dry run.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use futures_util::FutureExt;
use http::request::Parts;
use rankledger_storage::ReadTx;
use schemars::json_schema;

use crate::http::idempotency::LONGEST_KEY;
use crate::http::reply::Reply;
use crate::http::{App, describe};
use crate::ops::once::{Done, Earlier, KeyedRequest, Once};
use crate::ops::{Command, DryRun, View};
use crate::wire::problem::{Problem, types};

/// The means by which a handler writes: the app, and the request's idempotency key if it has one.
pub struct Write {
    /// The app.
    pub app: App,
    request: Option<KeyedRequest>,
}

impl FromRequestParts<App> for Write {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let request = parts.extensions.remove::<KeyedRequest>();
        Ok(Self { app: app.clone(), request })
    }
}

impl Write {
    /// Whether an earlier request had the same idempotency key, so that the ledger answers this one from
    /// memory or refuses it, whatever is true by now.
    pub async fn repeats(&self) -> Result<bool, Problem> {
        let Some(request) = &self.request else { return Ok(false) };
        let mut tx = self.app.storage.read().await?;
        let earlier = request.earlier(tx.as_mut(), self.app.clock.now()).await?;
        Ok(!matches!(earlier, Earlier::None))
    }

    /// Carries a command out and returns the reply that `reply` makes of its output. Returns the stored reply
    /// if the request repeats an earlier one.
    pub async fn submit<C, T, K>(
        self,
        command: C,
        reply: impl FnOnce(C::Output) -> Reply<T, K> + Clone + Send + 'static,
    ) -> Result<Reply<T, K>, Problem>
    where
        C: Command,
        T: 'static,
        K: 'static,
    {
        let ledger = &self.app.ledger;
        let Some(request) = self.request else {
            return Ok(reply(ledger.submit(command).await?));
        };
        let _in_use = self.app.keys_in_use.take(&request).ok_or_else(Problem::idempotency_key_in_use)?;
        let reply = |output| {
            let reply = reply(output);
            let stored = reply.keep();
            (reply, stored)
        };
        match ledger.submit(Once { request, command, reply }).await? {
            Done::Now(reply, at) => Ok(reply.at(at)),
            Done::Before(before) => Reply::recall(&before),
        }
    }

    /// Carries a command out like [`Self::submit`]. In a dry run, only plans it on a view of its own and
    /// returns the reply to the planned output. A dry run writes nothing, and leaves an `Idempotency-Key`
    /// unused.
    pub async fn submit_or_dry_run<C, T, K>(
        self,
        command: C,
        is_dry_run: bool,
        reply: impl FnOnce(C::Output) -> Reply<T, K> + Clone + Send + 'static,
    ) -> Result<Reply<T, K>, Problem>
    where
        C: DryRun,
        T: 'static,
        K: 'static,
    {
        if !is_dry_run {
            return self.submit(command, reply).await;
        }
        Ok(reply(self.app.dry_run(command).await?).meta("dryRun", true))
    }
}

impl App {
    /// Carries a command out for a request that has no `Idempotency-Key`. In a dry run, only plans it.
    pub async fn submit_or_dry_run<C: DryRun>(
        &self,
        command: C,
        is_dry_run: bool,
    ) -> Result<C::Output, Problem> {
        if is_dry_run { self.dry_run(command).await } else { Ok(self.ledger.submit(command).await?) }
    }

    /// Plans a command on a view of its own, and returns what it would bring about. Writes nothing.
    async fn dry_run<C: DryRun>(&self, command: C) -> Result<C::Output, Problem> {
        let now = self.clock.now();
        let is_long = command.may_be_long();
        let preview = move |mut tx: Box<dyn ReadTx>| {
            async move {
                let plan = command.plan(&mut View::new(tx.as_mut(), now)).await?;
                Ok(command.planned_output(plan))
            }
            .boxed()
        };
        if is_long { self.read_long(preview).await } else { self.read_apart(preview).await }
    }
}

impl OperationInput for Write {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let description = "Makes the request safe to repeat: with the same key and the same request, the first answer is \
                           given again for 24 hours. A refusal is not kept.";
        let schema =
            json_schema!({ "type": "string", "pattern": r"^[\x21-\x7E]+$", "maxLength": LONGEST_KEY });
        describe::add_header_parameter(operation, "Idempotency-Key", description, schema);
        let kinds = [&types::INVALID_HEADER, &types::IDEMPOTENCY_KEY_IN_USE, &types::IDEMPOTENCY_KEY_REUSED];
        describe::problems::add(operation, &kinds);
    }
}
