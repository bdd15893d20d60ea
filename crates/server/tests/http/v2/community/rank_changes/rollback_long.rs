//! A rollback with a long report: kept short, and answered as ever.

use rankledger_domain::ids::BatchId;
use serde_json::json;

use crate::kit::{HISTORY, Server, account};

/// Number of changes whose report is long.
const CHANGES: usize = 2000;

/// Number of bytes from which an answer is long.
const LONG: usize = 256 * 1024;

#[tokio::test]
async fn a_long_report_is_kept_short_and_answered_whole() {
    let server = Server::start().await;
    let bot = server.bot().await.with("idempotency-key", "once");
    let other = server.bot().await;
    for change in 0..CHANGES {
        let what = if change % 2 == 0 { "add" } else { "remove" };
        let body = json!({what: ["officer"], "userId": account::CHIEF});
        other.set_ranks(account::CADET, body).await.ok();
    }
    let preview = other.preview(json!({"userId": account::CHIEF})).await;
    assert!(preview.text.len() > LONG, "the preview has {} bytes", preview.text.len());
    assert_eq!(preview.header("content-length"), Some(preview.text.len().to_string().as_str()));
    let done = bot.run(&preview).await;
    let report = &done.ok()["data"];
    assert_eq!(report["accounts"], preview.ok()["data"]["accounts"]);

    let batch = report["batchId"].as_str().expect("a batch id");
    let status = bot.get(&format!("{HISTORY}/rollbacks/{batch}")).await;
    assert_eq!(status.ok()["data"]["result"], *report);
    let again = bot.run(&preview).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok()["data"], *report);

    let id = BatchId(batch.parse().expect("a UUID"));
    let mut tx = server.storage.read().await.expect("the database");
    let community = server.community("club").await;
    let kept = tx.rollback(community, id).await.expect("the database").expect("it is kept");
    assert!(kept.report.len() * 4 < done.text.len(), "{} of {} bytes", kept.report.len(), done.text.len());
}
