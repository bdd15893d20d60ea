//! `X-Request-Id`: every answer names its request, as the client named it or anew.

use crate::kit::Server;

#[tokio::test]
async fn every_answer_names_its_request() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let mut seen = Vec::new();
    for path in ["/v2/community", "/v2/community/accounts/me", "/nowhere", "/healthz", "/problems"] {
        let id =
            bot.get(path).await.header("x-request-id").expect("every answer names its request").to_owned();
        assert!(!seen.contains(&id));
        seen.push(id);
    }
}

#[tokio::test]
async fn a_client_may_name_its_request() {
    let server = Server::start().await;
    let longest = "x".repeat(64);
    for id in ["1", "01J9Z-proxy_7.a", longest.as_str()] {
        let answer = server.stranger().with("x-request-id", id).get("/v2/community").await;
        assert_eq!(answer.header("x-request-id"), Some(id));
    }
}

#[tokio::test]
async fn a_name_that_is_not_fit_for_the_log_is_replaced() {
    let server = Server::start().await;
    let longer = "x".repeat(65);
    for id in ["", "two words", "<b>", "a\tb", "\u{e4}", "id=\"1\"", longer.as_str()] {
        let answer = server.stranger().with("x-request-id", id).get("/healthz").await;
        let given = answer.header("x-request-id").expect("every answer names its request");
        assert_ne!(given, id);
        assert_eq!(given.len(), 36, "a UUID");
    }
}
