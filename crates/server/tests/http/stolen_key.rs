//! What somebody with a stolen bot key tries, and what a careless person does: ends that take away, undos
//! that take away, roads past the guard, forged tokens. The rules themselves are tested with the domain.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use rankledger_domain::rank::Power;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

const SECOND: &str = "PT1S";

/// Returns a server whose guard lets each take away this much a minute, its administrator, and a bot.
pub(super) async fn guarded(per_minute: u32) -> (Server, Actor, Actor) {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": per_minute})).await.ok();
    (server, admin, bot)
}

pub(super) fn too_much(answer: &Answer) -> &Value {
    answer.problem(429, "abnormal-usage-detected")
}

async fn end_after(actor: &Actor, account: &str, rank: &str, on_held: Option<&str>) -> Answer {
    let entry = json!({"rank": rank, "expiresIn": SECOND, "onHeld": on_held});
    actor.set_ranks(account, json!({"add": [entry]})).await
}

#[tokio::test]
async fn a_short_end_takes_nothing_away_from_those_who_hold_the_rank_for_longer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = end_after(&bot, account::OFFICER, "officer", None).await;
    assert_eq!(answer.ok()["meta"]["undoId"], Value::Null);
    assert_eq!(answer.ok()["meta"]["expiresAt"], Value::Null, "the grant has no end");
    server.advance(Duration::from_secs(2));
    assert_eq!(server.expire_due().await, 0);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn a_short_end_that_replaces_is_counted_and_taken_back_after_it_has_come() {
    let (server, admin, bot) = guarded(3).await;
    for (account, rank) in
        [(account::OFFICER, "officer"), (account::OFFICER, "medic"), (account::CADET, "cadet")]
    {
        end_after(&bot, account, rank, Some("replace")).await.undo_id();
    }
    let refused = end_after(&bot, account::CHIEF, "chief", Some("replace")).await;
    assert_eq!(too_much(&refused)["removals"], 1);
    server.advance(Duration::from_secs(2));
    assert_eq!(server.expire_due().await, 2);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([]));

    let bots = server.change(7).await.credential.expect("a credential");
    let report = admin.roll_back(json!({ "credentialId": bots })).await;
    assert_eq!(report.counts(), [2, 3, 3, 0, 0]);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(server.expire_due().await, 0, "they have no end any more");
}

#[tokio::test]
async fn an_undo_of_the_shortening_looks_through_the_end() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let shortening = end_after(&bot, account::OFFICER, "officer", Some("replace")).await.undo_id();
    server.advance(Duration::from_secs(2));
    server.expire_due().await;
    admin.undo("8", json!({})).await.problem(409, "grant-expired");
    admin.undo(&shortening, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn nothing_ends_in_a_frozen_community_until_it_thaws() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let shortening = end_after(&bot, account::OFFICER, "officer", Some("replace")).await.undo_id();
    end_after(&bot, account::CADET, "cadet", Some("replace")).await.undo_id();
    admin.freeze(json!({})).await.ok();
    server.advance(Duration::from_hours(2));
    assert_eq!(server.expire_due().await, 0);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    admin.undo(&shortening, json!({})).await.reversal();
    admin.unfreeze(json!({})).await.ok();
    assert_eq!(server.expire_due().await, 1);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([]));
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn an_extension_is_added_and_what_it_cannot_be_is_refused_at_the_place() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let extend = json!({"add": [{"rank": "medic", "expiresIn": "P7D", "onHeld": "extend"}]});
    for expected in ["2026-05-08T12:00:00.000Z", "2026-05-15T12:00:00.000Z"] {
        let answer = bot.set_ranks(account::CADET, extend.clone()).await;
        assert_eq!(answer.ok()["meta"]["expiresAt"][rank::MEDIC], expected, "{}", answer.body);
    }
    for (entry, pointer) in [
        (json!({"rank": "medic", "onHeld": "extend"}), "/add/0/onHeld"),
        (json!({"rank": "medic", "onHeld": "replace"}), "/add/0/onHeld"),
        (json!({"rank": "medic", "expiresAt": "2026-06-01T00:00:00Z", "onHeld": "extend"}), "/add/0/onHeld"),
        (json!({"rank": "medic", "expiresAt": null, "onHeld": "extend"}), "/add/0/onHeld"),
        (json!({"rank": "medic", "expiresIn": "P1D", "onHeld": "longest"}), "/add/0/onHeld"),
        (json!({"rank": "medic", "expiresIn": "P100Y", "onHeld": "extend"}), "/add/0"),
    ] {
        let answer = bot.set_ranks(account::CADET, json!({"add": [entry]})).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{}", answer.body);
    }
}

