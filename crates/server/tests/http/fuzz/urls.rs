//! Paths and queries of all endpoints.

use form_urlencoded::{Serializer, byte_serialize};
use http::Uri;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};

use super::inputs::{names, texts};
use super::{check, fuzz};
use crate::kit::ENDPOINTS;

/// Returns a segment of a path: encoded, or as it is.
fn segments() -> impl Strategy<Value = String> {
    let encoded = texts().prop_map(|text| byte_serialize(text.as_bytes()).collect::<String>());
    let bytes = any::<Vec<u8>>().prop_map(|bytes| byte_serialize(&bytes).collect::<String>());
    prop_oneof![6 => encoded, 1 => bytes, 2 => texts(), 1 => "[.%/0-9a-fA-F;:@+-]{0,24}"]
}

#[test]
fn no_path_is_answered_with_a_fault() {
    let inputs = (any::<usize>(), vec((any::<usize>(), segments()), 1..3));
    fuzz(&inputs, &async |target, (index, replaced)| {
        let endpoint = &ENDPOINTS[index % ENDPOINTS.len()];
        let path = endpoint.path.split('?').next().unwrap_or_default();
        let mut parts: Vec<&str> = path.split('/').collect();
        for (place, segment) in replaced {
            // The first part is before the first slash.
            let place = 1 + place % (parts.len() - 1);
            parts[place] = segment;
        }
        let path = parts.join("/");
        // A path that is none never comes as far as the server's own code.
        if Uri::try_from(&path).is_err() {
            return Ok(());
        }
        check(&target.admin.send(endpoint.method.clone(), &path, endpoint.body).await)
    });
}

#[test]
fn no_query_is_answered_with_a_fault() {
    let raw = "[&=%+;,a-zA-Z0-9]{0,40}";
    let encoded = vec((names(), texts()), 0..4)
        .prop_map(|pairs| Serializer::new(String::new()).extend_pairs(pairs).finish());
    let inputs = (any::<usize>(), prop_oneof![6 => encoded, 1 => raw]);
    fuzz(&inputs, &async |target, (index, query)| {
        let reads: Vec<_> = ENDPOINTS.iter().filter(|endpoint| endpoint.body.is_empty()).collect();
        let endpoint = reads[index % reads.len()];
        let path = endpoint.path.split('?').next().unwrap_or_default();
        let path = format!("{path}?{query}");
        if Uri::try_from(&path).is_err() {
            return Ok(());
        }
        check(&target.admin.send(endpoint.method.clone(), &path, "").await)
    });
}
