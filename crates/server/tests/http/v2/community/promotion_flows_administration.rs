//! `POST /v2/community/promotion-flows`, and `PATCH` and `DELETE /v2/community/promotion-flows/{flowId}`.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

const PATH: &str = "/v2/community/promotion-flows";
const UP: &str = "f0000000-0000-0000-0000-000000000001";
const UNKNOWN: &str = "f0000000-0000-0000-0000-000000000099";

async fn create(admin: &Actor, body: Value) -> Answer {
    admin.post(PATH, body).await
}

async fn edit(admin: &Actor, flow: &str, body: Value) -> Answer {
    admin.patch(&format!("{PATH}/{flow}"), body).await
}

async fn flows(actor: &Actor) -> Value {
    actor.get(PATH).await.ok()["data"].clone()
}

/// Runs a flow on the newcomer.
async fn trigger(actor: &Actor, flow: &str, promote: bool) -> Value {
    let run = json!({"flowId": flow, "users": [account::NEWCOMER], "promote": promote});
    let answer = actor.post(&format!("{PATH}/trigger"), json!({"data": [run]})).await;
    answer.ok()["data"][0].clone()
}

#[tokio::test]
async fn an_administrator_makes_a_flow_of_nothing_but_names() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = create(&admin, json!({"labelFrom": "Nobody", "labelTo": "Sömebody"})).await;
    insta::assert_json_snapshot!(answer.whole());
    let all = flows(&admin).await;
    assert_eq!(all[1], answer.ok()["data"]);
    assert_eq!(all[0]["id"], UP);
    let id = answer.ok()["data"]["id"].as_str().expect("an id");
    assert_eq!(trigger(&server.bot().await, id, true).await["succeeded"], true);
}

#[tokio::test]
async fn an_administrator_makes_a_flow_that_can_be_run_at_once() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::NEWCOMER, json!({"set": ["cadet"]})).await;
    let body = json!({
        "labelFrom": "Cadet",
        "labelTo": "Officer and Medic",
        "key": "both",
        "ranksToAdd": ["officer", rank::MEDIC, "officer", rank::OFFICER],
        "ranksToRemove": ["cadet", "cadet", "explorer"],
        "promotionType": "promote",
    });
    insta::assert_json_snapshot!(create(&admin, body).await.whole());
    assert_eq!(trigger(&bot, "both", true).await["succeeded"], true);
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::OFFICER, rank::MEDIC]));
    assert_eq!(trigger(&bot, "both", false).await["succeeded"], false);
}

#[tokio::test]
async fn what_an_edit_does_not_name_stays_as_it_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = flows(&admin).await;
    for (name, body) in [
        ("up", json!({})),
        (UP, json!({"labelFrom": "Recruit", "labelTo": null, "ranksToAdd": null})),
        ("F0000000-0000-0000-0000-000000000001", json!({"labelTo": "Constable"})),
        ("up", json!({"key": "higher"})),
        ("higher", json!({"promotionType": "demote"})),
        ("higher", json!({"ranksToRemove": []})),
        ("higher", json!({"ranksToAdd": ["medic", "chief"]})),
    ] {
        edit(&admin, name, body).await.ok();
    }
    let answer = edit(&admin, "higher", json!({"key": "higher"})).await;
    insta::assert_json_snapshot!(answer.whole());
    edit(&admin, "up", json!({})).await.problem(404, "promotion-flow-not-found");
    let back = json!({
        "key": "up", "labelFrom": "Cadet", "labelTo": "Officer", "promotionType": "both",
        "ranksToAdd": ["officer"], "ranksToRemove": ["cadet"],
    });
    edit(&admin, "higher", back).await.ok();
    assert_eq!(flows(&admin).await, before);
}

#[tokio::test]
async fn a_flow_does_from_then_on_what_it_was_edited_to_do() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    edit(&admin, "up", json!({"ranksToAdd": ["medic"], "promotionType": "demote"})).await.ok();
    assert_eq!(trigger(&bot, "up", true).await["succeeded"], false);
    bot.change_ranks(account::NEWCOMER, json!({"set": ["medic"]})).await;
    assert_eq!(trigger(&bot, "up", false).await["succeeded"], true);
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::CADET]));
    edit(&admin, UP, json!({"promotionType": "promote"})).await.ok();
    assert_eq!(trigger(&bot, "up", true).await["succeeded"], true);
    assert_eq!(trigger(&bot, "up", false).await["succeeded"], false);
}

