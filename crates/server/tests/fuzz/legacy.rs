//! Calls of v1: variants of the envelope and of its data.

use http::Method;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::inputs::{Difference, TextVariant, differences, text_variant};
use crate::kit::{Actor, CALLS, Legacy, Server, legacy_type};
use crate::play::{judge, play};

/// A difference from a call that is right.
#[derive(Debug, Clone)]
enum Variant {
    Data(Vec<Difference>),
    Envelope(Vec<Difference>),
    Text(TextVariant),
}

fn inputs() -> impl Strategy<Value = (Index, Variant)> {
    let variant = prop_oneof![
        5 => differences().prop_map(Variant::Data),
        1 => differences().prop_map(Variant::Envelope),
        1 => text_variant().prop_map(Variant::Text),
    ];
    (any::<Index>(), variant)
}

impl Variant {
    fn of(&self, name: &str, data: &str, caller: &Legacy) -> Vec<u8> {
        let mut data: Value = serde_json::from_str(data).expect("data of the kit");
        if let Self::Data(differences) = self {
            differences.iter().for_each(|difference| difference.apply(&mut data));
        }
        let mut envelope = json!({ "id": caller.id, "key": caller.key, "type": name, "data": data });
        if let Self::Envelope(differences) = self {
            differences.iter().for_each(|difference| difference.apply(&mut envelope));
        }
        let text = envelope.to_string();
        if let Self::Text(variant) = self { variant.of(&text) } else { text.into_bytes() }
    }
}

#[test]
fn every_call_of_v1_is_answered_without_a_fault_of_the_server() {
    let start = async || {
        let server = Server::start().await;
        let (caller, _) = server.legacy().await;
        (server.stranger(), caller, server)
    };
    let send = async |(stranger, caller, _): &(Actor, Legacy, Server), (call, variant): &(Index, Variant)| {
        let (name, _, data) = call.get(CALLS);
        let path = legacy_type(name).path;
        let body = variant.of(name, data, caller);
        let told = String::from_utf8_lossy(&body).into_owned();
        let answer = stranger.send(Method::POST, path, body).await;
        judge(&answer).map_err(|what| format!("{path} {told}: {what}"))
    };
    play(&inputs(), start, send);
}
