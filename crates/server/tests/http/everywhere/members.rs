//! Members of bodies: of the wrong type, null, and the members that many endpoints take.

use serde_json::{Value, json};

use super::{call_with, with_bodies};
use crate::kit::{Server, account};

/// Returns a value of another type.
fn another(value: &Value) -> Value {
    match value {
        Value::Object(_) => json!([7]),
        Value::Number(_) => json!("7"),
        _ => json!({"no": "such thing"}),
    }
}

#[tokio::test]
async fn a_member_of_another_type_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        for (name, value) in endpoint.members().into_iter().flatten() {
            let id = endpoint.operation_id;
            let answer = call_with(&admin, endpoint, &name, another(&value)).await;
            assert_eq!(
                answer.body["errors"][0]["pointer"],
                format!("/{name}"),
                "{id} {name}: {}",
                answer.body
            );
            answer.problem(400, "invalid-body");
            let Some(first) = value.get(0) else { continue };
            for other in [json!([another(first)]), json!([first, [first]]), json!([first, null])] {
                let place = format!("/{name}/{}", other.as_array().map_or(0, Vec::len) - 1);
                let answer = call_with(&admin, endpoint, &name, other.clone()).await;
                assert_eq!(answer.body["errors"][0]["pointer"], place, "{id} {other}: {}", answer.body);
                answer.problem(400, "invalid-body");
            }
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_number_that_is_out_of_its_range_or_not_whole_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for endpoint in with_bodies() {
        let numbers = endpoint.members().into_iter().flatten().filter(|(_, value)| value.is_number());
        for (name, _) in numbers {
            for number in [json!(-1), json!(1.5), json!(1e30), json!(u64::MAX), json!(true)] {
                let answer = call_with(&admin, endpoint, &name, number.clone()).await;
                assert_eq!(
                    answer.body["errors"][0]["pointer"],
                    format!("/{name}"),
                    "{number}: {}",
                    answer.body
                );
                answer.problem(400, "invalid-body");
            }
        }
    }
}

#[tokio::test]
async fn a_member_that_is_null_is_as_good_as_absent_unless_it_is_needed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for endpoint in with_bodies() {
        let members = endpoint.members().expect("a body");
        for name in members.keys() {
            let mut others = members.clone();
            others.remove(name);
            let without = Value::from(others).to_string();
            let absent = admin.send(endpoint.method.clone(), endpoint.path, without).await;
            let null = call_with(&admin, endpoint, name, Value::Null).await;
            // The second of the two requests may need no change, or meet a conflict.
            let refused = [absent.status == 400, null.status == 400];
            assert_eq!(refused[0], refused[1], "{} {name}: {}", endpoint.operation_id, null.body);
            assert!(!refused[1] || null.body["errors"][0]["pointer"] == format!("/{name}"));
        }
    }
}

#[tokio::test]
async fn a_reason_that_could_garble_a_terminal_or_is_too_long_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies().filter(|endpoint| endpoint.body.contains("\"reason\"")) {
        for reason in ["\u{1b}[2J", "a\u{0}b", "turned \u{202e}around", "\u{2066}x", &"ä".repeat(501)] {
            let answer = call_with(&admin, endpoint, "reason", json!(reason)).await;
            assert_eq!(answer.body["errors"][0]["pointer"], "/reason", "{}", endpoint.operation_id);
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_reason_of_500_characters_and_several_lines_is_kept() {
    let reason = format!("One\r\n\ttwo {}", "\u{1f46e}".repeat(490));
    for endpoint in with_bodies().filter(|endpoint| endpoint.body.contains("\"reason\"")) {
        let server = Server::start().await;
        let (last, _) = server.written().await;
        call_with(&server.admin().await, endpoint, "reason", json!(reason)).await.ok();
        if server.written().await.0 > last {
            let kept = server.change(last + 1).await.reason;
            assert_eq!(kept.as_deref(), Some(reason.as_str()), "{}", endpoint.operation_id);
        }
    }
}

#[tokio::test]
async fn a_person_whom_nobody_knows_does_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    let named = with_bodies().filter(|endpoint| endpoint.body.contains("\"userId\""));
    // A run of a flow is refused on its own: the answer is 200 and says so.
    for endpoint in named.filter(|endpoint| endpoint.operation_id != "triggerPromotionFlows") {
        for user in [
            account::NOBODY,
            account::NEIGHBOUR,
            "100000000000000099",
            "discord:",
            "Chief",
            "",
            " ",
            "\u{202e}",
        ] {
            let answer = call_with(&admin, endpoint, "userId", json!(user)).await;
            assert_eq!(answer.body["errors"], json!([{"pointer": "/userId"}]), "{}", endpoint.operation_id);
            answer.problem(422, "unknown-user");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn another_account_than_that_of_the_path_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    let repeated = with_bodies().filter(|endpoint| endpoint.body.contains("\"accId\""));
    for endpoint in repeated.filter(|endpoint| endpoint.operation_id != "createAccount") {
        for other in [account::CHIEF, account::NEIGHBOUR, "1002", ""] {
            let answer = call_with(&admin, endpoint, "accId", json!(other)).await;
            answer.problem(400, "account-mismatch");
        }
    }
    assert_eq!(server.written().await, written);
}
