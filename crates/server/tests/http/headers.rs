//! Headers that every answer has: nobody on the way keeps what holds data of members or keys, and no browser
//! guesses what an answer is.

use http::Method;

use crate::kit::{Answer, ENDPOINTS, Server};

/// Checks that an answer is not kept by a cache, and not taken for something else.
#[track_caller]
fn assert_protected(answer: &Answer, what: &str) {
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
}

#[tokio::test]
async fn an_answer_with_data_is_kept_by_nobody() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.bot().await;
    for endpoint in ENDPOINTS.iter() {
        assert_protected(&admin.call(endpoint).await, endpoint.operation_id);
        assert_protected(&server.stranger().call(endpoint).await, endpoint.operation_id);
        let wrong = admin.send(endpoint.method.clone(), endpoint.path, "[[").await;
        assert_protected(&wrong, endpoint.operation_id);
    }
    let head = admin.send(Method::HEAD, "/v2/community/accounts", "").await;
    assert_protected(&head, "HEAD");
    for path in ["/v2/community/cars", "/s/unknown", "/healthz", "/readyz", "/metrics"] {
        assert_protected(&server.stranger().get(path).await, path);
    }
}

#[tokio::test]
async fn a_call_of_v1_is_kept_by_nobody() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for call in crate::kit::CALLS {
        assert_protected(&bot.call_listed(*call).await, call.0);
        assert_protected(&bot.with_key("nobodys").call_listed(*call).await, call.0);
    }
}

#[tokio::test]
async fn a_page_that_is_the_same_for_everybody_may_be_kept_for_a_while() {
    let server = Server::start().await;
    for path in ["/docs", "/openapi.json"] {
        let answer = server.stranger().get(path).await;
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
}
