//! `GET /docs/{page}`: the pages of the server, and what is asked of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use rankledger_server::api::endpoints;
use rankledger_server::config::RateLimits;

use crate::kit::{Actor, Answer, Options, Server};

/// Reads a page.
async fn page(reader: &Actor, name: &str) -> Answer {
    let answer = reader.get(&format!("/docs/{name}")).await;
    assert_eq!(answer.status, 200, "{name}: {}", answer.text);
    answer
}

/// Asks a question on a page. Returns the Markdown of the answer.
async fn ask(reader: &Actor, name: &str, question: &str) -> String {
    let question: String = form_urlencoded::byte_serialize(question.as_bytes()).collect();
    page(reader, &format!("{name}?ask={question}")).await.text
}

/// Returns the targets of the links in Markdown outside of code.
fn links(markdown: &str) -> Vec<&str> {
    let prose = markdown.split("```").step_by(2);
    let targets = prose.flat_map(|text| text.split("](").skip(1));
    targets.filter_map(|rest| rest.split(')').next()).collect()
}

/// Returns the path to which a link on a page leads.
fn target(page: &str, link: &str) -> String {
    let mut parts: Vec<_> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns every page of the index, as Markdown, by its path.
async fn every_page(reader: &Actor) -> BTreeMap<String, String> {
    let index = page(reader, "index.md").await.text;
    let mut pages = BTreeMap::from([("/docs/index.md".to_owned(), index.clone())]);
    for link in links(&index) {
        pages.insert(format!("/docs/{link}"), page(reader, link).await.text);
    }
    pages
}

#[tokio::test]
async fn a_page_is_read_as_markdown_and_as_html() {
    let server = Server::start().await;
    let reader = server.stranger();
    let markdown = page(&reader, "guides/retries.md").await;
    assert_eq!(markdown.text, include_str!("../../../../docs/guides/retries.md"), "it has no links to move");
    assert_eq!(markdown.header("content-type"), Some("text/markdown; charset=utf-8"));
    let html = page(&reader, "guides/retries").await;
    assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"));
    insta::assert_snapshot!(html.text);
    for answer in [&markdown, &html] {
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let policy = html.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    let style = page(&reader, "style.css").await;
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(style.text.contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn every_guide_and_every_endpoint_has_a_page() {
    let server = Server::start().await;
    let reader = server.stranger();
    let pages = every_page(&reader).await;
    let guides =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides")).expect("the guides");
    for guide in guides {
        let name = guide.expect("a file").file_name().into_string().expect("text");
        assert!(pages.contains_key(&format!("/docs/guides/{name}")), "{name}");
    }
    for endpoint in endpoints::endpoints() {
        let operation = format!("operation `{}`", endpoint.operation_id);
        let found: Vec<_> = pages.values().filter(|page| page.contains(&operation)).collect();
        assert_eq!(found.len(), 1, "{operation}");
        for title in ["cURL", "Sonoran.lua", "Sonoran.js", "Sonoran.py", "Sonoran.Net", "OpenAPI"] {
            assert!(found[0].contains(&format!("\n### {title}\n")), "{operation} {title}");
        }
    }
}

#[tokio::test]
async fn the_page_of_an_endpoint_shows_six_kinds_of_request_and_the_answer() {
    let server = Server::start().await;
    insta::assert_snapshot!(page(&server.stranger(), "endpoints/undo-rank-change.md").await.text);
}

#[tokio::test]
async fn every_link_leads_to_a_page_and_to_a_place_on_it_in_both_forms() {
    let server = Server::start().await;
    let reader = server.stranger();
    let pages = every_page(&reader).await;
    let mut seen = BTreeSet::new();
    for (path, markdown) in &pages {
        let html = reader.get(path.strip_suffix(".md").expect("a page")).await.text;
        assert!(!html.contains("<script"), "{path}");
        for link in links(markdown).into_iter().filter(|link| !link.starts_with("http")) {
            let (to, place) = link.split_once('#').unwrap_or((link, ""));
            let to = if to.is_empty() { path.clone() } else { target(path, to) };
            let in_html = to.strip_suffix(".md").unwrap_or(&to);
            let hash = if place.is_empty() { String::new() } else { format!("#{place}") };
            let html_link = format!(
                "href=\"{}{hash}\"",
                link.split('#').next().unwrap_or_default().trim_end_matches(".md")
            );
            assert!(html.contains(&html_link), "{path} has no {html_link}");
            if !seen.insert((to.clone(), place.to_owned())) {
                continue;
            }
            assert_eq!(reader.get(&to).await.status, 200, "{path} leads to {to}");
            let shown = reader.get(in_html).await;
            assert_eq!(shown.status, 200, "{path} leads to {in_html}");
            assert!(
                place.is_empty() || shown.text.contains(&format!("id=\"{place}\"")),
                "{path} leads to {to}#{place}"
            );
        }
    }
    assert!(seen.len() > 200, "{}", seen.len());
}

#[tokio::test]
async fn what_is_asked_is_answered_by_the_passages_that_say_it() {
    let server = Server::start().await;
    let reader = server.stranger();
    for (question, source) in [
        ("How do I take a backup while the server runs?", "guides/backup.md"),
        ("restore a database", "guides/backup.md"),
        ("Who gets which power, and what is a power ceiling?", "guides/keys.md"),
        ("how can I undo the last promotion", "guides/bots.md"),
        ("temporary rank that ends after a week", "guides/bots.md#a-rank-for-a-week"),
        ("run it behind nginx", "guides/running.md#behind-a-proxy"),
        ("someone demoted everybody last night", "guides/rogue-moderator.md"),
        ("PostgreSQL several servers", "guides/cluster.md"),
        ("import YAML accounts format", "guides/import.md"),
        ("Discord webhook promotions channel", "guides/discord.md"),
        ("verify the signature of a webhook", "guides/events.md"),
        ("set account ranks", "endpoints/set-account-ranks.md"),
        ("What is a promotion flow?", "administration.md#promotion-flows"),
        ("whitelist of a game server", "whitelist"),
        ("Idempotency-Key", "guides/retries.md"),
        ("revoke a stolen key", "guides/"),
    ] {
        let answer = ask(&reader, "index.md", question).await;
        let sources: Vec<_> =
            answer.lines().filter(|line| line.starts_with("## [")).flat_map(links).collect();
        assert!((1..=5).contains(&sources.len()), "{question}: {answer}");
        assert!(sources.iter().any(|link| link.contains(source)), "{question}: {sources:?}");
    }
}

#[tokio::test]
async fn an_answer_is_markdown_with_links_that_work_from_the_page_where_it_was_asked() {
    let server = Server::start().await;
    let reader = server.stranger();
    for name in ["index.md", "guides/import.md", "endpoints/get-accounts.md"] {
        for question in ["prune the history", "which account is meant", "problem types of undo"] {
            let answer = ask(&reader, name, question).await;
            for link in links(&answer).into_iter().filter(|link| !link.starts_with("http")) {
                let (to, place) = link.split_once('#').unwrap_or((link, ""));
                let to = target(&format!("/docs/{name}"), to);
                let html = reader.get(to.trim_end_matches(".md")).await;
                assert_eq!(html.status, 200, "{name}: {link}");
                assert!(place.is_empty() || html.text.contains(&format!("id=\"{place}\"")), "{name}: {link}");
            }
        }
    }
    let answer = page(&reader, "guides/import.md?ask=prune%20the%20history").await;
    let title = "## [Running a server: Keeping less](running.md#keeping-less)";
    let (before, after) = answer.text.split_once(title).expect("the passage is there");
    assert!(before.starts_with("# What the documentation says\n"), "{before}");
    assert!(after.contains("\nrankledger prune --community club --before 2y --dry-run\n"), "{after}");
    assert!(after.ends_with("\nNot there? [All pages](../index.md)\n"), "{after}");
    assert_eq!(answer.header("content-type"), Some("text/markdown; charset=utf-8"));
}

#[tokio::test]
async fn a_question_with_markup_is_no_markup_in_the_answer() {
    let server = Server::start().await;
    let reader = server.stranger();
    let question = "\"><script>alert(1)</script> [backup](javascript:alert(1)) <b>";
    let html = ask(&reader, "index", question).await;
    assert!(!html.contains("<script>") && !html.contains("javascript:alert(1)\""), "{html}");
    assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;"), "the question is there to be changed: {html}");
    let markdown = ask(&reader, "index.md", question).await;
    assert!(!markdown.contains("](javascript") && !markdown.contains("alert(1)"), "{markdown}");
}

#[tokio::test]
async fn a_question_that_asks_nothing_or_too_much_is_refused() {
    let server = Server::start().await;
    let reader = server.stranger();
    for question in ["x".repeat(10_000), "%20%20".to_owned(), "%3F%3F%3F".to_owned(), "how+do+I".to_owned()] {
        let answer = reader.get(&format!("/docs/index.md?ask={question}")).await;
        answer.problem(400, "invalid-query");
    }
    insta::assert_json_snapshot!(reader.get("/docs/index.md?ask=%3F").await.whole());
    for query in ["ask=a&ask=b", "ask=%FF"] {
        reader.get(&format!("/docs/index?{query}")).await.problem(400, "invalid-query");
    }
    let asked_nothing = page(&reader, "index.md?ask=").await;
    assert_eq!(asked_nothing.text, page(&reader, "index.md").await.text);
}

#[tokio::test]
async fn a_question_that_no_page_answers_gets_no_passage() {
    let server = Server::start().await;
    let answer = ask(&server.stranger(), "guides/import.md", "zzyzx quokka").await;
    assert!(answer.starts_with("# Nothing fits\n") && answer.contains("](../index.md)"), "{answer}");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_answered_with_the_nearest() {
    let server = Server::start().await;
    let reader = server.stranger();
    insta::assert_json_snapshot!(reader.get("/docs/guides/backups.md").await.whole());
    for (wrong, right) in [
        ("backup", "/docs/guides/backup"),
        ("Guides/Import", "/docs/guides/import"),
        ("endpoints/setAccountRanks", "/docs/endpoints/set-account-ranks"),
        ("undo-rank-change", "/docs/endpoints/undo-rank-change"),
    ] {
        let answer = reader.get(&format!("/docs/{wrong}")).await;
        assert_eq!(answer.problem(404, "not-found")["nearest"][0], right, "{wrong}");
    }
}

#[tokio::test]
async fn tricks_with_the_path_find_no_file() {
    let server = Server::start().await;
    let reader = server.stranger();
    for path in [
        "../Cargo.toml",
        "..%2F..%2F..%2Fetc%2Fpasswd",
        "guides/../../CHANGELOG.md",
        "guides/..%2Freadme",
        "guides",
        "guides/",
        ".md",
        "%00",
        "%FF",
        "%",
        "index.md.md",
        "index.html",
        "index%00.md",
        "style.css/",
        &"x/".repeat(2000),
    ] {
        reader.get(&format!("/docs/{path}")).await.problem(404, "not-found");
    }
    reader.post("/docs/index", serde_json::json!({})).await.problem(405, "method-not-allowed");
}

#[tokio::test]
async fn an_address_asks_30_times_a_minute_and_reads_as_often_as_it_likes() {
    let server = Server::with(Options { rate_limits: RateLimits::default(), ..Options::default() }).await;
    let at = |address: &str| server.stranger().from(address.parse::<SocketAddr>().expect("an address"));
    let reader = at("192.0.2.1:1000");
    for _ in 0..30 {
        assert_eq!(reader.get("/docs/index.md?ask=backup").await.status, 200);
    }
    let refused = reader.get("/docs/index.md?ask=backup").await;
    refused.problem(429, "rate-limited");
    assert_eq!(refused.header("retry-after"), Some("2"));
    page(&reader, "index.md").await;
    assert_eq!(at("192.0.2.2:1000").get("/docs/index.md?ask=backup").await.status, 200);
    server.advance(Duration::from_secs(2));
    assert_eq!(reader.get("/docs/index.md?ask=backup").await.status, 200);
    // One network of IPv6 is one address.
    for _ in 0..30 {
        at("[2001:db8::1]:1000").get("/docs/index?ask=backup").await;
    }
    at("[2001:db8::ffff:2]:1000").get("/docs/index?ask=backup").await.problem(429, "rate-limited");
    assert_eq!(at("[2001:db8:0:1::1]:1000").get("/docs/index?ask=backup").await.status, 200);
}