#[tokio::test]
async fn a_flow_that_is_removed_is_answered_and_gone_and_what_it_did_stays() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::NEWCOMER, json!({"set": ["cadet"]})).await;
    assert_eq!(trigger(&bot, "up", true).await["succeeded"], true);
    let before = flows(&admin).await;
    let answer = admin.delete(&format!("{PATH}/up")).await;
    assert_eq!(answer.ok()["data"], before[0]);
    assert_eq!(flows(&admin).await, json!([]));
    assert_eq!(trigger(&bot, "up", true).await["succeeded"], false);
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::OFFICER]));
    bot.undo(8, json!({})).await.ok();

    create(&admin, json!({"labelFrom": "A", "labelTo": "B", "key": "up"})).await.ok();
    let made = flows(&admin).await;
    let id = made[0]["id"].as_str().expect("an id");
    admin.delete(&format!("{PATH}/{id}")).await.ok();
    assert_eq!(flows(&admin).await, json!([]));
}

#[tokio::test]
async fn a_flow_that_is_not_here_is_not_changed() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    let before = flows(&admin).await;
    for name in [UNKNOWN, "down", "Up", &"x".repeat(64)] {
        edit(&admin, name, json!({"labelTo": "B"})).await.problem(404, "promotion-flow-not-found");
        admin.delete(&format!("{PATH}/{name}")).await.problem(404, "promotion-flow-not-found");
    }
    for name in [UP, "up"] {
        edit(&theirs, name, json!({"labelTo": "B"})).await.problem(404, "promotion-flow-not-found");
        theirs.delete(&format!("{PATH}/{name}")).await.problem(404, "promotion-flow-not-found");
    }
    for name in ["two%20words", "%FF", &"x".repeat(65)] {
        edit(&admin, name, json!({})).await.problem(400, "invalid-path");
        admin.delete(&format!("{PATH}/{name}")).await.problem(400, "invalid-path");
    }
    assert_eq!(flows(&admin).await, before);
    insta::assert_json_snapshot!(admin.delete(&format!("{PATH}/down")).await.whole());
}

#[tokio::test]
async fn ranks_that_are_not_here_are_all_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = flows(&admin).await;
    let ranks = json!({
        "labelFrom": "A",
        "labelTo": "B",
        "ranksToAdd": ["officer", "watchman", rank::FOREIGN],
        "ranksToRemove": ["cadet", "Cadet", ""],
    });
    let answer = create(&admin, ranks.clone()).await;
    answer.problem(422, "unknown-rank");
    insta::assert_json_snapshot!(answer.whole());
    edit(&admin, "up", ranks).await.problem(422, "unknown-rank");
    assert_eq!(flows(&admin).await, before);
}

#[tokio::test]
async fn retired_ranks_are_named_where_they_would_be_given() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = flows(&admin).await;
    let ranks = json!({
        "labelFrom": "A",
        "labelTo": "B",
        "ranksToAdd": ["officer", "officer", "explorer", "diver", rank::EXPLORER],
    });
    let answer = create(&admin, ranks.clone()).await;
    answer.problem(422, "rank-retired");
    insta::assert_json_snapshot!(answer.whole());
    edit(&admin, "up", ranks).await.problem(422, "rank-retired");
    assert_eq!(flows(&admin).await, before);
    edit(&admin, "up", json!({"ranksToRemove": ["explorer", "diver"]})).await.ok();
}

#[tokio::test]
async fn a_flow_with_a_rank_that_was_retired_since_is_still_edited() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    admin.change_rank("officer", "retire", json!({})).await.ok();
    edit(&admin, "up", json!({"labelTo": "Constable"})).await.ok();
    edit(&admin, "up", json!({"ranksToAdd": ["officer"]})).await.problem(422, "rank-retired");
    assert_eq!(trigger(&bot, "up", true).await["succeeded"], false);
}

