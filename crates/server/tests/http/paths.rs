//! Paths: unknown paths (404), wrong methods (405), and malformed parts of a path.

use http::Method;
use serde_json::json;

use crate::kit::{Server, account};

#[tokio::test]
async fn a_path_that_is_not_there_is_answered_as_a_problem() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts/me/cars").await.whole());
    for path in [
        "/v2",
        "/v2/",
        "/v3/community",
        "/V2/community",
        "/v2/community/",
        "/v2/community/rank-change",
        "/v2/community/rank-changes/7/redo",
        "/v2/community/../community",
        "/v2/community%2Faccounts",
        "/favicon.ico",
        "/problems/",
    ] {
        bot.get(path).await.problem(404, "not-found");
        server.stranger().get(path).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn another_method_is_refused_with_those_there_are() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let path = format!("/v2/community/accounts/{}/ranks", account::CADET);
    let answer = bot.send(Method::DELETE, &path, "").await;
    answer.problem(405, "method-not-allowed");
    insta::assert_json_snapshot!(answer.whole());
    for (method, path, allow) in [
        (Method::PUT, path.as_str(), "GET,HEAD,PATCH"),
        (Method::POST, "/v2/community", "GET,HEAD,PATCH"),
        (Method::OPTIONS, "/v2/community", "GET,HEAD,PATCH"),
        (Method::PATCH, "/v2/community/accounts/search", "GET,HEAD"),
        (Method::GET, "/v2/community/rank-changes/7/undo", "POST"),
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::from_bytes(b"BREW").expect("a method"), "/problems", "GET,HEAD"),
    ] {
        let answer = bot.send(method, path, "").await;
        answer.problem(405, "method-not-allowed");
        let mut allowed: Vec<_> = answer.header("allow").expect("Allow").split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed.join(","), allow, "{path}");
    }
}

#[tokio::test]
async fn a_head_has_the_headers_of_a_get_and_no_body() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for path in ["/v2/community/accounts/a0000000-0000-0000-0000-000000000002", "/v2/community", "/healthz"] {
        let (head, get) = (bot.send(Method::HEAD, path, "").await, bot.get(path).await);
        assert_eq!(head.status, get.status);
        assert_eq!(head.header("etag"), get.header("etag"));
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.body, json!(""));
    }
}

#[tokio::test]
async fn an_account_id_that_is_no_uuid_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.get("/v2/community/accounts/1002").await;
    answer.problem(400, "invalid-path");
    insta::assert_json_snapshot!(answer.whole());
    for id in [
        "me",
        "a0000000-0000-0000-0000-00000000000",
        "a0000000-0000-0000-0000-0000000000022",
        "g0000000-0000-0000-0000-000000000002",
        "%20a0000000-0000-0000-0000-000000000002",
        "a0000000-0000-0000-0000-000000000002%00",
        "%3Cscript%3E",
        "..%2F..%2Fetc%2Fpasswd",
        "'%20OR%201=1--",
        "%",
        "%zz",
        "%E2%82%AC",
    ] {
        for path in
            [format!("/v2/community/accounts/{id}/ranks"), format!("/v2/community/accounts/{id}/identifiers")]
        {
            bot.get(&path).await.problem(400, "invalid-path");
        }
        bot.set_ranks(id, json!({"add": ["cadet"]})).await.problem(400, "invalid-path");
    }
}

#[tokio::test]
async fn a_path_that_does_not_decode_to_text_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for id in ["%FF", "%C3%28", "a%80b"] {
        bot.get(&format!("/v2/community/accounts/{id}")).await.problem(400, "invalid-path");
        bot.set_ranks(id, json!({"add": ["cadet"]})).await.problem(400, "invalid-path");
        bot.undo(id, json!({})).await.problem(400, "invalid-path");
    }
}

#[tokio::test]
async fn an_account_id_is_read_in_any_case() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.get(&format!("/v2/community/accounts/{}", account::CADET.to_uppercase())).await;
    assert_eq!(answer.ok()["data"]["accId"], account::CADET);
}

#[tokio::test]
async fn the_path_comes_before_the_body() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks("me", json!([])).await.problem(400, "invalid-path");
    bot.undo("latest", json!([])).await.problem(400, "invalid-path");
}

#[tokio::test]
async fn a_query_is_ignored_where_there_is_none_to_read() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for path in ["/v2/community", "/v2/community/departments", "/v2/community/promotion-flows"] {
        let answer = bot.get(&format!("{path}?x=%FF&x&&=")).await;
        assert_eq!(answer.ok()["meta"]["path"], path);
    }
}

#[tokio::test]
async fn a_very_long_path_is_answered() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.get(&format!("/v2/{}", "x".repeat(60_000))).await.problem(404, "not-found");
    bot.get(&format!("/v2/community/accounts/{}", "x".repeat(60_000))).await.problem(400, "invalid-path");
}

#[tokio::test]
async fn doubled_slashes_are_one() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let row = format!("/v2/community/accounts/{}/ranks", account::CADET);
    let wanted = bot.get(&row).await;
    for path in [
        format!("/{row}"),
        format!("///{row}"),
        row.replace('/', "//"),
        row.replace("/accounts/", "/accounts///"),
    ] {
        for query in ["", "?", "?a=b//c"] {
            let answer = bot.get(&format!("{path}{query}")).await;
            assert_eq!(
                (answer.status, &answer.body["data"]),
                (wanted.status, &wanted.body["data"]),
                "{path}"
            );
            assert_eq!(answer.body["meta"]["path"], row, "{path}");
        }
    }
    let missing = bot.get("//v2//cars").await;
    assert_eq!((missing.status.as_u16(), &missing.body["instance"]), (404, &json!("/v2/cars")));
    for path in ["//healthz", "//readyz", "//problems//not-found", "//docs"] {
        assert_eq!(server.stranger().get(path).await.status, 200, "{path}");
    }
    let kept = bot.with("idempotency-key", "the-same-request");
    let first = kept.patch(&row, json!({"add": ["medic"]})).await;
    let again = kept.patch(&format!("/{row}"), json!({"add": ["medic"]})).await;
    assert_eq!((&first.body, again.header("idempotency-replayed")), (&again.body, Some("true")));
}

#[tokio::test]
async fn doubled_slashes_are_one_in_v1_too() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for path in ["//general/get_sub_version", "//general//get_sub_version", "/general///get_sub_version"] {
        let answer = bot.call_at(path, "GET_SUB_VERSION", json!([])).await;
        assert_eq!(answer.legacy_text(), "4", "{path}");
    }
    let answer = bot.call_at("//general//get_nothing", "GET_NOTHING", json!([])).await;
    assert_eq!(answer.legacy_refusal(400), "INVALID REQUEST TYPE");
}

#[tokio::test]
async fn only_a_demo_can_begin_anew_or_move_its_clock() {
    let server = Server::start().await;
    for path in ["/demo/reset", "/demo/clock"] {
        server.admin().await.post(path, json!({"forward": "P1D"})).await.problem(404, "not-found");
        server.stranger().get(path).await.problem(404, "not-found");
    }
}
