//! `GET /healthz` and `GET /readyz`: for monitoring, without a credential.

use std::time::Duration;

use rankledger_storage::HealthWarning;

use crate::kit::{Fault, Server};

#[tokio::test]
async fn a_watcher_sees_that_the_server_is_there() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.stranger().get("/healthz").await.whole());
}

#[tokio::test]
async fn a_watcher_sees_that_the_server_can_work() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.stranger().get("/readyz").await.whole());
}

#[tokio::test]
async fn a_watcher_sees_that_the_ledger_takes_no_more_commands() {
    let mut server = Server::start().await;
    server.stop_writer();
    let answer = server.stranger().get("/readyz").await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.stranger().get("/healthz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_watcher_sees_that_the_database_cannot_be_read() {
    let server = Server::start().await;
    server.fail(Fault::BusyReads);
    server.stranger().get("/readyz").await.problem(503, "unavailable");
    server.fail(Fault::BrokenReads);
    server.stranger().get("/readyz").await.problem(500, "internal");
    assert_eq!(server.stranger().get("/healthz").await.status.as_u16(), 200);
    server.recover();
    assert_eq!(server.stranger().get("/readyz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_watcher_does_not_wait_for_a_database_that_does_not_answer() {
    let server = Server::start().await;
    server.fail(Fault::SilentReads);
    let answer = server.stranger().get("/readyz").await;
    assert!(answer.header("retry-after").is_some());
    assert!(
        answer.problem(503, "unavailable")["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("in time"))
    );
}

#[tokio::test]
async fn a_watcher_is_warned_of_what_can_wait() {
    let server = Server::start().await;
    server.set_health_warnings(vec![HealthWarning { is_grave: false, text: "the first thing".to_owned() }]);
    insta::assert_json_snapshot!(server.stranger().get("/readyz").await.whole());
}

#[tokio::test]
async fn a_watcher_is_told_what_is_grave() {
    let server = Server::start().await;
    let first = HealthWarning { is_grave: false, text: "the first thing".to_owned() };
    let text = "the clock of this machine is 600 seconds ahead of that of the database: set it by NTP";
    server.set_health_warnings(vec![first, HealthWarning { is_grave: true, text: text.to_owned() }]);
    let answer = server.stranger().get("/readyz").await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
    server.set_health_warnings(Vec::new());
    server.advance(Duration::from_secs(1));
    assert_eq!(server.stranger().get("/readyz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn however_often_a_watcher_asks_the_database_is_examined_once_a_second() {
    let server = Server::start().await;
    for _ in 0..5 {
        assert_eq!(server.stranger().get("/readyz").await.status.as_u16(), 200);
    }
    assert_eq!(server.looks(), 1);
    server.advance(Duration::from_secs(1));
    server.stranger().get("/readyz").await;
    assert_eq!(server.looks(), 2);
}
