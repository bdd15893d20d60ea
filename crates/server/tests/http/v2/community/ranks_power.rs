//! Authority to make, edit and retire ranks. The current power of a rank decides who may give and take it.

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

const MEDICS: &str = "/v2/community/departments/d0000000-0000-0000-0000-000000000002/ranks";
const MEDIC: &str = "/v2/community/ranks/medic";

/// Checks that an answer refuses for lack of power, and names the power that was too high.
#[track_caller]
fn assert_too_low(answer: &Answer, power: u32, limit: u32) {
    let problem = answer.problem(403, "insufficient-power");
    assert_eq!((&problem["power"], &problem["limit"]), (&json!(power), &json!(limit)));
}

/// Sends requests so that they wait together, and are written in this order.
async fn at_once(server: &Server, requests: Vec<(&Actor, Method, &str, Value)>) -> Vec<Answer> {
    let commits = server.ledger.stats().commits();
    let requests =
        requests.into_iter().map(|(actor, method, path, body)| actor.send(method, path, body.to_string()));
    let answers = server.together(requests).await;
    assert!(
        server.ledger.stats().commits() <= commits + 2,
        "the first may be alone, the others wait together"
    );
    answers
}

fn ranks_of(account: &str) -> String {
    format!("/v2/community/accounts/{account}/ranks")
}

#[tokio::test]
async fn a_rank_is_made_only_below_the_ceiling() {
    let server = Server::start().await;
    let low = server.admin_below(30).await;
    let before = low.departments().await;
    let answer = low.post(MEDICS, json!({"label": "Doctor", "power": 30})).await;
    assert_too_low(&answer, 30, 30);
    let nobody = server.admin_below(0).await;
    assert_too_low(&nobody.post(MEDICS, json!({"label": "Helper"})).await, 0, 0);
    assert_eq!(low.departments().await, before);
    low.post(MEDICS, json!({"label": "Nurse", "power": 29})).await.ok();
}

#[tokio::test]
async fn a_rank_is_edited_only_below_the_ceiling_as_it_is_and_as_it_is_to_be() {
    let server = Server::start().await;
    let low = server.admin_below(30).await;
    let before = low.departments().await;
    let lowered = low.patch(MEDIC, json!({"power": 1})).await;
    assert_too_low(&lowered, 30, 30);
    insta::assert_json_snapshot!(lowered.whole());
    assert_too_low(&low.patch(MEDIC, json!({"label": "Doctor"})).await, 30, 30);
    assert_too_low(&low.patch("/v2/community/ranks/cadet", json!({"power": 30})).await, 30, 30);
    assert_eq!(low.departments().await, before);
    low.patch("/v2/community/ranks/cadet", json!({"power": 29})).await.ok();
    server.admin_below(31).await.patch(MEDIC, json!({"power": 1})).await.ok();
}

#[tokio::test]
async fn a_rank_is_retired_and_restored_only_below_the_ceiling() {
    let server = Server::start().await;
    let low = server.admin_below(30).await;
    let before = (low.departments().await, server.written().await);
    for action in ["retire", "restore"] {
        assert_too_low(&low.change_rank("medic", action, json!({})).await, 30, 30);
        let by_owner = json!({"userId": account::OWNER});
        assert_too_low(&low.change_rank("medic", action, by_owner).await, 30, 30);
    }
    assert_eq!((low.departments().await, server.written().await), before);
    low.change_rank("officer", "retire", json!({})).await.ok();
}

#[tokio::test]
async fn a_person_makes_edits_and_retires_only_ranks_below_their_own() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = (admin.departments().await, server.written().await);
    let user = account::OFFICER;
    assert_too_low(
        &admin.post(MEDICS, json!({"label": "Doctor", "power": 30, "userId": user})).await,
        30,
        30,
    );
    assert_too_low(&admin.patch(MEDIC, json!({"power": 1, "userId": user})).await, 30, 30);
    let raised = admin.patch("/v2/community/ranks/cadet", json!({"power": 31, "userId": user})).await;
    assert_too_low(&raised, 31, 30);
    assert_too_low(&admin.change_rank("chief", "retire", json!({"userId": user})).await, 90, 30);
    for user in [account::BANNED, account::ARCHIVED] {
        let answer = admin.change_rank("explorer", "restore", json!({"userId": user})).await;
        answer.problem(403, "insufficient-power");
    }
    for user in [account::NEIGHBOUR, account::NOBODY, "Chief"] {
        admin.patch(MEDIC, json!({"userId": user})).await.problem(422, "unknown-user");
        admin.post(MEDICS, json!({"label": "A", "userId": user})).await.problem(422, "unknown-user");
    }
    assert_eq!((admin.departments().await, server.written().await), before);
    admin.patch(MEDIC, json!({"power": 89, "userId": "100000000000000004"})).await.ok();
    admin.patch(MEDIC, json!({"power": u32::MAX, "userId": account::OWNER})).await.ok();
}

