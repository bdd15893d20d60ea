//! The legacy v1 API, as older clients call it: by the name of a type, with the key in the body.

mod accounts;
mod clock;
mod community;
mod errors;
mod faults;
mod keys;
mod limits;
mod promotion_flows;
mod ranks;
mod request_objects;
mod scopes;
mod selectors;
mod servers;
mod startup;
mod undo;
mod unknown_members;

use rankledger_server::api::v1::{Answers, TYPES};
use serde_json::json;

use crate::kit::{CALLS, Server, legacy_type};

#[test]
fn the_kit_has_a_call_of_every_type() {
    let listed: Vec<_> = CALLS.iter().map(|(name, ..)| *name).collect();
    let there: Vec<_> = TYPES.iter().map(|legacy| legacy.name).collect();
    assert_eq!(listed, there);
    assert_eq!(there.len(), 33);
}

#[tokio::test]
async fn every_type_answers_json_or_a_text_as_it_is_documented() {
    let server = Server::start().await;
    let (bot, _) = server.legacy_with("admin", |_| {}).await;
    for call in CALLS {
        let answer = bot.call_listed(*call).await;
        match legacy_type(call.0).answers {
            Answers::Json => assert!(answer.legacy_json().is_object() || answer.legacy_json().is_array()),
            Answers::Text | Answers::Verdict => assert!(!answer.legacy_text().is_empty()),
            Answers::Envelope => assert_eq!(answer.legacy_json()["success"], true),
            Answers::Either => {
                // The account is clocked in by now. The other account is not.
                assert_eq!(answer.legacy_json()["completed"], false);
                let other = bot.call(call.0, json!([{"uniqueId": 1001}])).await;
                assert_eq!(other.legacy_text(), "Not Clocked In");
            }
        }
    }
}

#[tokio::test]
async fn no_answer_of_v1_carries_the_envelope_of_v2() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for call in CALLS {
        let answer = bot.call_listed(*call).await;
        assert!(answer.body.get("meta").is_none(), "{}: {}", call.0, answer.text);
        // A few types of game servers say themselves whether they succeeded.
        let is_of_servers =
            call.0.contains("SERVER") || call.0.contains("ACE") || call.0.contains("ACTIVITY_TRACKER");
        if is_of_servers || call.0 == "IDENTIFIERS" {
            continue;
        }
        for member in ["success", "data"] {
            assert!(answer.body.get(member).is_none(), "{}: {}", call.0, answer.text);
        }
    }
}
