//! `POST /v2/community/short-urls`, and `GET /s/{code}`: making short URLs, and the redirect to their target.

use http::Method;
use rankledger_server::config::Sites;
use serde_json::json;

use crate::kit::{Actor, Answer, Options, Server};

const PATH: &str = "/v2/community/short-urls";

async fn server_with(public_url: Option<&str>, site_url: Option<&str>) -> Server {
    let url = |text: &str| text.parse().expect("the address of a site");
    let sites = Sites { public_url: public_url.map(url), site_url: site_url.map(url), ..Sites::default() };
    Server::with(Options { sites, ..Options::default() }).await
}

async fn shorten(actor: &Actor, path: &str) -> Answer {
    actor.post(PATH, json!({"path": path})).await
}

/// Returns the short URL that was made.
#[track_caller]
fn short(answer: &Answer) -> &str {
    answer.ok()["data"]["redirect"].as_str().expect("a short URL")
}

/// Returns the target of a short URL, as its server redirects to it.
async fn location(server: &Server, short: &str) -> String {
    let path = short.find("/s/").map_or(short, |start| &short[start..]);
    let answer = server.stranger().get(path).await;
    assert_eq!(answer.status.as_u16(), 302, "{}", answer.body);
    answer.header("location").expect("a place to go to").to_owned()
}

#[tokio::test]
async fn a_bot_makes_a_short_url_and_anybody_follows_it() {
    let server = server_with(Some("https://ranks.example.com"), Some("https://www.example.com")).await;
    let answer = shorten(&server.bot().await, "/forms/1?from=mail&a=%C3%A4").await;
    insta::assert_json_snapshot!(answer.whole());
    let path = short(&answer).strip_prefix("https://ranks.example.com").expect("a short URL on this server");
    insta::assert_json_snapshot!(server.stranger().get(path).await.whole());
}

#[tokio::test]
async fn the_same_path_has_the_same_short_url() {
    let server = server_with(Some("https://ranks.example.com"), None).await;
    let bot = server.bot().await;
    let first = shorten(&bot, "/forms/1").await;
    let second = shorten(&server.bot().await, "/forms/1").await;
    assert_eq!(short(&first), short(&second));
    for other in ["/forms/2", "/forms/1/", "/Forms/1", "/forms/1?", "/"] {
        let other = shorten(&bot, other).await;
        assert_ne!(short(&first), short(&other));
    }
}

#[tokio::test]
async fn a_neighbours_short_url_to_the_same_path_is_another() {
    let server = server_with(None, Some("https://www.example.com")).await;
    let ours = shorten(&server.bot().await, "/forms/1").await;
    let theirs = shorten(&server.neighbours_bot().await, "/forms/1").await;
    assert_ne!(short(&ours), short(&theirs));
    assert_eq!(location(&server, short(&theirs)).await, "https://www.example.com/forms/1");
}

#[tokio::test]
async fn a_short_url_is_on_the_host_that_the_request_names_unless_the_operator_says_where() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (host, expected) in [
        ("ranks.local:8080", "http://ranks.local:8080/s/"),
        ("[::1]:8080", "http://[::1]:8080/s/"),
        ("127.0.0.1", "http://127.0.0.1/s/"),
        ("not a host", "/s/"),
        ("", "/s/"),
    ] {
        let answer = shorten(&bot.with("host", host), "/forms/1").await;
        assert!(short(&answer).starts_with(expected), "{}", answer.body);
    }
    assert!(short(&shorten(&bot, "/forms/1").await).starts_with("/s/"));
    let public = server_with(Some("https://ranks.example.com/api/"), None).await;
    let answer = shorten(&public.bot().await.with("host", "evil.example"), "/forms/1").await;
    assert!(short(&answer).starts_with("https://ranks.example.com/api/s/"), "{}", answer.body);
}

#[tokio::test]
async fn a_short_url_leads_to_the_site_or_to_this_server() {
    for (site, expected) in [
        (None, "/forms/1?x=1"),
        (Some("https://www.example.com"), "https://www.example.com/forms/1?x=1"),
        (Some("https://www.example.com/cms/"), "https://www.example.com/cms/forms/1?x=1"),
    ] {
        let server = server_with(None, site).await;
        let answer = shorten(&server.bot().await, "/forms/1?x=1").await;
        assert_eq!(location(&server, short(&answer)).await, expected);
    }
}