#[tokio::test]
async fn undoing_and_rolling_back_are_counted_like_what_they_take_away() {
    let (server, admin, bot) = guarded(1).await;
    let keys = server.more_ranks(2).await;
    let given: Vec<_> = [
        bot.change_ranks(account::NEWCOMER, json!({"add": keys[..1]})).await,
        bot.change_ranks(account::NEWCOMER, json!({"add": keys[1..]})).await,
    ]
    .into();
    bot.undo(&given[0], json!({})).await.reversal();
    too_much(&bot.undo(&given[1], json!({})).await);
    let other = server.bot_with(crate::kit::ALL_SCOPES, |_| {}).await;
    let everything = other.preview(json!({"from": "1970-01-01T00:00:00Z"})).await;
    let run = other.run(&everything).await;
    let removals = &too_much(&run)["removals"];
    assert!(removals.as_u64() > Some(3), "{removals}");
    assert_eq!(bot.ranks_of(account::CHIEF).await, json!([rank::CHIEF]));
    let repaired = admin.roll_back(json!({"from": "1970-01-01T00:00:00Z"})).await;
    assert_ne!(repaired.counts()[2], 0, "an administrator is exempt");
}

#[tokio::test]
async fn whose_changes_are_undone_decides_and_not_the_words_of_the_filter() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot_with(crate::kit::ALL_SCOPES, |_| {}).await);
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let credential = server.change(7).await.credential.expect("a credential");
    for filter in [
        json!({"accounts": [account::CADET], "from": "2026-04-30T00:00:00Z"}),
        json!({"ranks": ["medic"]}),
        json!({ "credentialId": credential }),
    ] {
        bot.preview(filter).await.problem(403, "own-rollback");
    }
    admin.change_ranks(account::CADET, json!({"add": ["chief"]})).await;
    let own = admin.roll_back(json!({"accounts": [account::CADET], "from": "2026-04-30T00:00:00Z"})).await;
    assert_eq!(own.counts()[2], 3, "an administrator is never kept from repairing again");
}

#[tokio::test]
async fn a_rollback_that_was_taken_back_is_made_again_by_the_same_filter() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::OFFICER, json!({"set": []})).await;
    let by_bot = json!({ "credentialId": server.change(7).await.credential.expect("a credential") });
    let batch = admin.roll_back(by_bot.clone()).await.batch();
    assert_eq!(admin.preview(by_bot.clone()).await.counts(), [0; 5]);
    admin.roll_back(json!({ "batchId": batch })).await.batch();
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([]));
    assert_eq!(admin.roll_back(by_bot).await.counts(), [1, 1, 1, 0, 0]);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn no_road_leads_past_the_guard() {
    let (server, admin, bot) = guarded(1).await;
    let (last, _) = server.written().await;
    let identifier = "50000000-0000-0000-0000-000000000003";
    let remove = format!("/v2/community/accounts/{}/identifiers/{identifier}", account::OFFICER);
    bot.set_ranks(account::CHIEF, json!({"active": false})).await.undo_id();
    for _ in 0..2 {
        too_much(&bot.set_ranks(account::OFFICER, json!({"active": false})).await);
        for action in ["ban", "kick", "archive"] {
            too_much(&bot.change_standing(account::OFFICER, action, json!({"keepRanks": true})).await);
        }
        too_much(&bot.delete(&remove).await);
        server.advance(Duration::from_secs(1));
    }
    assert_eq!(server.written().await.0, last + 1);
    server.advance(Duration::from_mins(1));
    bot.change_standing(account::OFFICER, "ban", json!({"keepRanks": true})).await.ok();
    too_much(&bot.change_standing(account::CADET, "kick", json!({"keepRanks": true})).await);
    bot.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    let counted = admin.counted().await;
    assert_eq!(counted[0]["lastHour"], 2, "{counted}");
    assert_eq!((&counted[0]["lastMinute"], counted.as_array().map(Vec::len)), (&json!(1), Some(2)));
}

#[tokio::test]
async fn many_keys_take_no_more_together_than_the_community_allows() {
    let (server, admin, _) = guarded(1).await;
    let mut refused = 0;
    for account in [account::OFFICER, account::CADET, account::CHIEF, account::EXPLORER] {
        let another = server.bot().await;
        let answer = another.set_ranks(account, json!({"active": false, "remove": []})).await;
        refused += usize::from(answer.status == 429);
        if refused > 0 {
            assert_eq!(too_much(&answer)["community"], true);
        }
    }
    assert_eq!(refused, 1, "three times as much as one");
    let set = json!({"communityRemovalsPerMinute": 4});
    assert_eq!(admin.set_guards(set).await.ok()["data"]["communityRemovalsPerHour"], 300);
    server.bot().await.set_ranks(account::EXPLORER, json!({"active": false})).await.undo_id();
}