#[tokio::test]
async fn a_rank_that_is_retired_and_restored_is_so_for_the_very_next_request() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let newcomer = ranks_of(account::NEWCOMER);
    let add = || (&bot, Method::PATCH, newcomer.as_str(), json!({"add": ["medic"]}));
    let answers = at_once(
        &server,
        vec![
            (&admin, Method::POST, "/v2/community/ranks/medic/retire", json!({})),
            add(),
            (&admin, Method::POST, "/v2/community/ranks/medic/restore", json!({})),
            (
                &admin,
                Method::POST,
                "/v2/community/departments/d0000000-0000-0000-0000-000000000002/retire",
                json!({}),
            ),
            add(),
            (
                &admin,
                Method::POST,
                "/v2/community/departments/d0000000-0000-0000-0000-000000000002/restore",
                json!({}),
            ),
            add(),
        ],
    )
    .await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [200, 422, 200, 200, 422, 200, 200]);
    answers[1].problem(422, "rank-retired");
    answers[4].problem(422, "rank-retired");
}

#[tokio::test]
async fn a_rank_that_is_made_or_renamed_is_known_to_the_very_next_request() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let newcomer = ranks_of(account::NEWCOMER);
    let add = |key: &str| (&bot, Method::PATCH, newcomer.as_str(), json!({"add": [key]}));
    let answers = at_once(
        &server,
        vec![
            add("nurse"),
            (&admin, Method::POST, MEDICS, json!({"label": "Nurse", "key": "nurse"})),
            add("nurse"),
            (&admin, Method::PATCH, MEDIC, json!({"key": "doctor"})),
            add("medic"),
            add("doctor"),
        ],
    )
    .await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [422, 200, 200, 200, 422, 200]);
    answers[4].problem(422, "unknown-rank");
}

#[tokio::test]
async fn a_new_power_counts_for_the_very_next_request() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.bot_below(20).await);
    let cadet = ranks_of(account::CADET);
    let power = |power: u32| (&admin, Method::PATCH, "/v2/community/ranks/cadet", json!({"power": power}));
    let answers = at_once(
        &server,
        vec![
            power(20),
            (&low, Method::PATCH, &cadet, json!({"remove": ["cadet"]})),
            power(19),
            (&low, Method::PATCH, &cadet, json!({"remove": ["cadet"]})),
        ],
    )
    .await;
    assert_too_low(&answers[1], 20, 20);
    assert_eq!(*answers[3].ranks(), json!([]));
}

#[tokio::test]
async fn a_change_of_rank_that_is_refused_changes_nothing_for_the_next_request() {
    let server = Server::start().await;
    let (admin, low, bot) = (server.admin().await, server.admin_below(20).await, server.bot().await);
    bot.change_ranks(account::CHIEF, json!({"add": ["cadet"]})).await;
    let newcomer = ranks_of(account::NEWCOMER);
    let body = json!({"removeFromHolders": true});
    let answers = at_once(
        &server,
        vec![
            (&admin, Method::PATCH, MEDIC, json!({"key": "officer", "power": 0})),
            (&low, Method::POST, "/v2/community/ranks/cadet/retire", body),
            (&bot, Method::PATCH, newcomer.as_str(), json!({"add": ["cadet", "medic", "officer"]})),
        ],
    )
    .await;
    answers[0].problem(409, "already-taken");
    answers[1].problem(403, "insufficient-power");
    assert_eq!(*answers[2].ranks(), json!([rank::CADET, rank::MEDIC, rank::OFFICER]));
}
