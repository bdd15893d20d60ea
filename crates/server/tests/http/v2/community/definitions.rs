//! `PUT` and `DELETE` of `/v2/community/profile-fields/{fieldId}`, `clockin-types/{typeId}` and
//! `custom-log-types/{logTypeId}`: the definitions of a community.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

const FIELDS: &str = "/v2/community/profile-fields";
const CLOCKIN_TYPES: &str = "/v2/community/clockin-types";
const LOG_TYPES: &str = "/v2/community/custom-log-types";

const WARNING: &str = "30000000-0000-0000-0000-000000000001";
const PRAISE: &str = "30000000-0000-0000-0000-000000000002";
const NEW_LOG_TYPE: &str = "30000000-0000-0000-0000-000000000009";

/// Returns each list, the id of its last item, the id of a new one, and a body that defines it.
fn lists() -> [(&'static str, &'static str, &'static str, Value); 3] {
    [
        (FIELDS, "fivem", "rädio", json!({"label": "Radio", "type": "text"})),
        (CLOCKIN_TYPES, "training", "rädio", json!({"label": "Radio"})),
        (LOG_TYPES, PRAISE, NEW_LOG_TYPE, json!({"label": "Radio", "shortCode": "radio"})),
    ]
}

async fn list(actor: &Actor, path: &str) -> Vec<Value> {
    actor.get(path).await.ok()["data"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn an_administrator_defines_a_profile_field_with_options_and_metadata() {
    let server = Server::start().await;
    let metadata = json!({"hint": {"de": "Wähle"}, "order": [2, 1]});
    let body = json!({"label": "Täm", "type": "select", "options": ["Red", "Blue"], "metadata": metadata});
    let answer = server.admin().await.put(&format!("{FIELDS}/team"), body).await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn an_administrator_defines_a_clockin_type() {
    let server = Server::start().await;
    let answer = server.admin().await.put(&format!("{CLOCKIN_TYPES}/desk"), json!({"label": "Dësk"})).await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn an_administrator_defines_a_custom_log_type() {
    let server = Server::start().await;
    let body = json!({"label": "Note", "shortCode": "note", "melonlyId": "103"});
    let answer = server.admin().await.put(&format!("{LOG_TYPES}/{NEW_LOG_TYPE}"), body).await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_new_definition_stands_last_and_one_that_is_there_keeps_its_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, last, new, body) in lists() {
        let before = list(&admin, path).await;
        assert_eq!(before.last().expect("an item")["id"], last);
        let made = admin.put(&format!("{path}/{}", new.replace('ä', "%C3%A4")), body.clone()).await;
        let mut expected = before.clone();
        expected.push(made.ok()["data"].clone());
        assert_eq!(list(&admin, path).await, expected);
        assert_eq!(expected.last().expect("an item")["id"], new);

        let first = before[0]["id"].as_str().expect("an id");
        let edited = admin.put(&format!("{path}/{first}"), body.clone()).await;
        expected[0] = edited.ok()["data"].clone();
        assert_eq!(expected[0]["label"], "Radio");
        assert_eq!(list(&admin, path).await, expected);
        let again = admin.put(&format!("{path}/{first}"), body).await;
        assert_eq!(again.ok()["data"], expected[0]);
        assert_eq!(list(&admin, path).await, expected);
    }
}

#[tokio::test]
async fn a_definition_is_replaced_whole() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let motto = admin.put(&format!("{FIELDS}/motto"), json!({"label": "Motto", "type": "text"})).await;
    assert_eq!(motto.ok()["data"]["metadata"], json!({}), "what the body does not name is not kept");
    let shift = admin.put(&format!("{FIELDS}/shift"), json!({"label": "Shift", "type": "text"})).await;
    assert_eq!(shift.ok()["data"]["options"], Value::Null);
    let body = json!({"label": "Warning", "shortCode": "warn"});
    let warning = admin.put(&format!("{LOG_TYPES}/{WARNING}"), body).await;
    assert_eq!(warning.ok()["data"]["melonlyId"], Value::Null);
}

#[tokio::test]
async fn a_definition_that_is_removed_is_answered_and_gone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, last, _, _) in lists() {
        let mut before = list(&admin, path).await;
        let answer = admin.delete(&format!("{path}/{last}")).await;
        assert_eq!(answer.ok()["data"], before.pop().expect("an item"));
        assert_eq!(list(&admin, path).await, before);
        admin.delete(&format!("{path}/{last}")).await.problem(404, "definition-not-found");
        assert_eq!(list(&admin, path).await, before);
    }
}

#[tokio::test]
async fn a_definition_that_is_not_here_is_not_removed() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    let before = (list(&admin, FIELDS).await, list(&theirs, FIELDS).await, list(&theirs, LOG_TYPES).await);
    let foreign = "31000000-0000-0000-0000-000000000001";
    let paths = [
        format!("{FIELDS}/badge"),
        format!("{FIELDS}/Motto"),
        format!("{CLOCKIN_TYPES}/Patrol"),
        format!("{LOG_TYPES}/{foreign}"),
    ];
    for path in &paths {
        admin.delete(path).await.problem(404, "definition-not-found");
    }
    theirs.delete(&format!("{CLOCKIN_TYPES}/patrol")).await.problem(404, "definition-not-found");
    insta::assert_json_snapshot!(admin.delete(&format!("{CLOCKIN_TYPES}/holiday")).await.whole());
    let after = (list(&admin, FIELDS).await, list(&theirs, FIELDS).await, list(&theirs, LOG_TYPES).await);
    assert_eq!(after, before);
}