#[tokio::test]
async fn a_plan_token_that_this_community_did_not_sign_is_none() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let preview = admin.preview(json!({"accounts": [account::CADET]})).await;
    let token = preview.plan_token();
    let (json, signature) = token.split_once('.').expect("two parts");
    let plan = BASE64URL_NOPAD.decode(json.as_bytes()).expect("base64");
    let wider = String::from_utf8(plan).expect("a text").replace(account::CADET, account::OFFICER);
    let written = server.written().await;
    for forged in [
        format!("{}.{signature}", BASE64URL_NOPAD.encode(wider.as_bytes())),
        json.to_owned(),
        format!("{json}."),
        format!("{json}.{}", BASE64URL_NOPAD.encode(&[0; 64])),
    ] {
        let answer = admin.rollback(json!({ "planToken": forged })).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/planToken");
    }
    let body = json!({"planToken": token, "userId": account::NEIGHBOUR});
    let theirs = server.neighbours_admin().await.rollback(body).await;
    theirs.problem(400, "invalid-body");
    assert_eq!(server.written().await, written);
    admin.rollback(json!({ "planToken": token })).await.batch();
}

#[tokio::test]
async fn a_flow_moves_only_those_who_stand_where_it_begins() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let run = async |users: Value, promote: bool, force: bool| {
        let data = json!([{"flowId": "up", "users": users, "promote": promote}]);
        let body = json!({"data": data, "force": force});
        let answer = bot.post("/v2/community/promotion-flows/trigger", body).await;
        let results = answer.ok()["data"].as_array().expect("the results").clone();
        results
            .iter()
            .map(|result| (result["succeeded"] == true, result["message"].to_string()))
            .collect::<Vec<_>>()
    };
    let up = run(json!(["1001", "1002", "1003"]), true, false).await;
    assert_eq!(up.iter().map(|(succeeded, _)| *succeeded).collect::<Vec<_>>(), [false, true, false]);
    assert!(up[0].1.contains("Cadet") && up[0].1.contains("force"), "{}", up[0].1);
    let again = run(json!(["1002"]), true, false).await;
    assert!(!again[0].0 && again[0].1.contains("Cadet"), "{}", again[0].1);
    let down = run(json!(["1001"]), false, false).await;
    assert!(!down[0].0 && down[0].1.contains("Officer"), "{}", down[0].1);
    assert!(run(json!(["1001"]), false, true).await[0].0, "with force");
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_trip_of_the_guard_is_in_the_log_once_a_minute() {
    let (server, admin, bot) = guarded(1).await;
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.undo_id();
    for _ in 0..3 {
        too_much(&bot.set_ranks(account::CADET, json!({"set": []})).await);
    }
    let trips = async || {
        let log = admin.get("/v2/community/administration?kind=guard.tripped").await;
        log.ok()["data"]["entries"].as_array().expect("the entries").clone()
    };
    let mut noted = trips().await;
    while noted.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
        noted = trips().await;
    }
    assert_eq!(noted.len(), 1);
    assert_eq!((&noted[0]["after"]["removals"], &noted[0]["after"]["limit"]), (&json!(1), &json!(1)));
    assert!(noted[0]["credentialId"].is_string(), "{}", noted[0]);
    server.advance(Duration::from_secs(30));
    too_much(&bot.set_ranks(account::CADET, json!({"set": []})).await);
    admin.set_ranks(account::CADET, json!({"add": ["medic"]})).await.undo_id();
    assert_eq!(trips().await.len(), 1);
}

/// A move whose new rank has ended is not half undone: what has ended is over.
#[tokio::test]
async fn the_old_rank_comes_back_after_the_new_one_of_a_move_has_ended() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let add = json!([{"rank": "officer", "expiresIn": SECOND}]);
    let moved = bot.set_ranks(account::CADET, json!({"add": add, "remove": ["cadet"]})).await.undo_id();
    server.advance(Duration::from_secs(2));
    assert_eq!(server.expire_due().await, 1);
    admin.undo(&moved, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_frozen_community_keeps_its_ranks_and_credentials_from_all_with_a_ceiling() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let low = server.bot_with("admin", |key| key.power_ceiling = Some(Power(60))).await;
    let preview = low.preview(json!({"accounts": [account::CADET]})).await;
    admin.freeze(json!({})).await.ok();
    low.run(&preview).await.problem(423, "community-frozen");
    let rank = format!("/v2/community/ranks/{}", rank::CADET);
    low.patch(&rank, json!({"label": "Recruit"})).await.problem(423, "community-frozen");
    let credential = json!({"name": "mine", "scopes": ["community:read"], "powerCeiling": 10});
    low.post("/v2/community/credentials", credential).await.problem(423, "community-frozen");
    admin.patch(&rank, json!({"label": "Recruit"})).await.ok();
}