#[tokio::test]
async fn a_short_url_may_lead_to_the_communitys_own_domain() {
    let server = server_with(None, Some("https://www.example.com")).await;
    let bot = server.bot().await;
    let own = bot.post(PATH, json!({"path": "/forms/1", "isCustomDomain": true})).await;
    assert_eq!(location(&server, short(&own)).await, "https://cms.example.com/forms/1");
    let usual = bot.post(PATH, json!({"path": "/forms/1", "isCustomDomain": false})).await;
    assert_ne!(short(&own), short(&usual));
    assert_eq!(location(&server, short(&usual)).await, "https://www.example.com/forms/1");
    assert_eq!(
        short(&usual),
        short(&bot.post(PATH, json!({"path": "/forms/1", "isCustomDomain": null})).await)
    );
}

#[tokio::test]
async fn a_community_without_a_domain_of_its_own_is_told_so() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    let answer = neighbour.post(PATH, json!({"path": "/forms/1", "isCustomDomain": true})).await;
    answer.problem(422, "no-custom-domain");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_path_that_could_lead_elsewhere_or_is_none_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for path in [
        "",
        " ",
        "forms/1",
        "//evil.example",
        "///evil.example",
        "http://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "\\evil.example",
        "/\\evil.example",
        "/forms\\1",
        "/forms/1\r\nSet-Cookie: x=1",
        "/\t/evil.example",
        "/forms/\u{0}",
        "/forms/\u{7f}",
        "/forms/\u{202e}",
        "/forms/ä",
        "/forms 1",
        " /forms",
        "/forms#1",
        "/<script>",
        "/forms\"1",
        "/{id}",
        "/a|b",
        "/a^b",
        "/a`b",
        "?x=1",
    ] {
        let answer = shorten(&bot, path).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/path", "{path:?}: {}", answer.body);
        answer.problem(400, "invalid-body");
    }
    insta::assert_json_snapshot!(shorten(&bot, "//evil.example").await.whole());
}

#[tokio::test]
async fn a_path_has_at_most_2048_characters() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let of = |length: usize| format!("/{}", "x".repeat(length - 1));
    let longest = shorten(&bot, &of(2048)).await;
    assert_eq!(location(&server, short(&longest)).await, of(2048));
    let answer = shorten(&bot, &of(2049)).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/path");
}

#[tokio::test]
async fn paths_that_look_odd_lead_where_they_say() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for path in [
        "/",
        "/%2F%2Fevil.example",
        "/@evil.example",
        "/a//b",
        "/.",
        "/%",
        "/a;b,c=d?e=[1]&f='*'!$()+~",
        "/:80",
    ] {
        let answer = shorten(&bot, path).await;
        assert_eq!(location(&server, short(&answer)).await, path);
    }
}

#[tokio::test]
async fn a_code_that_nobody_made_leads_nowhere() {
    let server = Server::start().await;
    let answer = shorten(&server.bot().await, "/forms/1").await;
    let code = short(&answer).rsplit('/').next().expect("a code").to_owned();
    let stranger = server.stranger();
    for other in ["a", &code.to_uppercase(), &code[1..], &format!("{code}a"), "%00", "%25", &"x".repeat(5000)]
    {
        stranger.get(&format!("/s/{other}")).await.problem(404, "short-url-not-found");
    }
    stranger.get("/s/%FF").await.problem(400, "invalid-path");
    for path in ["/s", "/s/", &format!("/s/{code}/"), &format!("/s/{code}/x")] {
        stranger.get(path).await.problem(404, "not-found");
    }
    insta::assert_json_snapshot!(stranger.get("/s/nonsense").await.whole());
    stranger.send(Method::POST, &format!("/s/{code}"), "").await.problem(405, "method-not-allowed");
    let head = stranger.send(Method::HEAD, &format!("/s/{code}?x=1"), "").await;
    assert_eq!((head.status.as_u16(), head.header("location")), (302, Some("/forms/1")));
}
