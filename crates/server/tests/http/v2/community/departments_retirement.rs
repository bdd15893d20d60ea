//! `POST /v2/community/departments/{departmentId}/retire` and `/restore`: all ranks of a department at once.

use rankledger_domain::rank_change::Source;
use serde_json::json;

use crate::kit::{Server, account, department, rank};

#[tokio::test]
async fn the_ranks_of_a_retired_department_are_not_given_any_more() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let undo_id = bot.change_ranks(account::CADET, json!({"remove": ["cadet"]})).await;
    let answer = admin.change_department(department::POLICE, "retire", json!({})).await;
    insta::assert_json_snapshot!(answer.whole());

    let written = server.written().await;
    let refused =
        bot.set_ranks(account::NEWCOMER, json!({"set": ["officer"], "add": ["medic", "cadet"]})).await;
    refused.problem(422, "rank-retired");
    insta::assert_json_snapshot!(refused.whole());
    bot.undo(undo_id, json!({})).await.problem(409, "rank-retired");
    assert_eq!(server.written().await, written);

    let listed = bot.get("/v2/community/departments").await;
    assert_eq!(listed.ok()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed.body["data"][0]["uuid"], department::MEDICAL);
}

#[tokio::test]
async fn the_ranks_of_a_retired_department_stay_with_those_who_hold_them() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let written = server.written().await;
    admin.change_department(department::POLICE, "retire", json!({})).await.ok();
    assert_eq!(server.written().await, (written.0, written.1 + 1), "no rank changes");
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    let kept = bot.set_ranks(account::OFFICER, json!({"set": ["officer"]})).await;
    assert_eq!(*kept.ranks(), json!([rank::OFFICER]));
    bot.set_ranks(account::OFFICER, json!({"remove": ["officer"]})).await.undo_id();
}

#[tokio::test]
async fn a_department_that_is_restored_is_exactly_as_it_was() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let before = admin.departments().await;
    admin.change_department(department::POLICE, "retire", json!({})).await.ok();
    assert_ne!(admin.departments().await, before);
    let answer = admin.change_department(department::POLICE, "restore", json!({})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(admin.departments().await, before);
    bot.set_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await.undo_id();
    let explorer = bot.set_ranks(account::NEWCOMER, json!({"add": ["explorer"]})).await;
    explorer.problem(422, "rank-retired");
}

#[tokio::test]
async fn a_rank_that_is_retired_by_itself_stays_so_until_it_is_restored_by_itself() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let add = json!({"add": ["medic"]});
    admin.change_department(department::MEDICAL, "retire", json!({})).await.ok();
    admin.change_rank("medic", "retire", json!({})).await.ok();
    admin.change_department(department::MEDICAL, "restore", json!({})).await.ok();
    bot.set_ranks(account::NEWCOMER, add.clone()).await.problem(422, "rank-retired");

    admin.change_department(department::MEDICAL, "retire", json!({})).await.ok();
    let refused = admin.change_rank("medic", "restore", json!({})).await;
    let detail = refused.problem(422, "refused-entry")["detail"].as_str().expect("a sentence");
    assert!(detail.contains("department"), "{detail}");
    admin.change_department(department::MEDICAL, "restore", json!({})).await.ok();
    admin.change_rank("medic", "restore", json!({})).await.ok();
    bot.set_ranks(account::NEWCOMER, add).await.undo_id();
}

#[tokio::test]
async fn a_department_takes_its_ranks_from_each_holder_by_one_change_that_can_be_undone() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::OFFICER, json!({"add": ["cadet"]})).await;
    let (last, _) = server.written().await;
    let body = json!({"removeFromHolders": true, "reason": "Closed down", "userId": account::OWNER});
    let answer = admin.change_department(department::POLICE, "retire", body).await;
    insta::assert_json_snapshot!(answer.whole());

    let holders = [
        account::CADET,
        account::OFFICER,
        account::CHIEF,
        account::BANNED,
        account::ARCHIVED,
        account::EXPLORER,
    ];
    assert_eq!(server.written().await.0, last + 6);
    let mut events = server.events().await.into_iter().skip(1);
    for (number, holder) in (last + 1..).zip(holders) {
        let change = server.change(number).await;
        assert_eq!(change.account.to_string(), holder);
        assert_eq!((change.source, change.reason.as_deref()), (Source::Retirement, Some("Closed down")));
        assert_eq!(change.actor.map(|id| id.to_string()).as_deref(), Some(account::OWNER));
        let told = json!({"topic": "ranks.changed", "account": holder, "change": number});
        assert_eq!(events.next(), Some(told));
        let left = if holder == account::OFFICER { json!([rank::MEDIC]) } else { json!([]) };
        assert_eq!(bot.ranks_of(holder).await, left);
    }
    let told = json!({"topic": "structure.changed", "account": null, "change": null});
    assert_eq!(events.collect::<Vec<_>>(), [told]);

    bot.undo(last + 2, json!({})).await.problem(409, "rank-retired");
    admin.change_department(department::POLICE, "restore", json!({})).await.ok();
    bot.undo(last + 2, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC, rank::CADET]));
    bot.undo(last + 4, json!({})).await.problem(409, "account-banned");
    bot.undo(last + 6, json!({})).await.problem(409, "rank-retired");
}

