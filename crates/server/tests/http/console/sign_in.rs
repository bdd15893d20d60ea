//! Signing in with a key and with a link, and signing out.

use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;
use rankledger_server::config::Sites;

use crate::kit::{ALL_SCOPES, Answer, Browser, Options, Server, account, rank, shown};

#[track_caller]
fn leads_to(answer: &Answer, path: &str) {
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, Some(path)),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_key_signs_in_and_the_page_asked_for_comes_next() {
    let server = Server::start().await;
    let key = server.bot_key().await;
    let mut browser = server.browser();
    leads_to(
        &browser.open("/console/members?q=a").await,
        "/console/sign-in?next=%2Fconsole%2Fmembers%3Fq%3Da",
    );
    let page = browser.page("/console/sign-in?next=%2Fconsole%2Fmembers%3Fq%3Da").await;
    assert!(page.contains("name=\"next\" value=\"/console/members?q=a\""), "{page}");
    let answer = browser.submit("/console/sign-in", &[("key", &key), ("next", "/console/members?q=a")]).await;
    leads_to(&answer, "/console/members?q=a");
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(
        cookie.starts_with("rankledger=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    assert!(browser.page("/console").await.contains("signed in with a key"));
    for elsewhere in
        ["https://evil.example.com", "//evil.example.com/console", "/v2/community", "/console\\..\\x"]
    {
        let answer = server.browser().submit("/console/sign-in", &[("key", &key), ("next", elsewhere)]).await;
        leads_to(&answer, "/console");
    }
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_of_this_host_alone() {
    let public_url = Some("https://ranks.example.com".parse().expect("an address"));
    let sites = Sites { public_url, ..Sites::default() };
    let server = Server::with(Options { sites, ..Options::default() }).await;
    let key = server.bot_key().await;
    let mut browser = server.browser().with("origin", "https://ranks.example.com");
    let answer = browser.submit("/console/sign-in", &[("key", &key)]).await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-rankledger=") && cookie.ends_with("; Secure"), "{cookie}");
    browser.page("/console").await;

    let server = Server::start().await;
    let mut browser = server.browser().with("x-forwarded-proto", "https");
    let answer = browser.submit("/console/sign-in", &[("key", &server.bot_key().await)]).await;
    assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.ends_with("; Secure")));
    browser.page("/console").await;
}

#[tokio::test]
async fn a_key_that_is_not_accepted_is_refused_in_the_words_of_the_api() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let key = server.bot_key().await;
    let (cut, unknown) = (&key[..key.len() - 1], "an-unknown-key-0123");
    for wrong in [cut, unknown, "two words", ""] {
        let answer = browser.submit("/console/sign-in", &[("key", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert_eq!(answer.header("set-cookie"), None);
        if let Some(sentence) = server.holder_of(wrong).get("/v2/community").await.body["detail"].as_str() {
            let escaped = sentence.replace('"', "&#34;");
            assert!(
                wrong.contains(' ') || wrong.is_empty() || answer.text.contains(&escaped),
                "{}",
                answer.text
            );
        }
    }
    server.revoke_all().await;
    let answer = browser.submit("/console/sign-in", &[("key", &key)]).await;
    assert!(answer.text.contains("revoked"), "{}", answer.text);
}

#[tokio::test]
async fn an_address_that_has_failed_too_often_has_to_wait() {
    let server = Server::start().await;
    let key = server.bot_key().await;
    let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
    let mut browser = server.browser().from(address("[2001:db8::1]:1000"));
    for _ in 0..10 {
        let answer = browser.submit("/console/sign-in", &[("key", "an-unknown-key-0123")]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let mut neighbour = server.browser().from(address("[2001:db8::2]:1000"));
    for browser in [&mut browser, &mut neighbour] {
        let answer = browser.submit("/console/sign-in", &[("key", &key)]).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "the right key, too");
        assert_eq!(answer.header("retry-after"), Some("600"));
        let link = browser.open("/console/link/none").await;
        assert_eq!(link.status, StatusCode::TOO_MANY_REQUESTS, "links, too");
    }
    let mut other = server.browser().from(address("192.0.2.1:1000"));
    leads_to(&other.submit("/console/sign-in", &[("key", &key)]).await, "/console");
    server.advance(Duration::from_mins(10));
    leads_to(&browser.submit("/console/sign-in", &[("key", &key)]).await, "/console");
}

#[tokio::test]
async fn a_link_signs_a_person_in_once_and_only_by_its_button() {
    let server = Server::start().await;
    server.let_rank("chief", &["accounts:read", "ranks:write"]).await;
    let link = server.sign_in_link(Some(account::CHIEF)).await;
    let mut browser = server.browser();
    for _ in 0..2 {
        assert!(shown(&browser.page(&link).await).contains("signs in Chief, once"), "looking uses nothing");
    }
    leads_to(&browser.submit(&link, &[]).await, "/console");
    let page = browser.page("/console").await;
    assert!(page.contains("<bdi>Chief</bdi>") && page.contains("Chief · power 90"), "{page}");
    for answer in [browser.open(&link).await, server.browser().submit(&link, &[]).await] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        insta::assert_snapshot!("a link that was used", shown(&answer.text));
    }
}

#[tokio::test]
async fn a_link_works_for_ten_minutes() {
    let server = Server::start().await;
    let link = server.sign_in_link(None).await;
    server.advance(Duration::from_secs(599));
    server.browser().page(&link).await;
    server.advance(Duration::from_secs(1));
    assert_eq!(server.browser().submit(&link, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whose_ranks_carry_no_scope_is_not_admitted_but_the_owner_is() {
    let server = Server::start().await;
    for (person, status) in [
        (account::NEWCOMER, StatusCode::FORBIDDEN),
        (account::CHIEF, StatusCode::FORBIDDEN),
        (account::OWNER, StatusCode::SEE_OTHER),
    ] {
        let link = server.sign_in_link(Some(person)).await;
        let answer = server.browser().submit(&link, &[]).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        if status == StatusCode::FORBIDDEN {
            assert!(answer.text.contains("holds no rank that may use the console"), "{}", answer.text);
        }
    }
    server.let_rank("cadet", &["accounts:read"]).await;
    server.let_rank("explorer", &["accounts:read"]).await;
    for person in [account::BANNED, account::ARCHIVED, account::EXPLORER] {
        let link = server.sign_in_link(Some(person)).await;
        let answer = server.browser().submit(&link, &[]).await;
        assert!(answer.text.contains("banned, archived or disabled"), "{}", answer.text);
        let kept = server.browser().open(&link).await;
        assert_eq!(kept.status, StatusCode::OK, "a refused sign-in does not use the link up");
    }
}

#[tokio::test]
async fn whoever_signs_out_is_out() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    let stolen = browser.clone();
    let answer = browser.send("/console", "/console/sign-out", &[]).await;
    leads_to(&answer, "/console/sign-in");
    assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")));
    for browser in [browser, stolen] {
        leads_to(&browser.open("/console").await, "/console/sign-in?next=%2Fconsole");
    }
}

#[tokio::test]
async fn a_key_of_another_community_sees_that_alone() {
    let server = Server::start().await;
    let key = server.key_of("neighbours", ALL_SCOPES, |_| {}).await;
    let mut browser: Browser = server.browser_with_key(&key).await;
    let page = browser.page("/console/members").await;
    assert!(!page.contains("Officer</bdi>") && page.contains("Neighbour"), "{page}");
    assert_eq!(browser.open("/console/members/1003").await.status, StatusCode::NOT_FOUND);
    let give = [("give", rank::OFFICER), ("step", "run")];
    let answer = browser.send("/console/members/1001", "/console/members/1003/ranks", &give).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
