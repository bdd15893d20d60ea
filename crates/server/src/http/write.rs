//! Handing a command to the ledger, as every handler that writes does: once only if the request carries an
//! `Idempotency-Key`, and without effect if it is a dry run.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::request::Parts;
use schemars::json_schema;

use crate::http::idempotency::LONGEST_KEY;
use crate::http::reply::Reply;
use crate::http::{App, describe, describe_problems};
use crate::ops::Command;
use crate::ops::once::{Done, KeyedRequest, Once};
use crate::wire::problem::{Problem, kinds};

/// The right to write, once.
pub struct Write {
    /// What the handler can reach besides.
    pub app: App,
    request: Option<KeyedRequest>,
    is_dry_run: bool,
}

impl FromRequestParts<App> for Write {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let request = parts.extensions.remove::<KeyedRequest>();
        Ok(Self { request, ..Self::without_key(app.clone()) })
    }
}

impl Write {
    /// Writing for a request that carries no key.
    #[must_use]
    pub fn without_key(app: App) -> Self {
        Self { app, request: None, is_dry_run: false }
    }

    /// Whether the command is only rehearsed: the answer tells what would happen, and nothing is written. A key is then of
    /// no account.
    #[must_use]
    pub fn dry_run(self, is_dry_run: bool) -> Self {
        Self { is_dry_run, ..self }
    }

    /// Carries a command out, and answers what `tell` makes of its answer; or what was answered before, if the request
    /// repeats an earlier one.
    pub async fn submit<C, T, K>(
        self,
        command: C,
        tell: impl FnOnce(C::Answer) -> Reply<T, K> + Send + 'static,
    ) -> Result<Reply<T, K>, Problem>
    where
        C: Command,
        T: 'static,
        K: 'static,
    {
        let ledger = &self.app.ledger;
        if self.is_dry_run {
            return Ok(tell(ledger.rehearse(command).await?).meta("dryRun", true));
        }
        let Some(request) = self.request else {
            return Ok(tell(ledger.submit(command).await?));
        };
        let _in_use = self.app.keys_in_use.take(&request).ok_or_else(Problem::idempotency_key_in_use)?;
        let tell = |answer| {
            let reply = tell(answer);
            let kept = reply.keep();
            (reply, kept)
        };
        match ledger.submit(Once { request, command, tell }).await? {
            Done::Now(reply, at) => Ok(reply.at(at)),
            Done::Before(before) => Reply::recall(&before),
        }
    }
}

impl OperationInput for Write {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let description = "Makes the request safe to repeat: with the same key and the same request, the first answer is \
                           given again for 24 hours. A refusal is not kept.";
        let schema =
            json_schema!({ "type": "string", "pattern": r"^[\x21-\x7E]+$", "maxLength": LONGEST_KEY });
        describe::add_header_parameter(operation, "Idempotency-Key", description, schema);
        let kinds = [&kinds::INVALID_HEADER, &kinds::IDEMPOTENCY_KEY_IN_USE, &kinds::IDEMPOTENCY_KEY_REUSED];
        describe_problems::add(operation, &kinds);
    }
}
