//! Pages of other sites: browsers ask with a preflight whether they may call, and let them read what is
//! exposed.

use http::Method;
use rankledger_server::config::{CorsOrigin, Sites};
use serde_json::json;

use crate::kit::{Actor, Answer, CALLS, ENDPOINTS, Options, Server, account, legacy_type};

const PANEL: &str = "https://panel.example.com";

async fn server_for(origins: &[&str]) -> Server {
    let cors_origins = origins.iter().map(|text| text.parse().expect("an origin")).collect();
    let sites = Sites { cors_origins, ..Sites::default() };
    Server::with(Options { sites, ..Options::default() }).await
}

/// Asks whether a page of `origin` may call this path with `method` and these headers.
async fn preflight(server: &Server, origin: &str, method: &str, path: &str, headers: &str) -> Answer {
    let browser = server.stranger().with("origin", origin).with("access-control-request-method", method);
    browser.with("access-control-request-headers", headers).send(Method::OPTIONS, path, "").await
}

/// Returns the words of a header that is a list.
fn words(answer: &Answer, name: &str) -> Vec<String> {
    let list = answer.header(name).unwrap_or_default();
    list.split(',').map(|word| word.trim().to_lowercase()).collect()
}

fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn a_page_of_the_panel_may_call_every_endpoint() {
    let server = server_for(&["http://localhost:3000", PANEL]).await;
    let endpoints = ENDPOINTS.iter().map(|endpoint| (endpoint.method.as_str(), endpoint.path));
    let legacy = CALLS.iter().map(|call| ("POST", legacy_type(call.0).path));
    for (method, path) in endpoints.chain(legacy) {
        let headers = "authorization,content-type,idempotency-key,if-match";
        let answer = preflight(&server, PANEL, method, path, headers).await;
        assert!(answer.status.is_success(), "{method} {path}");
        assert_eq!(allowed(&answer), Some(PANEL), "{path}");
        assert!(words(&answer, "access-control-allow-methods").contains(&method.to_lowercase()), "{path}");
        let may_send = words(&answer, "access-control-allow-headers");
        assert!(headers.split(',').all(|name| may_send.contains(&name.to_owned())), "{may_send:?}");
        assert_eq!(answer.header("access-control-max-age"), Some("600"));
        assert_eq!(answer.header("access-control-allow-credentials"), None, "there are no cookies");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn a_page_of_the_panel_reads_the_answer_and_its_headers() {
    let server = server_for(&[PANEL]).await;
    let page = server.bot().await.with("origin", PANEL);
    let changed = page.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    changed.undo_id();
    let refused = page.set_ranks(account::CADET, json!({"add": ["nothing"]})).await;
    let unknown = server.stranger().with("origin", PANEL).get("/v2/community").await;
    let missing = page.get("/nowhere").await;
    for answer in [&changed, &refused, &unknown, &missing] {
        assert_eq!(allowed(answer), Some(PANEL));
        assert!(words(answer, "vary").contains(&"origin".to_owned()), "caches keep the answers apart");
        let may_read = words(answer, "access-control-expose-headers");
        for name in
            ["rankledger-undo-id", "etag", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id"]
        {
            assert!(may_read.contains(&name.to_owned()), "{name}: {may_read:?}");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_is_told_nothing() {
    let server = server_for(&[PANEL]).await;
    for origin in
        ["https://evil.example", "http://panel.example.com", "https://panel.example.com:8443", "null"]
    {
        let answer = preflight(&server, origin, "PATCH", "/v2/community", "authorization").await;
        assert_eq!(allowed(&answer), None, "{origin}");
        let answer = server.bot().await.with("origin", origin).get("/v2/community").await;
        assert_eq!((answer.status.as_u16(), allowed(&answer)), (200, None), "{origin}");
    }
}

#[tokio::test]
async fn by_default_no_page_is_told_anything() {
    let server = Server::start().await;
    let answer = preflight(&server, PANEL, "GET", "/v2/community", "authorization").await;
    assert_eq!((answer.status.as_u16(), allowed(&answer)), (405, None));
    let answer = server.bot().await.with("origin", PANEL).get("/v2/community").await;
    answer.ok();
    assert!(
        answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")),
        "{:?}",
        answer.headers
    );
}

#[tokio::test]
async fn every_site_may_call_if_the_configuration_says_so() {
    let server = server_for(&["*"]).await;
    let answer =
        preflight(&server, "https://anywhere.example", "PATCH", "/v2/community", "authorization").await;
    assert_eq!(allowed(&answer), Some("*"));
    let page: Actor = server.bot().await.with("origin", "https://anywhere.example");
    assert_eq!(allowed(&page.get("/v2/community").await), Some("*"));
}

#[tokio::test]
async fn options_without_a_page_are_refused_as_ever() {
    let server = server_for(&[PANEL]).await;
    let answer = server.bot().await.send(Method::OPTIONS, "/v2/community", "").await;
    answer.problem(405, "method-not-allowed");
}

#[test]
fn an_origin_is_kept_in_the_spelling_of_browsers() {
    for (text, kept) in [
        (PANEL, PANEL),
        ("https://Panel.example.com/", PANEL),
        ("https://panel.example.com:443", PANEL),
        ("http://localhost:80", "http://localhost"),
        (" http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("*", "*"),
    ] {
        assert_eq!(text.parse::<CorsOrigin>().expect("an origin").to_string(), kept);
    }
    for text in [
        "",
        "panel.example.com",
        "null",
        "https://",
        "https://a.example/path",
        "https://me:s3cret@a.example",
        "ftp://a.example",
        "https://*.example.com",
    ] {
        let refused = text.parse::<CorsOrigin>();
        let said = refused.as_ref().err().map(String::as_str).unwrap_or_default();
        assert!(
            said.contains("https://panel.example.com") && !said.contains("s3cret"),
            "{text}: {refused:?}"
        );
    }
}
