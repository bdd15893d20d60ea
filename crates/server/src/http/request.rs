//! The id of every request, its line in the log, and its time-out.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument;

use crate::http::App;
use crate::wire::problem::Problem;

/// Names a request, in its answer and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client.
const LONGEST_ID: usize = 64;

/// Answers the request within the time-out, and logs one line about it. The answer gets the id of the
/// request.
pub async fn within_its_time<F: Future<Output = Response>>(
    app: &App,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let id = id_of_client(request.headers()).unwrap_or_else(|| new_id(app));
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
    );
    let begun = app.clock.elapsed();
    let mut response = async {
        let answer = tokio::time::timeout(app.request_timeout, answer(request)).await;
        let response = answer.unwrap_or_else(|_| Problem::timed_out(app.request_timeout).into_response());
        let micros = app.clock.elapsed().saturating_sub(begun).as_micros();
        tracing::info!(status = response.status().as_u16(), micros, "answered");
        response
    }
    .instrument(span)
    .await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The id that the client or a proxy gave the request, if it is fit for a log line.
fn id_of_client(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(REQUEST_ID)?;
    let is_fit = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let bytes = id.as_bytes();
    ((1..=LONGEST_ID).contains(&bytes.len()) && bytes.iter().all(is_fit)).then(|| id.clone())
}

fn new_id(app: &App) -> HeaderValue {
    HeaderValue::try_from(app.ids.uuid().to_string()).expect("a UUID is a valid header value")
}
