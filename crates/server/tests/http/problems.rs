//! `GET /problems` and its pages: every type of problem is explained by the server that answers it.

use std::collections::HashSet;

use rankledger_server::wire::problem::types::all;

use crate::kit::Server;

#[tokio::test]
async fn a_reader_finds_every_type_in_the_index() {
    let server = Server::start().await;
    let answer = server.stranger().get("/problems").await;
    assert_eq!(answer.status.as_u16(), 200);
    let index = answer.body.as_str().expect("text");
    insta::assert_snapshot!(index);
    for kind in all() {
        let line = format!("{} {}  {}", kind.status, kind.uri(), kind.title);
        assert!(index.lines().any(|other| other == line), "{line}");
    }
}

#[tokio::test]
async fn a_reader_finds_cause_and_way_out_on_the_page_of_every_type() {
    let server = Server::start().await;
    for kind in all() {
        let answer = server.stranger().get(&kind.uri()).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", kind.slug);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        let page = answer.body.as_str().expect("text");
        for part in [kind.slug, &kind.status.to_string(), kind.title, kind.cause, kind.way_out] {
            assert!(page.contains(part), "{page}");
        }
    }
    let page = server.stranger().get("/problems/undo-conflict").await;
    insta::assert_snapshot!(page.body.as_str().expect("text"));
}

#[tokio::test]
async fn a_type_has_one_page_and_one_meaning() {
    let slugs: HashSet<_> = all().iter().map(|kind| kind.slug).collect();
    assert_eq!(slugs.len(), all().len());
    for kind in all() {
        assert!((400..600).contains(&kind.status), "{}", kind.slug);
        assert!(kind.slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", kind.slug);
        assert!(kind.cause.ends_with('.') && kind.way_out.ends_with('.'), "{}", kind.slug);
    }
}

#[tokio::test]
async fn a_type_that_is_not_there_has_no_page() {
    let server = Server::start().await;
    for slug in ["nonsense", "Not-Found", "not-found/", "%20"] {
        server.stranger().get(&format!("/problems/{slug}")).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_type_that_does_not_decode_to_text_has_no_page() {
    let server = Server::start().await;
    server.stranger().get("/problems/%FF").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_problem_that_a_client_meets_leads_to_its_page() {
    let server = Server::start().await;
    let problem = server.stranger().get("/v2/community").await;
    let uri = problem.body["type"].as_str().expect("a URI");
    let page = server.stranger().get(uri).await;
    assert!(page.body.as_str().expect("text").contains("missing-credential"));
}

#[test]
fn every_type_has_an_example_that_is_of_that_type() {
    for kind in all() {
        let example = kind.example();
        assert_eq!(example["type"], kind.uri());
        assert_eq!(example["title"], kind.title);
        assert_eq!(example["status"], kind.status);
        // A whitelist refuses in a word, with the sentence beside it.
        let sentence = example.get("explanation").unwrap_or(&example["detail"]);
        assert!(sentence.as_str().is_some_and(|sentence| sentence.ends_with('.')), "{example}");
    }
}
