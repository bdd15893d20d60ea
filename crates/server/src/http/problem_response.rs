//! Problems as responses.

use std::any::Any;

use aide::OperationOutput;
use axum::response::{IntoResponse, Response};

use crate::wire::problem::Problem;

impl IntoResponse for Problem {
    /// Makes a response without a body: [`super::reply::Seal`] writes it, for it knows the path.
    fn into_response(mut self) -> Response {
        let mut response = (self.status(), self.take_headers()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The document gets the problems of an operation from its extractors and its row of the table of endpoints.
impl OperationOutput for Problem {
    type Inner = Self;
}

/// Returns the response when a handler panicked.
#[must_use]
pub fn of_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast_ref::<&str>().unwrap_or(&"a handler panicked")).to_owned(),
    };
    Problem::internal(&text).into_response()
}
