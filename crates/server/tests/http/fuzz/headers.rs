//! Headers that the server reads, each with any bytes that a header may have.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Request};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::select;

use super::inputs::texts;
use super::{check, fuzz};
use crate::kit::{ENDPOINTS, account};

const READ: &[&str] = &[
    "idempotency-key",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "authorization",
    "content-length",
    "content-type",
    "content-encoding",
    "accept",
    "accept-encoding",
    "expect",
    "host",
    "origin",
    "range",
    "x-forwarded-for",
    "x-request-id",
];

/// Values that mean something to one of the headers.
const VALUES: &[&str] =
    &["\"1\"", "W/\"1\"", "*", "\"1\", \"2\"", "Bearer", "Bearer x", "rlk_x", "0", "gzip", "100-continue"];

fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => select(VALUES).prop_map(|value| value.as_bytes().to_vec()),
        3 => texts().prop_map(String::into_bytes),
        2 => any::<Vec<u8>>(),
        2 => "[!-~]{0,300}".prop_map(String::into_bytes),
    ]
}

#[test]
fn no_header_is_answered_with_a_fault() {
    let headers = vec((select(READ), values()), 1..4);
    fuzz(&(any::<usize>(), headers), &async |target, (index, headers)| {
        let endpoint = &ENDPOINTS[index % ENDPOINTS.len()];
        let mut request = Request::builder().method(endpoint.method.clone()).uri(endpoint.path);
        for (name, value) in headers {
            // A value that is none never comes as far as the server's own code.
            if let Ok(value) = HeaderValue::from_bytes(value) {
                request = request.header(HeaderName::from_static(name), value);
            }
        }
        let request = request.body(Body::from(endpoint.body)).expect("a valid request");
        check(&target.admin.send_as_it_is(request).await)
    });
}

#[test]
fn no_idempotency_key_is_answered_with_a_fault() {
    let keys = vec(prop_oneof![3 => "[a-c]", 1 => "[!-~]{1,260}"], 1..6);
    fuzz(&(keys, any::<bool>()), &async |target, (keys, is_other)| {
        for key in keys {
            let body = if *is_other { r#"{"add":["medic"]}"# } else { r#"{"remove":["medic"]}"# };
            let path = format!("/v2/community/accounts/{}/ranks", account::CADET);
            let request = Request::builder().method("PATCH").uri(path).header("idempotency-key", key);
            let request = request.body(Body::from(body)).expect("a valid request");
            check(&target.admin.send_as_it_is(request).await)?;
        }
        Ok(())
    });
}
