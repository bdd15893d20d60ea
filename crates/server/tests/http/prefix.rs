//! Behind a prefix of a proxy: what clients follow from an answer has the prefix, and nothing else is
//! touched.

use std::time::Duration;

use rankledger_server::api::v2::rank_changes::rollback::Patience;
use rankledger_server::config::Sites;
use rankledger_server::http::feature::Features;
use serde_json::json;

use crate::kit::{HISTORY, Options, Server, account};

async fn behind_a_prefix() -> Server {
    let public_url = Some("https://example.com/ranks/".parse().expect("the address of a site"));
    let features = Features::default().with(Patience(Duration::ZERO));
    let sites = Sites { public_url, ..Sites::default() };
    Server::with(Options { features, sites, ..Options::default() }).await
}

#[tokio::test]
async fn the_status_of_a_rollback_is_asked_for_inside() {
    let server = behind_a_prefix().await;
    let bot = server.bot().await;
    let body = json!({"add": ["officer"], "userId": account::CHIEF});
    assert!(bot.set_ranks(account::CADET, body).await.status.is_success());
    let preview = bot.preview(json!({"userId": account::CHIEF})).await;
    let held_up = server.hold_up().await;
    let answer = bot.run(&preview).await;
    drop(held_up);
    assert_eq!(answer.status, 202, "{}", answer.body);
    let location = answer.header("location").expect("where to ask");
    let inside = location.strip_prefix("/ranks").expect("a path below the prefix");
    assert!(inside.starts_with(&format!("{HISTORY}/rollbacks/")), "{location}");
    assert_eq!(bot.get(inside).await.status, 200);
}

#[tokio::test]
async fn the_type_of_a_problem_within_an_answer_leads_inside() {
    let server = behind_a_prefix().await;
    let bot = server.bot().await;
    let reason = r#"a "type":"/problems/of-a-reader" stays"#;
    let change = bot.set_ranks(account::CADET, json!({"add": ["officer"], "reason": reason})).await;
    assert_eq!(change.body["meta"]["path"], format!("/ranks/v2/community/accounts/{}/ranks", account::CADET));
    let undo_id = change.body["meta"]["undoId"].as_str().expect("an undo id");
    assert_eq!(bot.undo(undo_id, json!({})).await.status, 200);
    let shown = bot.get(&format!("{HISTORY}/{undo_id}")).await;
    assert!(
        shown.text.contains("\"/ranks/problems/already-undone\"")
            && !shown.text.contains(",\"type\":\"/problems/"),
        "{}",
        shown.text
    );
    assert_eq!(shown.body["data"]["reason"], reason);
    let again = bot.undo(undo_id, json!({})).await;
    assert_eq!(again.body["type"], "/ranks/problems/already-undone");
    assert_eq!(again.body["instance"], format!("/ranks{HISTORY}/{undo_id}/undo"));
}

#[tokio::test]
async fn the_type_of_a_problem_within_a_kept_report_leads_inside() {
    let server = behind_a_prefix().await;
    let bot = server.bot().await;
    let by_chief = json!({"userId": account::CHIEF});
    bot.set_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await.ok();
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"add": ["medic"], "userId": account::CHIEF})).await.ok();
    let preview = bot.preview(by_chief).await;
    assert_eq!(preview.counts(), [1, 2, 1, 0, 1]);
    let answer = bot.run(&preview).await;
    let location = answer.header("location").expect("where to ask").to_owned();
    let inside = location.strip_prefix("/ranks").expect("a path below the prefix");
    let report = loop {
        let report = bot.get(inside).await;
        if report.ok()["data"]["status"] != "running" {
            break report;
        }
    };
    assert!(
        report.text.contains(r#""type":"/ranks/problems/undo-conflict""#)
            && !report.text.contains(r#""type":"/problems/"#),
        "{}",
        report.text
    );
    assert_eq!(report.header("content-length"), Some(report.text.len().to_string().as_str()));
}
