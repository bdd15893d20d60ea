//! What somebody with a stolen key tries on what stands around the ranks: their power, the keys, the names;
//! and how a community demands a person for every change.

use std::time::Duration;

use rankledger_domain::rank::Power;
use serde_json::json;

use crate::kit::{Actor, Server, account, department};
use crate::stolen_key::{guarded, too_much};

#[tokio::test]
async fn what_the_holders_of_a_rank_lose_counts_though_they_keep_the_rank() {
    let (server, admin, _) = guarded(2).await;
    let low = server.admin_below(60).await;
    for body in [json!({"power": 9}), json!({"power": 0})] {
        too_much(&low.patch("/v2/community/ranks/cadet", body).await);
    }
    too_much(&low.change_rank("cadet", "retire", json!({})).await);
    for body in
        [json!({"power": 49}), json!({"key": "recruit"}), json!({"power": 0, "userId": account::OWNER})]
    {
        too_much(&low.patch("/v2/community/ranks/cadet", body).await);
    }
    low.patch("/v2/community/ranks/cadet", json!({"power": 10, "key": "cadet", "label": "Recruit"}))
        .await
        .ok();
    low.patch("/v2/community/ranks/medic", json!({"power": 29})).await.ok();
    low.change_rank("medic", "retire", json!({})).await.ok();
    low.change_rank("medic", "retire", json!({})).await.ok();
    assert_eq!(
        admin.counted().await[0]["lastMinute"],
        2,
        "once for each holder, and a second time for nothing"
    );
    too_much(&low.change_rank("officer", "retire", json!({})).await);
    admin.change_department(department::POLICE, "retire", json!({})).await.ok();
}

#[tokio::test]
async fn a_department_is_renamed_only_by_who_stands_above_its_ranks() {
    let server = Server::start().await;
    let low = server.admin_below(60).await;
    let rename = async |department: &str| {
        low.patch(&format!("/v2/community/departments/{department}"), json!({"label": "Mine"})).await
    };
    rename(department::POLICE).await.problem(403, "insufficient-power");
    rename(department::MEDICAL).await.ok();
}

#[tokio::test]
async fn no_account_is_made_that_the_guard_would_take_for_something_else() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let keys = admin.get("/v2/community/credentials").await;
    let nil = json!("00000000-0000-0000-0000-000000000000");
    for id in [&keys.ok()["data"][0]["id"], &nil] {
        bot.post("/v2/community/accounts", json!({"name": "Double", "accId": id}))
            .await
            .problem(409, "already-taken");
    }
}

#[tokio::test]
async fn keys_that_are_revoked_count() {
    let (server, admin, _) = guarded(2).await;
    let low = server.admin_below(60).await;
    let make = async |actor: &Actor| {
        let body = json!({"name": "Bot", "scopes": ["community:read"], "powerCeiling": 10});
        let made = actor.post("/v2/community/credentials", body).await;
        format!("/v2/community/credentials/{}", made.ok()["data"]["id"].as_str().expect("an id"))
    };
    let (first, second, third) = (make(&admin).await, make(&low).await, make(&admin).await);
    for key in [&first, &second, &first] {
        low.delete(key).await.ok();
    }
    too_much(&low.delete(&third).await);
    admin.delete(&third).await.ok();
}

#[tokio::test]
async fn the_guard_notes_also_what_it_refuses_to_a_flow() {
    let (server, admin, bot) = guarded(1).await;
    let (legacy, _) = server.legacy().await;
    let run = json!([{"flowId": "up", "users": ["1002", "1002"]}]);
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.undo_id();
    let refused = bot.post("/v2/community/promotion-flows/trigger", json!({ "data": run })).await;
    assert_eq!(refused.ok()["data"][0]["succeeded"], false);
    legacy.call("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1003, "remove": ["officer"]}])).await;
    legacy.call("TRIGGER_PROMOTION_FLOWS", run).await;
    let mut trips = 0;
    while trips < 2 {
        let log = admin.get("/v2/community/administration?kind=guard.tripped").await;
        trips = log.ok()["data"]["entries"].as_array().expect("the entries").len();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_key_renames_and_describes_only_those_below_its_ceiling() {
    let server = Server::start().await;
    let low = server.bot_with("accounts:write", |key| key.power_ceiling = Some(Power(50))).await;
    let written = server.written().await;
    for (account, is_below) in [(account::CHIEF, false), (account::OWNER, false), (account::CADET, true)] {
        let path = format!("/v2/community/accounts/{account}");
        let fields = json!({"profileFields": [{"id": "motto", "value": "Mine"}]});
        let named = low.patch(&format!("{path}/name"), json!({"newName": "Me"})).await;
        let described = low.patch(&format!("{path}/profile-fields"), fields).await;
        for answer in [named, described] {
            if is_below {
                answer.ok()
            } else {
                answer.problem(403, "insufficient-power")
            };
        }
    }
    assert_eq!(server.written().await, (written.0, written.1 + 2));
}

#[tokio::test]
async fn a_community_can_demand_a_person_for_every_change() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let change = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let preview = admin.preview(json!({"accounts": [account::CADET]})).await;
    server.demand_persons().await;
    let written = server.written().await;
    let run = json!([{"flowId": "up", "users": ["1002"]}]);
    let flows = "/v2/community/promotion-flows/trigger";
    for actor in [&admin, &bot] {
        for answer in [
            actor.set_ranks(account::CADET, json!({"remove": ["medic"]})).await,
            actor.undo(&change, json!({})).await,
            actor.post(flows, json!({"data": run.clone()})).await,
            actor.change_standing(account::CADET, "ban", json!({})).await,
        ] {
            assert_eq!(answer.problem(400, "user-required")["errors"][0]["pointer"], "/userId");
        }
    }
    let retire = json!({"removeFromHolders": true});
    admin.change_rank("cadet", "retire", retire.clone()).await.problem(400, "user-required");
    admin.change_department(department::POLICE, "retire", retire).await.problem(400, "user-required");
    admin.run(&preview).await.problem(400, "user-required");
    let (legacy, _) = server.legacy().await;
    let refused = legacy.call("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1002, "remove": ["cadet"]}])).await;
    assert!(refused.legacy_refusal(400).contains("userId"), "{}", refused.text);
    assert_eq!(server.written().await, written);

    let named = json!({"remove": ["medic"], "userId": account::CHIEF});
    bot.set_ranks(account::CADET, named).await.undo_id();
    let named = json!({"data": [{"flowId": "up", "users": ["1002"], "userId": account::CHIEF}]});
    assert_eq!(bot.post(flows, named).await.ok()["data"][0]["succeeded"], true);
}