#[tokio::test]
async fn no_rank_is_both_added_and_removed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = flows(&admin).await;
    let both = json!({"labelFrom": "A", "labelTo": "B", "ranksToAdd": ["medic", "chief"], "ranksToRemove": [rank::CHIEF]});
    let answer = create(&admin, both).await;
    answer.problem(422, "refused-entry");
    insta::assert_json_snapshot!(answer.whole());
    for (body, pointer) in [
        (json!({"ranksToAdd": ["cadet"]}), "/ranksToAdd"),
        (json!({"ranksToRemove": ["officer"]}), "/ranksToRemove"),
    ] {
        let answer = edit(&admin, "up", body).await;
        assert_eq!(answer.problem(422, "refused-entry")["errors"][0]["pointer"], pointer);
    }
    assert_eq!(flows(&admin).await, before);
    let swapped = json!({"ranksToAdd": ["cadet"], "ranksToRemove": ["officer"]});
    edit(&admin, "up", swapped).await.ok();
}

#[tokio::test]
async fn a_key_that_another_flow_has_is_taken() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = create(&admin, json!({"labelFrom": "A", "labelTo": "B", "key": "up"})).await;
    answer.problem(409, "already-taken");
    insta::assert_json_snapshot!(answer.whole());
    create(&admin, json!({"labelFrom": "A", "labelTo": "B", "key": "cadet"})).await.ok();
    create(&admin, json!({"labelFrom": "A", "labelTo": "B", "key": "Up"})).await.ok();
    edit(&admin, "cadet", json!({"key": "up"})).await.problem(409, "already-taken");
    let theirs = server.neighbours_admin().await;
    create(&theirs, json!({"labelFrom": "A", "labelTo": "B", "key": "up"})).await.ok();
    assert_eq!(flows(&admin).await.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn who_defines_a_flow_must_reach_all_that_it_gives_and_takes() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.admin_below(50).await);
    let high = json!({"labelFrom": "Officer", "labelTo": "Chief", "key": "rise", "ranksToAdd": ["chief"]});
    create(&low, high.clone()).await.problem(403, "insufficient-power");
    create(&admin, high).await.ok();
    for body in [json!({"labelTo": "Head"}), json!({"ranksToAdd": ["cadet"]})] {
        edit(&low, "rise", body).await.problem(403, "insufficient-power");
    }
    low.delete("/v2/community/promotion-flows/rise").await.problem(403, "insufficient-power");
    let within = json!({"labelFrom": "None", "labelTo": "Cadet", "key": "in", "ranksToAdd": ["cadet"]});
    create(&low, within).await.ok();
    edit(&low, "in", json!({"ranksToRemove": ["chief"]})).await.problem(403, "insufficient-power");
    low.delete("/v2/community/promotion-flows/in").await.ok();
}

#[tokio::test]
async fn a_key_that_no_path_could_name_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"labelFrom": "Cadet", "labelTo": "Officer", "key": "trigger"});
    let refused = create(&admin, body).await;
    assert_eq!(refused.problem(400, "invalid-body")["errors"][0]["pointer"], "/key");
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = flows(&admin).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"labelFrom": "A", "labelTo": "B"});
        body[name] = value;
        body
    };
    for (name, value) in [
        ("labelFrom", json!("")),
        ("labelFrom", json!("ä".repeat(129))),
        ("labelTo", json!(" ")),
        ("labelTo", json!(7)),
        ("key", json!("two words")),
        ("key", json!(UNKNOWN)),
        ("key", json!("k".repeat(65))),
        ("ranksToAdd", json!("officer")),
        ("ranksToRemove", json!({})),
        ("promotionType", json!("sideways")),
        ("promotionType", json!("Both")),
    ] {
        for answer in [
            create(&admin, with(name, value.clone())).await,
            edit(&admin, "up", with(name, value.clone())).await,
        ] {
            let pointer = format!("/{name}");
            assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{value}");
        }
    }
    create(&admin, json!({"labelFrom": "A"})).await.problem(400, "invalid-body");
    let answer = create(&admin, with("ranksToAdd", json!(["officer", 1]))).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/ranksToAdd/1");
    assert_eq!(flows(&admin).await, before);
}
