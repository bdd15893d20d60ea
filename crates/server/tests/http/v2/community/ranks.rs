//! `POST /v2/community/departments/{departmentId}/ranks`, `PUT .../order`, and `GET` and `PATCH
//! /v2/community/ranks/{rankId}`: making, ordering, reading and editing ranks.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, department, rank};

const UNKNOWN: &str = "10000000-0000-0000-0000-000000000099";

async fn create(admin: &Actor, department: &str, body: Value) -> Answer {
    admin.post(&format!("/v2/community/departments/{department}/ranks"), body).await
}

async fn edit(admin: &Actor, rank: &str, body: Value) -> Answer {
    admin.patch(&format!("/v2/community/ranks/{rank}"), body).await
}

async fn order(admin: &Actor, department: &str, ranks: Value) -> Answer {
    admin.put(&format!("/v2/community/departments/{department}/ranks/order"), json!({ "ranks": ranks })).await
}

/// Returns the keys of ranks, in order.
#[track_caller]
fn keys(ranks: &Value) -> Vec<&str> {
    let ranks = ranks.as_array().expect("ranks");
    ranks.iter().map(|rank| rank["key"].as_str().expect("a key")).collect()
}

async fn read(bot: &Actor, rank: &str) -> Answer {
    bot.get(&format!("/v2/community/ranks/{rank}")).await
}

#[tokio::test]
async fn a_bot_reads_a_rank_by_its_key_and_by_its_id() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let medic = read(&bot, "medic").await.ok()["data"].clone();
    assert_eq!(medic["id"], rank::MEDIC);
    assert_eq!(medic["department"], department::MEDICAL);
    assert_eq!((&medic["power"], &medic["retired"]), (&json!(30), &json!(false)));
    assert_eq!(read(&bot, rank::MEDIC).await.ok()["data"], medic);
    let edited = edit(&server.admin().await, "medic", json!({"label": "Doctor"})).await;
    assert_eq!(read(&bot, "medic").await.ok()["data"], edited.ok()["data"]);
}

#[tokio::test]
async fn a_retired_rank_is_read_like_any_other_and_a_foreign_one_is_not_found() {
    let server = Server::start().await;
    let bot = server.bot().await;
    assert_eq!(read(&bot, "explorer").await.ok()["data"]["retired"], true);
    for nobodys in [rank::FOREIGN, UNKNOWN, "nurse"] {
        let answer = read(&bot, nobodys).await;
        assert!(answer.problem(404, "rank-not-found")["detail"].to_string().contains(nobodys));
    }
}

#[tokio::test]
async fn an_administrator_makes_a_rank_of_nothing_but_a_name() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = create(&admin, department::MEDICAL, json!({"label": "Nürse"})).await;
    insta::assert_json_snapshot!(answer.whole());
    let id = answer.ok()["data"]["id"].clone();
    let given = server.bot().await.set_ranks(account::NEWCOMER, json!({"add": [id]})).await;
    assert_eq!(*given.ranks(), json!([id]));
}

#[tokio::test]
async fn an_administrator_makes_a_rank_that_stands_last_in_its_department() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body =
        json!({"label": "Nurse", "key": "nurse", "power": 12, "secondaryOnly": true, "primaryOnly": false});
    insta::assert_json_snapshot!(create(&admin, department::POLICE, body).await.whole());
    let departments = admin.departments().await;
    assert_eq!(keys(&departments[0]["ranks"]), ["cadet", "officer", "chief", "explorer", "nurse"]);
    server.bot_below(13).await.set_ranks(account::NEWCOMER, json!({"add": ["nurse"]})).await.undo_id();
}

#[tokio::test]
async fn no_rank_is_made_in_a_retired_department_or_moved_there() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let sailor = json!({"label": "Sailor", "key": "sailor"});
    create(&admin, department::COAST_GUARD, sailor.clone()).await.problem(422, "refused-entry");
    let medic = edit(&admin, "medic", json!({"department": department::COAST_GUARD})).await;
    medic.problem(422, "refused-entry");
    admin.change_department(department::COAST_GUARD, "restore", json!({})).await.ok();
    create(&admin, department::COAST_GUARD, sailor).await.ok();
    bot.set_ranks(account::NEWCOMER, json!({"add": ["sailor"]})).await.undo_id();
}