#[tokio::test]
async fn what_the_neighbours_define_by_the_same_id_is_another_thing() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    let before = list(&theirs, FIELDS).await;
    admin.put(&format!("{FIELDS}/motto"), json!({"label": "Ours", "type": "date"})).await.ok();
    admin.delete(&format!("{FIELDS}/motto")).await.ok();
    let body = json!({"label": "Ours", "shortCode": "ours"});
    admin.put(&format!("{LOG_TYPES}/31000000-0000-0000-0000-000000000001"), body).await.ok();
    assert_eq!(list(&theirs, FIELDS).await, before);
    assert_eq!(list(&theirs, LOG_TYPES).await[0]["label"], "Complaint");
}

#[tokio::test]
async fn an_id_is_a_word_of_at_most_64_characters() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let long = "ä".repeat(65).replace('ä', "%C3%A4");
    for (path, body) in
        [(FIELDS, json!({"label": "Radio", "type": "text"})), (CLOCKIN_TYPES, json!({"label": "Radio"}))]
    {
        let body = || body.clone();
        for id in ["radio%20sign", "%20", "radio%0A", "%E2%80%AEradio", "%FF", &long] {
            admin.put(&format!("{path}/{id}"), body()).await.problem(400, "invalid-path");
            admin.delete(&format!("{path}/{id}")).await.problem(400, "invalid-path");
        }
        for (id, expected) in [
            ("r%C3%A4dio", "rädio".to_owned()),
            ("radio%2Fsign", "radio/sign".to_owned()),
            ("100%25", "100%".to_owned()),
            ("a+b", "a+b".to_owned()),
            (&*"%C3%A4".repeat(64), "ä".repeat(64)),
        ] {
            let made = admin.put(&format!("{path}/{id}"), body()).await;
            assert_eq!(made.ok()["data"]["id"], expected);
            let removed = admin.delete(&format!("{path}/{id}")).await;
            assert_eq!(removed.ok()["data"]["id"], expected);
        }
    }
    insta::assert_json_snapshot!(admin.delete(&format!("{FIELDS}/radio%20sign")).await.whole());
    for id in ["warn", "1", "%20"] {
        let path = format!("{LOG_TYPES}/{id}");
        admin.put(&path, json!({"label": "A", "shortCode": "a"})).await.problem(400, "invalid-path");
        admin.delete(&path).await.problem(400, "invalid-path");
    }
}

#[tokio::test]
async fn every_type_of_field_is_defined_with_options_where_it_takes_them() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = format!("{FIELDS}/any");
    for field in list(&admin, FIELDS).await {
        let kind = &field["type"];
        let chooses = kind == "select" || kind == "multiselect";
        let with = json!({"label": "Any", "type": kind, "options": ["A", "B"]});
        let without = json!({"label": "Any", "type": kind});
        let empty = json!({"label": "Any", "type": kind, "options": []});
        let bodies = [(with, chooses), (without, !chooses), (empty, !chooses)];
        for (body, fits) in bodies {
            let answer = admin.put(&path, body.clone()).await;
            if fits {
                let expected = if chooses { json!(["A", "B"]) } else { Value::Null };
                assert_eq!(answer.ok()["data"]["options"], expected, "{body}");
            } else {
                let pointer = &answer.problem(400, "invalid-body")["errors"][0]["pointer"];
                assert_eq!(pointer, "/options", "{body}");
            }
        }
    }
}

