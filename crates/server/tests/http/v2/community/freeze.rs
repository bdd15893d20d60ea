//! `POST /v2/community/freeze` and `/unfreeze`: rank changes stop. Only some callers may still undo changes.

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, department, rank};

/// Returns a frozen server, its administrator, and a bot.
async fn frozen() -> (Server, Actor, Actor) {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    admin.freeze(json!({})).await.ok();
    (server, admin, bot)
}

async fn promote(actor: &Actor, user: &str) -> crate::kit::Answer {
    let data = json!([{"flowId": "up", "users": [user]}]);
    actor.post("/v2/community/promotion-flows/trigger", json!({"data": data})).await
}

#[tokio::test]
async fn an_administrator_freezes_the_community_and_everybody_is_told_who_and_why() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let written = server.written().await;
    let body = json!({"userId": "100000000000000004", "reason": "Somebody demotes everybody"});
    let answer = admin.freeze(body).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(admin.guards().await, answer.ok()["data"]);
    let refused = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    insta::assert_json_snapshot!(refused.whole());
    assert_eq!(server.written().await, (written.0, written.1 + 1), "the freeze alone");
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn no_rank_is_changed_in_any_way_but_by_an_administrator_without_a_ceiling() {
    let (server, admin, bot) = frozen().await;
    let low = server.admin_below(100).await;
    let (written, departments) = (server.written().await, admin.departments().await);
    for actor in [&low, &bot] {
        for body in [json!({"add": ["officer"]}), json!({"set": []}), json!({"active": false})] {
            actor.set_ranks(account::CADET, body).await.problem(423, "community-frozen");
        }
        let as_owner = json!({"remove": ["cadet"], "userId": account::OWNER});
        actor.set_ranks(account::CADET, as_owner).await.problem(423, "community-frozen");
        promote(actor, "1002").await.problem(423, "community-frozen");
        for action in ["ban", "kick", "archive"] {
            let answer = actor.change_standing(account::CADET, action, json!({})).await;
            answer.problem(423, "community-frozen");
        }
    }
    let body = json!({"removeFromHolders": true});
    low.change_rank("cadet", "retire", body.clone()).await.problem(423, "community-frozen");
    low.change_department(department::MEDICAL, "retire", body.clone()).await.problem(423, "community-frozen");
    assert_eq!((server.written().await, admin.departments().await), (written, departments));

    admin.set_ranks(account::CADET, json!({"add": ["medic"]})).await.undo_id();
    promote(&admin, "1002").await.ok();
    admin.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
    admin.change_department(department::MEDICAL, "retire", body).await.ok();
}

#[tokio::test]
async fn what_a_game_server_reports_goes_on_and_so_does_what_changes_nothing() {
    let (server, admin, bot) = frozen().await;
    let (last, _) = server.written().await;
    let answer = bot.set_ranks(account::CADET, json!({"add": ["cadet"]})).await;
    assert_eq!(answer.ok()["meta"]["undoId"], Value::Null);
    for (path, body) in [("clock", json!({"action": "in"})), ("sync", json!({}))] {
        bot.post(&format!("/v2/community/accounts/{}/{path}", account::CADET), body).await.ok();
    }
    for (action, body) in [("ban", json!({"keepRanks": true})), ("unban", json!({})), ("restore", json!({}))]
    {
        bot.change_standing(account::CADET, action, body).await.problem(423, "community-frozen");
    }
    admin.change_rank("medic", "retire", json!({})).await.ok();
    assert_eq!(server.written().await.0, last);
}