#[tokio::test]
async fn what_an_edit_does_not_name_stays_as_it_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for (name, body) in [
        ("cadet", json!({})),
        ("cadet", json!({"label": "Recruit"})),
        (rank::CADET, json!({"power": 11})),
        ("10000000000000000000000000000001", json!({"key": "recruit"})),
        ("recruit", json!({"primaryOnly": false, "label": null, "key": null})),
        ("recruit", json!({"secondaryOnly": true})),
    ] {
        edit(&admin, name, body).await.ok();
    }
    let answer = edit(&admin, "recruit", json!({"department": department::POLICE})).await;
    insta::assert_json_snapshot!(answer.whole());
    let back =
        json!({"label": "Cadet", "power": 10, "key": "cadet", "primaryOnly": true, "secondaryOnly": false});
    edit(&admin, "recruit", back).await.ok();
    assert_eq!(admin.departments().await, before);
}

#[tokio::test]
async fn a_rank_goes_by_its_new_key_from_then_on() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    edit(&admin, "medic", json!({"key": "döctor"})).await.ok();
    bot.set_ranks(account::NEWCOMER, json!({"add": ["medic"]})).await.problem(422, "unknown-rank");
    edit(&admin, "medic", json!({})).await.problem(404, "rank-not-found");
    assert_eq!(
        *bot.set_ranks(account::NEWCOMER, json!({"add": ["döctor"]})).await.ranks(),
        json!([rank::MEDIC])
    );
    edit(&admin, "d%C3%B6ctor", json!({"key": "a/b"})).await.ok();
    edit(&admin, "a%2Fb", json!({"key": "medic"})).await.ok();
    create(&admin, department::MEDICAL, json!({"label": "Doctor", "key": "döctor"})).await.ok();
}

#[tokio::test]
async fn a_key_that_another_rank_has_is_taken() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    let answer = create(&admin, department::MEDICAL, json!({"label": "Trainee", "key": "cadet"})).await;
    answer.problem(409, "already-taken");
    insta::assert_json_snapshot!(answer.whole());
    edit(&admin, "medic", json!({"key": "explorer"})).await.problem(409, "already-taken");
    edit(&admin, "medic", json!({"key": "diver", "label": "Diver"})).await.problem(409, "already-taken");
    assert_eq!(admin.departments().await, before);
    edit(&admin, "medic", json!({"key": "medic"})).await.ok();
    create(&admin, department::MEDICAL, json!({"label": "Trainee", "key": "Cadet"})).await.ok();
    create(&admin, department::MEDICAL, json!({"label": "Guard", "key": "watchman"})).await.ok();
}

#[tokio::test]
async fn no_rank_is_both_primary_only_and_secondary_only() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    let both = json!({"label": "Both", "primaryOnly": true, "secondaryOnly": true});
    let answer = create(&admin, department::POLICE, both.clone()).await;
    answer.problem(422, "refused-entry");
    insta::assert_json_snapshot!(answer.whole());
    edit(&admin, "officer", both).await.problem(422, "refused-entry");
    edit(&admin, "cadet", json!({"secondaryOnly": true})).await.problem(422, "refused-entry");
    edit(&admin, "medic", json!({"primaryOnly": true})).await.problem(422, "refused-entry");
    assert_eq!(admin.departments().await, before);
    edit(&admin, "medic", json!({"primaryOnly": true, "secondaryOnly": false})).await.ok();
}

#[tokio::test]
async fn a_rank_that_joins_another_department_stands_last_there() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    edit(&admin, "medic", json!({"department": department::POLICE})).await.ok();
    let departments = admin.departments().await;
    assert_eq!(keys(&departments[0]["ranks"]), ["cadet", "officer", "chief", "explorer", "medic"]);
    assert_eq!(departments[1]["ranks"], json!([]));
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));

    edit(&admin, "medic", json!({"department": department::MEDICAL})).await.ok();
    bot.set_ranks(account::NEWCOMER, json!({"add": ["medic"]})).await.undo_id();
}

#[tokio::test]
async fn a_rank_joins_no_department_that_is_not_here() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for other in [department::FOREIGN, UNKNOWN] {
        let answer = edit(&admin, "medic", json!({"label": "Lost", "department": other})).await;
        answer.problem(404, "department-not-found");
    }
    assert_eq!(admin.departments().await, before);
}

