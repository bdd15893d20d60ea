//! Forms that do not come from a page of the console: forged, of another session, of another site.

use http::{Method, StatusCode};
use serde_json::json;

use crate::kit::{Server, account, rank, token};

const PATH: &str = "/console/members/1002/ranks";

#[tokio::test]
async fn a_form_without_the_token_of_its_session_is_refused() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    let other = server.browser_with_key(&server.bot_key().await).await;
    let theirs = token(&other.page("/console").await);
    let own = token(&browser.page("/console").await);
    let (salt, rest) = own.split_once('.').expect("two parts");
    let written = server.written().await;
    let mixed = format!("{}.{rest}", "0".repeat(32));
    for forged in ["", "nonsense", &theirs, &mixed, salt, rest, &format!("{own}a")] {
        let fields = [("token", forged), ("give", rank::OFFICER), ("step", "run")];
        let answer = browser.submit(PATH, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{forged}");
        assert!(answer.text.contains("Nothing was written."), "{}", answer.text);
    }
    for path in ["/console/changes/1/undo", "/console/sign-out", "/console/sessions/end"] {
        assert_eq!(browser.submit(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(server.written().await, written);
    let fields = [("token", own.as_str()), ("give", rank::OFFICER), ("step", "run")];
    assert_eq!(browser.submit(PATH, &fields).await.status, StatusCode::SEE_OTHER, "an older page's is fine");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let server = Server::start().await;
    let key = server.bot_key().await;
    let browser = server.browser_with_key(&key).await;
    let own = token(&browser.page("/console").await);
    let fields = [("token", own.as_str()), ("give", rank::OFFICER), ("step", "run")];
    let written = server.written().await;
    for (header, value) in [
        ("origin", "https://evil.example.com"),
        ("origin", "http://ranks.example.com.evil.example.com"),
        ("origin", "http://ranks.example.com:8080"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut forged = browser.with(header, value);
        assert_eq!(forged.submit(PATH, &fields).await.status, StatusCode::FORBIDDEN, "{header}: {value}");
        let mut stranger = server.browser().with(header, value);
        let answer = stranger.submit("/console/sign-in", &[("key", &key)]).await;
        assert_eq!(
            (answer.status, answer.header("set-cookie")),
            (StatusCode::FORBIDDEN, None),
            "{header}: {value}"
        );
        let link = server.sign_in_link(None).await;
        assert_eq!(stranger.submit(&link, &[]).await.status, StatusCode::FORBIDDEN, "{header}: {value}");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_form_of_nobody_is_refused_and_so_is_one_that_is_too_large() {
    let server = Server::start().await;
    let mut stranger = server.browser();
    let answer = stranger.submit(PATH, &[("give", rank::OFFICER), ("step", "run")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let key = server.bot_key().await;
    let by_bearer = server.holder_of(&key).send(Method::POST, PATH, "step=run").await;
    assert_eq!(by_bearer.status, StatusCode::UNAUTHORIZED, "a page knows cookies only");
    let mut browser = server.browser_with_key(&key).await;
    let large = "a".repeat(70_000);
    let answer = browser.submit(PATH, &[("why", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let too_long = "a".repeat(3000);
    let fields = [("give", rank::OFFICER), ("why", too_long.as_str()), ("step", "run")];
    let answer = browser.send("/console/members/1002", PATH, &fields).await;
    let refused =
        server.bot().await.set_ranks(account::CADET, json!({"add": ["officer"], "reason": too_long})).await;
    assert_eq!(answer.status, refused.status);
    assert!(answer.text.contains(&refused.sentence().replace('"', "&#34;")), "{}", answer.text);
}
