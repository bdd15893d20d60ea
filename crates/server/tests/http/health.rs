//! `GET /healthz` and `GET /readyz`: for whoever watches over the server, without a credential.

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
