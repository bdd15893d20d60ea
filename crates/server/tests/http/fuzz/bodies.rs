//! Bodies of all endpoints: those of the kit with members that are others, and texts that are no JSON.

use proptest::prelude::{Strategy, any, prop_oneof};
use serde_json::Value;

use super::inputs::{edit, edits, texts, values};
use super::{check, fuzz};
use crate::kit::ENDPOINTS;

/// Returns a body of the endpoint with this index, among those that take one, as it is sent.
fn bodies() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let edited = (any::<usize>(), edits()).prop_map(|(index, edits)| {
        let endpoint = with_body(index);
        let mut members = endpoint.members().expect("it takes a body");
        edit(&mut members, &edits);
        (index, Value::from(members).to_string().into_bytes())
    });
    let other = (any::<usize>(), values()).prop_map(|(index, value)| (index, value.to_string().into_bytes()));
    let text = (any::<usize>(), texts()).prop_map(|(index, text)| (index, text.into_bytes()));
    let bytes = (any::<usize>(), any::<Vec<u8>>());
    prop_oneof![12 => edited, 2 => other, 1 => text, 1 => bytes]
}

/// Returns the endpoint with this index among those that take a body.
fn with_body(index: usize) -> &'static crate::kit::Endpoint {
    let taking: Vec<_> = ENDPOINTS.iter().filter(|endpoint| !endpoint.body.is_empty()).collect();
    taking[index % taking.len()]
}

#[test]
fn no_body_is_answered_with_a_fault() {
    fuzz(&bodies(), &async |target, (index, body)| {
        let endpoint = with_body(*index);
        check(&target.admin.send(endpoint.method.clone(), endpoint.path, body.clone()).await)
    });
}
