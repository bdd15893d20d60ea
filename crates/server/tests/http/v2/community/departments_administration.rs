//! `POST /v2/community/departments`, `PATCH .../{departmentId}` and `PUT .../order`: making, editing and
//! ordering departments.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, department};

const PATH: &str = "/v2/community/departments";
const ORDER: &str = "/v2/community/departments/order";

fn path(department: &str) -> String {
    format!("{PATH}/{department}")
}

/// Returns the second labels of the departments, in order.
#[track_caller]
fn labels(departments: &Value) -> Vec<&str> {
    let departments = departments.as_array().expect("departments");
    departments.iter().map(|department| department["labelTwo"].as_str().expect("a name")).collect()
}

async fn order(admin: &Actor, departments: Value) -> Answer {
    admin.put(ORDER, json!({ "departments": departments })).await
}

#[tokio::test]
async fn an_administrator_makes_a_department_that_stands_last() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.post(PATH, json!({"label": "Fire Brigade", "labelTwo": "Fire"})).await;
    insta::assert_json_snapshot!(answer.whole());
    let departments = admin.departments().await;
    assert_eq!(labels(&departments), ["Police", "Medical Service", "Coast Guard", "Fire"]);
    assert_eq!(departments[3]["uuid"], answer.ok()["data"]["uuid"]);
    assert_eq!(departments[3]["ranks"], json!([]));
}

#[tokio::test]
async fn a_department_without_a_second_name_has_the_first_twice() {
    let server = Server::start().await;
    let answer = server.admin().await.post(PATH, json!({"label": "Fire Brigade"})).await;
    let data = &answer.ok()["data"];
    assert_eq!((&data["label"], &data["labelTwo"]), (&json!("Fire Brigade"), &json!("Fire Brigade")));
}

#[tokio::test]
async fn departments_may_have_the_same_name() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let one = admin.post(PATH, json!({"label": "Medical Service"})).await;
    let other = admin.post(PATH, json!({"label": "Medical Service"})).await;
    assert_ne!(one.ok()["data"]["uuid"], other.ok()["data"]["uuid"]);
    assert_eq!(admin.departments().await.as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn what_an_edit_does_not_name_stays_as_it_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for (body, label, label_two) in [
        (json!({}), "Police Department", "Police"),
        (json!({"label": "City Police"}), "City Police", "Police"),
        (json!({"labelTwo": "Cops", "label": null}), "City Police", "Cops"),
        (json!({"label": "Police Department", "labelTwo": "Police"}), "Police Department", "Police"),
    ] {
        let answer = admin.patch(&path(department::POLICE), body).await;
        let uuid = department::POLICE;
        let expected = json!({"uuid": uuid, "label": label, "labelTwo": label_two, "retired": false});
        assert_eq!(answer.ok()["data"], expected);
    }
    assert_eq!(admin.departments().await, before);
}

#[tokio::test]
async fn a_retired_department_is_edited_and_stays_retired() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.patch(&path(department::COAST_GUARD), json!({"label": "Lifeguards"})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert!(!admin.get(PATH).await.ok().to_string().contains("Lifeguards"));
}

#[tokio::test]
async fn the_departments_that_are_named_come_first_and_the_rest_follow_as_they_stand() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for (named, expected) in [
        (json!([department::COAST_GUARD]), ["Coast Guard", "Police", "Medical Service"]),
        (json!([]), ["Coast Guard", "Police", "Medical Service"]),
        (json!([department::MEDICAL, department::POLICE]), ["Medical Service", "Police", "Coast Guard"]),
        (
            json!([department::POLICE, department::MEDICAL, department::COAST_GUARD]),
            ["Police", "Medical Service", "Coast Guard"],
        ),
    ] {
        assert_eq!(labels(&order(&admin, named).await.ok()["data"]), expected);
        assert_eq!(labels(&admin.departments().await), expected);
    }
    assert_eq!(admin.departments().await, before);
    insta::assert_json_snapshot!(order(&admin, json!([department::MEDICAL])).await.whole());
    let made = admin.post(PATH, json!({"label": "Fire"})).await;
    made.ok();
    assert_eq!(labels(&admin.departments().await), ["Medical Service", "Police", "Coast Guard", "Fire"]);
}

#[tokio::test]
async fn an_order_that_names_a_department_twice_or_one_that_is_not_here_is_refused_whole() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    let named = json!([
        department::MEDICAL,
        department::FOREIGN,
        department::MEDICAL,
        department::POLICE,
        "d0000000-0000-0000-0000-000000000009"
    ]);
    let answer = order(&admin, named).await;
    answer.problem(422, "refused-entry");
    insta::assert_json_snapshot!(answer.whole());
    let pointers: Vec<_> = answer.body["errors"].as_array().into_iter().flatten().collect();
    let pointers: Vec<_> = pointers.into_iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(pointers, ["/departments/1", "/departments/2", "/departments/4"]);
    assert_eq!(admin.departments().await, before);
}

#[tokio::test]
async fn a_department_that_is_not_here_is_not_changed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let theirs = server.neighbours_admin().await;
    let before = theirs.departments().await;
    let rank = json!({"label": "Ours", "userId": account::NOBODY});
    for other in [department::FOREIGN, "d0000000-0000-0000-0000-000000000009"] {
        let answers = [
            admin.patch(&path(other), json!({"label": "Ours"})).await,
            admin.change_department(other, "retire", json!({})).await,
            admin.change_department(other, "restore", json!({})).await,
            admin.post(&format!("{}/ranks", path(other)), rank.clone()).await,
            admin.put(&format!("{}/ranks/order", path(other)), json!({"ranks": []})).await,
        ];
        for answer in answers {
            answer.problem(404, "department-not-found");
        }
    }
    admin.patch(&path("police"), json!({"label": "Ours"})).await.problem(400, "invalid-path");
    assert_eq!(theirs.departments().await, before);
    insta::assert_json_snapshot!(admin.patch(&path(department::FOREIGN), json!({})).await.whole());
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    let long = "ä".repeat(129);
    for (body, pointer) in [
        (json!({"label": ""}), "/label"),
        (json!({"label": 7}), "/label"),
        (json!({"label": long}), "/label"),
        (json!({"label": "two\nlines"}), "/label"),
        (json!({"label": "Fire", "labelTwo": ""}), "/labelTwo"),
        (json!({"label": "Fire", "labelTwo": long}), "/labelTwo"),
    ] {
        let made = admin.post(PATH, body.clone()).await;
        assert_eq!(made.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
        let edited = admin.patch(&path(department::POLICE), body.clone()).await;
        assert_eq!(edited.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    admin.post(PATH, json!({"labelTwo": "Fire"})).await.problem(400, "invalid-body");
    for body in [json!({}), json!({"departments": null}), json!({"departments": "all"})] {
        admin.put(ORDER, body).await.problem(400, "invalid-body");
    }
    let answer = order(&admin, json!([department::MEDICAL, "police"])).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/departments/1");
    assert_eq!(admin.departments().await, before);
}