#[tokio::test]
async fn what_is_so_already_is_answered_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for action in ["restore", "retire"] {
        let first = admin.change_department(department::MEDICAL, action, json!({})).await;
        let before = (admin.departments().await, server.written().await);
        let again = admin.change_department(department::MEDICAL, action, json!({})).await;
        assert_eq!(again.ok()["data"], first.ok()["data"]);
        assert_eq!((admin.departments().await, server.written().await), before);
    }
    let taken =
        admin.change_department(department::MEDICAL, "retire", json!({"removeFromHolders": true})).await;
    assert_eq!(taken.ok()["data"]["removedFrom"], 1, "they may be taken later too");
    let taken =
        admin.change_department(department::MEDICAL, "retire", json!({"removeFromHolders": true})).await;
    assert_eq!(taken.ok()["data"]["removedFrom"], 0);
}

#[tokio::test]
async fn a_department_is_retired_only_by_who_stands_above_all_its_ranks() {
    let server = Server::start().await;
    let (low, admin) = (server.admin_below(90).await, server.admin().await);
    let before = (admin.departments().await, server.written().await);
    for action in ["retire", "restore"] {
        let by_chief = json!({"userId": account::CHIEF});
        let refused = [
            low.change_department(department::POLICE, action, json!({})).await,
            low.change_department(department::POLICE, action, json!({"userId": account::OWNER})).await,
            admin.change_department(department::POLICE, action, by_chief).await,
        ];
        for answer in refused {
            assert_eq!(answer.problem(403, "insufficient-power")["rank"], rank::CHIEF);
        }
    }
    assert_eq!((admin.departments().await, server.written().await), before);
    low.change_department(department::MEDICAL, "retire", json!({})).await.ok();
    let by_owner = json!({"userId": account::OWNER});
    admin.change_department(department::POLICE, "retire", by_owner).await.ok();
    server.admin_below(91).await.change_department(department::POLICE, "restore", json!({})).await.ok();
}

#[tokio::test]
async fn if_one_holder_stands_too_high_nothing_is_taken_from_anybody() {
    let server = Server::start().await;
    let (low, bot) = (server.admin_below(50).await, server.bot().await);
    bot.change_ranks(account::CHIEF, json!({"add": ["medic"]})).await;
    let before = (low.departments().await, server.written().await);
    let body = json!({"removeFromHolders": true});
    let refused = low.change_department(department::MEDICAL, "retire", body).await;
    refused.problem(403, "insufficient-power");
    insta::assert_json_snapshot!(refused.whole());
    assert_eq!((low.departments().await, server.written().await), before);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    low.change_department(department::MEDICAL, "retire", json!({})).await.ok();
}

#[tokio::test]
async fn a_person_who_is_banned_or_unknown_retires_not_even_an_empty_department() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = admin.post("/v2/community/departments", json!({"label": "Empty"})).await;
    let empty = made.ok()["data"]["uuid"].as_str().expect("an id");
    for action in ["retire", "restore"] {
        for user in [account::BANNED, account::ARCHIVED] {
            let answer = admin.change_department(empty, action, json!({"userId": user})).await;
            answer.problem(403, "insufficient-power");
        }
        for user in [account::NEIGHBOUR, account::NOBODY, "Chief"] {
            let answer = admin.change_department(empty, action, json!({"userId": user})).await;
            answer.problem(422, "unknown-user");
        }
    }
    assert_eq!(admin.departments().await[3]["retired"], false);
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = admin.departments().await;
    for (body, pointer) in [
        (json!({"removeFromHolders": "yes"}), "/removeFromHolders"),
        (json!({"userId": 7}), "/userId"),
        (json!({"reason": "ä".repeat(501)}), "/reason"),
    ] {
        let answers = [
            admin.change_department(department::MEDICAL, "retire", body.clone()).await,
            admin.change_rank("medic", "retire", body.clone()).await,
        ];
        for answer in answers {
            assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    assert_eq!(admin.departments().await, before);
}
