//! The endpoints of the table of URLs as a list, for whoever needs all of them: the rate limiter, the check
//! of the configuration, and the tests.

use std::sync::LazyLock;

use aide::operation::OperationHandler;
use aide::{OperationInput, OperationOutput};
use anyhow::{Result, bail};
use axum::handler::Handler;
use http::Method;

use crate::api::routes;
use crate::api::table::Table;
use crate::api::v1::LegacyType;
use crate::config::RateLimits;
use crate::http::{App, Endpoint};

/// A row of the table: an endpoint that needs a credential, and where it is reached.
#[derive(Debug)]
pub struct Row {
    /// The method of its requests.
    pub method: Method,
    /// The path, with the names of its parameters in braces.
    pub path: &'static str,
    /// The endpoint.
    pub endpoint: &'static Endpoint,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| routes::table(Rows::default()).0);

/// Returns every row with an endpoint that needs a credential, in the order of the table.
#[must_use]
pub fn rows() -> &'static [Row] {
    &ROWS
}

/// Returns every endpoint that needs a credential, in the order of the table.
pub fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    rows().iter().map(|row| row.endpoint)
}

/// Refuses rate limits that name an endpoint which is not in the table.
pub fn check_names(limits: &RateLimits) -> Result<()> {
    let is_unknown = |name: &&String| endpoints().all(|endpoint| endpoint.operation_id != **name);
    if let Some(operation) = limits.per_minute.keys().find(is_unknown) {
        let known: Vec<_> = endpoints().map(|endpoint| endpoint.operation_id).collect();
        bail!(
            "rate_limits.per_minute.{operation}: there is no such operation; there are {}",
            known.join(", ")
        );
    }
    Ok(())
}

/// Collects the rows of the table.
#[derive(Default)]
struct Rows(Vec<Row>);

impl Table for Rows {
    fn endpoint<H, I, O, T>(
        mut self,
        method: Method,
        path: &'static str,
        endpoint: &'static Endpoint,
        _: H,
    ) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        self.0.push(Row { method, path, endpoint });
        self
    }

    fn legacy(self, _: &'static LegacyType) -> Self {
        self
    }

    fn open<H, I, O, T>(self, _: &'static str, _: &'static str, _: &'static str, _: H) -> Self
    where
        H: Handler<T, App> + OperationHandler<I, O>,
        I: OperationInput,
        O: OperationOutput,
        T: 'static,
    {
        self
    }
}