#[tokio::test]
async fn the_ranks_that_are_named_come_first_and_the_rest_follow_as_they_stand() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for (named, expected) in [
        (json!([rank::EXPLORER, rank::CHIEF]), ["explorer", "chief", "cadet", "officer"]),
        (json!([]), ["explorer", "chief", "cadet", "officer"]),
        (
            json!([rank::CADET, rank::OFFICER, rank::CHIEF, rank::EXPLORER]),
            ["cadet", "officer", "chief", "explorer"],
        ),
    ] {
        assert_eq!(keys(&order(&admin, department::POLICE, named).await.ok()["data"]), expected);
        assert_eq!(keys(&admin.departments().await[0]["ranks"]), expected);
    }
    assert_eq!(admin.departments().await, before);
    insta::assert_json_snapshot!(order(&admin, department::POLICE, json!([rank::CHIEF])).await.whole());
}

#[tokio::test]
async fn an_order_that_names_a_rank_twice_or_one_of_elsewhere_is_refused_whole() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    let named = json!([rank::CHIEF, rank::MEDIC, rank::CHIEF, rank::FOREIGN, rank::CADET, UNKNOWN]);
    let answer = order(&admin, department::POLICE, named).await;
    let errors = answer.problem(422, "refused-entry")["errors"].as_array().expect("errors");
    let pointers: Vec<_> = errors.iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["/ranks/1", "/ranks/2", "/ranks/3", "/ranks/5"]);
    order(&admin, department::POLICE, json!(["cadet", rank::CADET])).await.problem(422, "refused-entry");
    order(&admin, department::POLICE, json!([7])).await.problem(400, "invalid-body");
    order(&admin, department::POLICE, Value::Null).await.problem(400, "invalid-body");
    assert_eq!(admin.departments().await, before);
}

#[tokio::test]
async fn a_rank_that_is_not_here_is_not_changed() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    let before = theirs.departments().await;
    for other in [rank::FOREIGN, "watchman", UNKNOWN, "nobody", "Cadet"] {
        let body = json!({"label": "Ours", "userId": account::NOBODY});
        edit(&admin, other, body).await.problem(404, "rank-not-found");
        for action in ["retire", "restore"] {
            admin.change_rank(other, action, json!({})).await.problem(404, "rank-not-found");
        }
    }
    for path in ["two%20words", "%20", "%FF", &"x".repeat(65), "bell%07"] {
        edit(&admin, path, json!({})).await.problem(400, "invalid-path");
    }
    assert_eq!(theirs.departments().await, before);
    insta::assert_json_snapshot!(edit(&admin, "watchman", json!({})).await.whole());
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for (body, pointer) in [
        (json!({"label": " "}), "/label"),
        (json!({"label": "ä".repeat(129)}), "/label"),
        (json!({"label": "A", "key": ""}), "/key"),
        (json!({"label": "A", "key": "two words"}), "/key"),
        (json!({"label": "A", "key": "k".repeat(65)}), "/key"),
        (json!({"label": "A", "key": UNKNOWN}), "/key"),
        (json!({"label": "A", "key": 7}), "/key"),
        (json!({"label": "A", "power": -1}), "/power"),
        (json!({"label": "A", "power": 4_294_967_296_u64}), "/power"),
        (json!({"label": "A", "power": 1.5}), "/power"),
        (json!({"label": "A", "primaryOnly": "yes"}), "/primaryOnly"),
        (json!({"label": "A", "secondaryOnly": 1}), "/secondaryOnly"),
        (json!({"label": "A", "userId": 7}), "/userId"),
    ] {
        for answer in [
            create(&admin, department::MEDICAL, body.clone()).await,
            edit(&admin, "medic", body.clone()).await,
        ] {
            assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    create(&admin, department::MEDICAL, json!({"key": "nurse"})).await.problem(400, "invalid-body");
    edit(&admin, "medic", json!({"department": "police"})).await.problem(400, "invalid-body");
    assert_eq!(admin.departments().await, before);
    create(&admin, department::MEDICAL, json!({"label": "A", "power": u32::MAX})).await.ok();
}
