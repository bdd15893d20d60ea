//! `GET /metrics`: the counts of a server for monitoring, without a credential.

use serde_json::json;

use crate::kit::{Server, account};

/// Returns the value of a metric. `None` if the server does not have it.
pub(crate) async fn metric(server: &Server, name: &str) -> Option<u64> {
    let answer = server.stranger().get("/metrics").await;
    assert_eq!(answer.status.as_u16(), 200);
    let value = answer.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(value.parse().expect("a number"))
}

#[tokio::test]
async fn a_watcher_reads_every_metric_of_a_fresh_server() {
    let server = Server::start().await;
    let answer = server.stranger().get("/metrics").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    insta::assert_snapshot!(answer.text);
}

#[tokio::test]
async fn a_watcher_sees_what_the_ledger_has_written() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for written in 1..=3 {
        bot.change_ranks(account::CADET, json!({"active": written % 2 == 0})).await;
        assert_eq!(metric(&server, "rankledger_ledger_commands_total").await, Some(written));
        assert_eq!(metric(&server, "rankledger_ledger_commits_total").await, Some(written));
    }
    bot.set_ranks(account::CADET, json!({"add": ["nonsense"]})).await.problem(422, "unknown-rank");
    assert_eq!(metric(&server, "rankledger_ledger_commands_total").await, Some(3));
}
