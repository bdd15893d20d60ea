//! The version of an account, as `ETag` and in `If-Match`.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::IF_MATCH;
use http::request::Parts;
use schemars::json_schema;

use crate::http::{App, describe};
use crate::wire::problem::{Problem, types};

/// The entity tag of a version.
#[must_use]
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("digits in quotes are a valid header value")
}

/// `If-Match`, as it was sent.
#[derive(Default)]
pub struct IfMatch(Vec<HeaderValue>);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get_all(IF_MATCH).iter().cloned().collect()))
    }
}

impl IfMatch {
    /// Returns the versions of an account that the header accepts. `None` if it accepts any. An entity tag
    /// that this server did not make matches nothing.
    pub fn versions(&self) -> Result<Option<Vec<i64>>, Problem> {
        let mut accepted = Vec::new();
        for header in &self.0 {
            let text = header.to_str().map_err(|_| Problem::invalid_if_match())?;
            for tag in text.split(',').map(str::trim) {
                if tag == "*" {
                    return Ok(None);
                }
                let inner = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                accepted.extend(inner.and_then(|version| version.parse::<i64>().ok()));
            }
        }
        Ok((!self.0.is_empty()).then_some(accepted))
    }
}

impl OperationInput for IfMatch {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let description = "The ETag that the account must still have.";
        let schema = json_schema!({ "type": "string", "pattern": r"^[\t\x20-\x7E]*$" });
        describe::add_header_parameter(operation, "If-Match", description, schema);
        describe::problems::add(operation, &[&types::INVALID_HEADER, &types::VERSION_MISMATCH]);
    }
}
