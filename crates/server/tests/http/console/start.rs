//! `GET /`, the files that pages load, and what every page has.

use http::{Method, StatusCode};

use crate::kit::Server;

#[tokio::test]
async fn the_root_leads_a_browser_to_the_console_and_tells_a_program_what_this_is() {
    let server = Server::start().await;
    let answer = server.browser().open("/").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, Some("/console")));
    let answer = server.stranger().get("/").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!((&answer.body["name"], &answer.body["api"]), (&"Rankledger".into(), &"/v2".into()));
    server.stranger().get(answer.body["openapi"].as_str().expect("a path")).await;
}

#[tokio::test]
async fn every_file_that_a_page_loads_is_there_for_good_under_its_hash() {
    let server = Server::start().await;
    let page = server.browser().page("/console/sign-in").await;
    let signed_in = server.browser_with_key(&server.bot_key().await).await.page("/console").await;
    let mut files: Vec<_> = [&page, &signed_in]
        .iter()
        .flat_map(|page| page.split('"').filter(|text| text.starts_with("/console/assets/")))
        .map(|path| path.split('#').next().expect("a path"))
        .collect();
    files.sort_unstable();
    files.dedup();
    assert_eq!(files.len(), 4, "style, script, htmx and icons: {files:?}");
    for file in files {
        let answer = server.browser().with("accept-encoding", "gzip, br").open(file).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{file}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"), "{file}");
        let plain = server.browser().open(file).await;
        assert_eq!((plain.status, plain.header("content-encoding")), (StatusCode::OK, None), "{file}");
        let refused = server.browser().with("accept-encoding", "gzip;q=0").open(file).await;
        assert_eq!(refused.header("content-encoding"), None, "{file}");
    }
    let gone = server.browser().open("/console/assets/console-000000000000.css").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_holds_no_script_and_no_style_and_nobody_frames_it() {
    let server = Server::start().await;
    let browser = server.browser_with_key(&server.bot_key().await).await;
    let pages =
        ["/console", "/console/members", "/console/members/1003", "/console/sessions", "/console/sign-in"];
    for path in pages.into_iter().chain(["/console/nowhere", "/console/members/99", "/console/link/none"]) {
        let answer = browser.open(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'self';"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        let text = &answer.text;
        assert!(text.contains("<html lang=\"en\">"), "{path}");
        assert!(!text.contains(" style=") && !text.contains("<style"), "{path}: no style");
        assert!(!text.contains(" onclick=") && !text.contains("javascript:"), "{path}: no script");
        for script in text.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/console/assets/"), "{path}: {script}");
        }
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}: nothing from elsewhere");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_a_page() {
    let server = Server::start().await;
    let browser = server.browser_with_key(&server.bot_key().await).await;
    for path in ["/console/nowhere", "/console/members/99", "/console/members/nobody", "/console/assets/x"] {
        let answer = browser.open(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(answer.text.contains("<h1>"), "{path}: {}", answer.text);
    }
    let answer = server.stranger().send(Method::PUT, "/console/members", "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}