#[tokio::test]
async fn options_are_1_to_100_different_names() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = format!("{FIELDS}/shift");
    let before = list(&admin, FIELDS).await;
    let many = |count: u32| (0..count).map(|index| index.to_string()).collect::<Vec<_>>();
    for (options, pointer) in [
        (json!([]), "/options"),
        (json!(many(101)), "/options"),
        (json!(["A", "B", "A"]), "/options"),
        (json!(["A", ""]), "/options/1"),
        (json!(["A", "ä".repeat(129)]), "/options/1"),
        (json!(["two\nlines"]), "/options/0"),
        (json!(["A", 1]), "/options/1"),
        (json!("A"), "/options"),
    ] {
        let answer = admin.put(&path, json!({"label": "S", "type": "select", "options": options})).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{options}");
    }
    assert_eq!(list(&admin, FIELDS).await, before);
    admin.put(&path, json!({"label": "S", "type": "select", "options": many(100)})).await.ok();
    admin.put(&path, json!({"label": "S", "type": "select", "options": ["a", "A"]})).await.ok();
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (path, _, new, body) in lists() {
        let path = format!("{path}/{}", new.replace('ä', "a"));
        let long = "ä".repeat(129);
        for label in [json!(""), json!(" "), json!(long), json!("bell\u{7}"), json!(7)] {
            let mut body = body.clone();
            body["label"] = label.clone();
            let answer = admin.put(&path, body).await;
            assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/label", "{label}");
        }
        admin.put(&path, json!({})).await.problem(400, "invalid-body");
    }
    for (path, body, pointer) in [
        (FIELDS, json!({"label": "A", "type": "colour"}), "/type"),
        (FIELDS, json!({"label": "A", "type": "Text"}), "/type"),
        (FIELDS, json!({"label": "A", "type": "text", "metadata": [1]}), "/metadata"),
        (FIELDS, json!({"label": "A", "type": "text", "metadata": {"hint": "x".repeat(4000)}}), "/metadata"),
        (LOG_TYPES, json!({"label": "A", "shortCode": "two words"}), "/shortCode"),
        (LOG_TYPES, json!({"label": "A", "shortCode": "s".repeat(65)}), "/shortCode"),
        (LOG_TYPES, json!({"label": "A", "shortCode": "s", "melonlyId": ""}), "/melonlyId"),
        (LOG_TYPES, json!({"label": "A", "shortCode": "s", "melonlyId": 7}), "/melonlyId"),
    ] {
        let answer = admin.put(&format!("{path}/{NEW_LOG_TYPE}"), body.clone()).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    for (path, last, _, _) in lists() {
        assert_eq!(list(&admin, path).await.last().expect("an item")["id"], last);
    }
    let answer = admin.put(&format!("{FIELDS}/any"), json!({"label": "A", "type": "colour"})).await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn what_accounts_have_filled_in_stays_when_the_field_is_removed() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let path = format!("/v2/community/accounts/{}", account::CADET);
    let before = bot.get(&path).await.ok()["data"].clone();
    assert_eq!(before["profileFields"]["data"], json!([{"id": "motto", "value": "Serve"}]));
    admin.delete(&format!("{FIELDS}/motto")).await.ok();
    admin.delete(&format!("{CLOCKIN_TYPES}/patrol")).await.ok();
    assert_eq!(bot.get(&path).await.ok()["data"], before);

    let edit = json!({"profileFields": [{"id": "motto", "value": "Protect"}]});
    let edit_path = format!("{path}/profile-fields");
    bot.patch(&edit_path, edit.clone()).await.problem(422, "refused-entry");
    admin.put(&format!("{FIELDS}/motto"), json!({"label": "Motto", "type": "text"})).await.ok();
    bot.patch(&edit_path, edit).await.ok();
}

#[tokio::test]
async fn a_field_takes_from_then_on_what_it_was_redefined_to_take() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let body = json!({"label": "Motto", "type": "select", "options": ["Serve", "Protect"]});
    admin.put(&format!("{FIELDS}/motto"), body).await.ok();
    let path = format!("/v2/community/accounts/{}/profile-fields", account::CADET);
    for (value, status) in [("Protect", 200), ("Party", 422), ("Serve", 200)] {
        let edit = json!({"profileFields": [{"id": "motto", "value": value}]});
        assert_eq!(bot.patch(&path, edit).await.status.as_u16(), status, "{value}");
    }
}

#[tokio::test]
async fn an_account_clocks_in_by_a_type_that_was_just_defined() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let path = format!("/v2/community/accounts/{}/clock", account::OFFICER);
    let clock = || bot.post(&path, json!({"intention": "in", "type": "desk"}));
    clock().await.problem(422, "unknown-clockin-type");
    admin.put(&format!("{CLOCKIN_TYPES}/desk"), json!({"label": "Desk"})).await.ok();
    clock().await.ok();
}