#[tokio::test]
async fn no_name_and_nothing_that_defines_the_community_is_changed() {
    let (server, admin, bot) = frozen().await;
    let low = server.admin_below(100).await;
    let cadet = format!("/v2/community/accounts/{}", account::CADET);
    let before = server.written().await;
    for (method, path, body) in [
        (Method::PATCH, format!("{cadet}/name"), json!({"newName": "Arwin"})),
        (
            Method::PATCH,
            format!("{cadet}/profile-fields"),
            json!({"profileFields": [{"id": "motto", "value": "Mine"}]}),
        ),
        (Method::POST, "/v2/community/accounts".to_owned(), json!({"name": "Another"})),
    ] {
        bot.send(method.clone(), &path, body.to_string()).await.problem(423, "community-frozen");
        admin.send(method, &path, body.to_string()).await.ok();
    }
    assert_eq!(server.written().await, (before.0, before.1 + 3), "by the administrator");
    let (before, department) = (server.written().await, department::MEDICAL);
    for (method, path, body) in [
        (Method::POST, "departments".to_owned(), json!({"label": "Navy"})),
        (Method::PATCH, format!("departments/{department}"), json!({"label": "Navy"})),
        (Method::PUT, "departments/order".to_owned(), json!({"departments": [department]})),
        (Method::POST, format!("departments/{department}/retire"), json!({})),
        (Method::POST, format!("departments/{department}/restore"), json!({})),
        (Method::PUT, format!("departments/{department}/ranks/order"), json!({"ranks": ["medic"]})),
        (Method::POST, "promotion-flows".to_owned(), json!({"labelFrom": "A", "labelTo": "B"})),
        (Method::PATCH, "promotion-flows/up".to_owned(), json!({"labelTo": "B"})),
        (Method::DELETE, "promotion-flows/up".to_owned(), Value::Null),
        (Method::PUT, "clockin-types/patrol".to_owned(), json!({"label": "Beat"})),
        (Method::DELETE, "clockin-types/patrol".to_owned(), Value::Null),
        (Method::PUT, "profile-fields/motto".to_owned(), json!({"label": "Words", "type": "text"})),
        (Method::DELETE, "profile-fields/motto".to_owned(), Value::Null),
    ] {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        low.send(method, &format!("/v2/community/{path}"), body).await.problem(423, "community-frozen");
    }
    assert_eq!(server.written().await, before);
}

#[tokio::test]
async fn frozen_comes_before_too_many() {
    let (server, admin, _) = frozen().await;
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": 1})).await.ok();
    let answer = server
        .admin_below(100)
        .await
        .change_rank("cadet", "retire", json!({"removeFromHolders": true}))
        .await;
    answer.problem(423, "community-frozen");
}

