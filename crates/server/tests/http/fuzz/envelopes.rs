//! Envelopes of v1, and what is in them.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use serde_json::{Map, Value, json};

use super::inputs::{Edit, edit, edits, values};
use super::{check, fuzz};
use crate::kit::{CALLS, legacy_type};

/// What is sent to a call.
#[derive(Debug, Clone)]
enum Envelope {
    /// The envelope and the request object of the kit, each edited.
    Edited(Vec<Edit>, Vec<Edit>),
    /// This as `data`.
    Data(Value),
    /// This as the whole body.
    Body(Vec<u8>),
}

fn envelopes() -> impl Strategy<Value = Envelope> {
    prop_oneof![
        6 => (vec(edits(), 0..2), edits()).prop_map(|(outer, inner)| Envelope::Edited(outer.concat(), inner)),
        3 => values().prop_map(Envelope::Data),
        1 => any::<Vec<u8>>().prop_map(Envelope::Body),
    ]
}

#[test]
fn no_envelope_is_answered_with_a_fault() {
    fuzz(&(any::<usize>(), envelopes()), &async |target, (index, envelope)| {
        let (name, _, listed) = CALLS[index % CALLS.len()];
        let (legacy, path) = (&target.legacy, legacy_type(name).path);
        let whole = |data: Value| {
            let envelope = json!({"id": legacy.id, "key": legacy.key, "type": name, "data": data});
            envelope.as_object().expect("an object").clone()
        };
        let body = match envelope {
            Envelope::Edited(outer, inner) => {
                let mut data: Value = serde_json::from_str(listed).expect("data of the kit");
                if let Some(object) = data.get_mut(0).and_then(Value::as_object_mut) {
                    edit(object, inner);
                }
                let mut members: Map<String, Value> = whole(data);
                edit(&mut members, outer);
                Value::from(members).to_string().into_bytes()
            }
            Envelope::Data(data) => Value::from(whole(data.clone())).to_string().into_bytes(),
            Envelope::Body(body) => body.clone(),
        };
        check(&target.admin.send(http::Method::POST, path, body).await)
    });
}