#[tokio::test]
async fn a_bot_undoes_nothing_in_whosever_name() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let change = bot.change_ranks(account::OFFICER, json!({"set": []})).await;
    admin.freeze(json!({})).await.ok();
    let written = server.written().await;
    for body in [
        json!({}),
        json!({"userId": account::CHIEF}),
        json!({"userId": account::OWNER}),
        json!({"onConflict": "skip"}),
    ] {
        bot.undo(&change, body).await.problem(423, "community-frozen");
    }
    assert_eq!(server.written().await, written);
    let undone = admin.undo(&change, json!({"userId": account::OWNER})).await;
    assert_eq!(undone.ok()["data"]["currentRanks"], json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn a_stolen_key_rolls_nothing_back_in_the_name_of_the_owner() {
    let (server, _, bot) = frozen().await;
    let everything = json!({"filter": {"from": "1970-01-01T00:00:00Z"}});
    let preview = bot.post("/v2/community/rank-changes/rollback", everything).await;
    let token = preview.ok()["data"]["planToken"].clone();
    let written = server.written().await;
    for user in [Value::Null, json!(account::CHIEF), json!(account::OWNER)] {
        let body = json!({"planToken": token, "userId": user});
        let refused = bot.post("/v2/community/rank-changes/rollback", body).await;
        refused.problem(423, "community-frozen");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_credential_of_scope_admin_with_a_ceiling_lifts_nothing_and_repairs_nothing() {
    let server = Server::start().await;
    let (admin, bot, low) = (server.admin().await, server.bot().await, server.admin_below(50).await);
    let change = bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    insta::assert_json_snapshot!(low.freeze(json!({})).await.problem(403, "power-ceiling"));
    low.set_guards(json!({"enabled": false})).await.problem(403, "power-ceiling");
    admin.freeze(json!({})).await.ok();
    low.unfreeze(json!({"userId": account::OWNER})).await.problem(403, "power-ceiling");
    low.undo(&change, json!({"userId": account::OWNER})).await.problem(423, "community-frozen");
    assert_ne!(admin.guards().await["frozen"], Value::Null);
    admin.undo(&change, json!({})).await.reversal();
}

#[tokio::test]
async fn a_credential_of_scope_admin_undoes_in_anybodys_name_as_far_as_they_reach() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let first = bot.change_ranks(account::OFFICER, json!({"remove": ["officer"]})).await;
    let second = bot.change_ranks(account::CADET, json!({"set": []})).await;
    admin.freeze(json!({})).await.ok();
    admin.undo(&first, json!({})).await.reversal();
    admin.undo(&second, json!({"userId": account::NEWCOMER})).await.problem(403, "insufficient-power");
    admin.undo(&second, json!({"userId": account::CHIEF})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn who_freezes_first_is_kept_and_unfreezing_ends_it_for_all() {
    let (server, admin, bot) = frozen().await;
    let first = admin.guards().await["frozen"].clone();
    assert_eq!((&first["userId"], &first["reason"]), (&Value::Null, &Value::Null));
    server.advance(std::time::Duration::from_secs(5));
    let other = server.admin().await;
    let again = other.freeze(json!({"userId": account::OWNER, "reason": "Me too"})).await;
    assert_eq!(again.ok()["data"]["frozen"], first);

    let lifted = other.unfreeze(json!({"userId": account::CHIEF})).await;
    insta::assert_json_snapshot!(lifted.whole());
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.undo_id();
    assert_eq!(other.unfreeze(json!({})).await.ok()["data"], lifted.ok()["data"], "it is so already");
    let anew = other.freeze(json!({"reason": " "})).await;
    assert_ne!(anew.ok()["data"]["frozen"]["at"], first["at"]);
    assert_eq!(anew.ok()["data"]["frozen"]["reason"], Value::Null);
}

#[tokio::test]
async fn settings_and_freezing_leave_each_other_alone() {
    let (_server, admin, _) = frozen().await;
    let set = admin.set_guards(json!({"enabled": true, "removalsPerHour": 7})).await;
    assert_ne!(set.ok()["data"]["frozen"], Value::Null);
    let lifted = admin.unfreeze(json!({})).await;
    assert_eq!(lifted.ok()["data"]["enabled"], true);
    assert_eq!(lifted.ok()["data"]["removalsPerHour"], 7);
}

#[tokio::test]
async fn who_is_banned_or_archived_neither_freezes_nor_unfreezes() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for user in [account::BANNED, account::ARCHIVED] {
        admin.freeze(json!({"userId": user})).await.problem(403, "insufficient-power");
        assert_eq!(admin.guards().await["frozen"], Value::Null);
    }
    admin.freeze(json!({})).await.ok();
    for user in [account::BANNED, account::ARCHIVED] {
        admin.unfreeze(json!({"userId": user})).await.problem(403, "insufficient-power");
        assert_ne!(admin.guards().await["frozen"], Value::Null);
    }
}

#[tokio::test]
async fn a_bot_without_the_scope_admin_neither_freezes_nor_unfreezes() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.freeze(json!({"userId": account::OWNER})).await.problem(403, "missing-scope");
    admin.freeze(json!({})).await.ok();
    bot.unfreeze(json!({"userId": account::OWNER})).await.problem(403, "missing-scope");
    assert_ne!(admin.guards().await["frozen"], Value::Null);
}

#[tokio::test]
async fn the_neighbours_are_not_frozen() {
    let (server, _, _) = frozen().await;
    let theirs = server.neighbours_admin().await;
    assert_eq!(theirs.guards().await["frozen"], Value::Null);
    theirs.set_ranks(account::NEIGHBOUR, json!({"set": []})).await.undo_id();
    theirs.unfreeze(json!({})).await.ok();
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"set": []})).await.problem(423, "community-frozen");
}

#[tokio::test]
async fn a_restart_lifts_nothing() {
    let (server, _, _) = frozen().await;
    let key = server.bot_key().await;
    let server = server.restarted().await;
    let bot = server.holder_of(&key);
    bot.set_ranks(account::CADET, json!({"set": []})).await.problem(423, "community-frozen");
}

#[tokio::test]
async fn a_caller_of_v1_is_told_in_plain_text() {
    let (server, _, _) = frozen().await;
    let (legacy, _) = server.legacy().await;
    for (name, data) in [
        ("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1002, "remove": ["cadet"]}])),
        ("TRIGGER_PROMOTION_FLOWS", json!([{"flowId": "up", "users": ["1002"], "promote": true}])),
        ("BAN_ACCOUNT", json!([{"uniqueId": 1002}])),
        ("UNDO_RANK_CHANGE", json!([{"undoId": "1"}])),
    ] {
        let answer = legacy.call(name, data).await;
        assert!(answer.legacy_refusal(400).starts_with("The community is frozen since "), "{}", answer.text);
    }
}
