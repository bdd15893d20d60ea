//! `GET /healthz` and `GET /readyz`: for monitoring, without a credential.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rankledger_storage::HealthWarning;
use serde_json::{Value, json};

use crate::kit::{Fault, Server, account};

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

/// Returns the sentence of `/readyz`, which must be a 503, a second later.
async fn unfit(server: &Server) -> String {
    server.advance(Duration::from_secs(1));
    let answer = server.stranger().get("/readyz").await;
    answer.problem(503, "unavailable")["detail"].as_str().expect("a sentence").to_owned()
}

#[tokio::test]
async fn a_watcher_sees_that_nothing_can_be_written_until_it_can() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (fault, expected) in [
        (Fault::BrokenWrites, "nothing can be written"),
        (Fault::FullDisk, "disk of the database is full"),
        (Fault::LockedWrites, "Another process holds the database"),
    ] {
        bot.set_ranks(account::CADET, json!({"set": ["cadet"]})).await.ok();
        server.fail(fault);
        let told = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
        told.problem(503, "unavailable");
        let sentence = unfit(&server).await;
        assert!(sentence.contains(expected) && !sentence.contains("s3cret"), "{sentence}");
        server.recover();
        assert_eq!(warnings(&server).await, Vec::<String>::new(), "it is ready without a restart");
        bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    }
}

#[tokio::test]
async fn a_bot_is_told_that_the_disk_is_full() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::FullDisk);
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    assert!(answer.header("retry-after").is_some());
    let detail = answer.problem(503, "unavailable")["detail"].as_str().expect("a sentence").to_owned();
    assert!(detail.contains("The disk of the database is full. Nothing was written"), "{detail}");
}

#[tokio::test]
async fn it_is_tried_whether_something_can_be_written_only_when_nothing_was_for_a_while() {
    let server = Server::start().await;
    for _ in 0..5 {
        assert_eq!(warnings(&server).await, Vec::<String>::new());
    }
    assert_eq!(server.ledger.stats().commits(), 1);
    server.bot().await.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    server.advance(Duration::from_secs(8));
    assert_eq!(warnings(&server).await, Vec::<String>::new());
    assert_eq!(server.ledger.stats().commits(), 2, "the change tells");
    assert_eq!(warnings(&server).await, Vec::<String>::new());
    assert_eq!(server.ledger.stats().commits(), 3);
    server.fail(Fault::BrokenWrites);
    server.advance(Duration::from_secs(9));
    assert!(unfit(&server).await.contains("nothing can be written"), "nobody has written meanwhile");
}

#[tokio::test]
async fn a_watcher_sees_that_nothing_is_written_in_time() {
    let server = Server::start().await;
    server.fail(Fault::SilentWrites);
    let answer = server.stranger().get("/readyz").await;
    server.recover();
    let problem = answer.problem(503, "unavailable");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("in time")), "{problem}");
}

#[tokio::test]
async fn a_watcher_sees_that_the_writer_has_failed_and_bots_are_told_at_once() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::PanickingWrites);
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    assert_eq!(answer.status, 503, "{:?}", answer.body);
    server.ledger.failed().await;
    assert!(unfit(&server).await.contains("has failed: it takes no more changes"));
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.problem(503, "unavailable");
    assert_eq!(server.stranger().get("/healthz").await.status.as_u16(), 200);
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

/// Returns the warnings that a watcher sees in a second from now.
async fn warnings(server: &Server) -> Vec<String> {
    server.advance(Duration::from_secs(1));
    let answer = server.stranger().get("/readyz").await;
    assert_eq!(answer.status.as_u16(), 200, "{:?}", answer.body);
    let warnings = answer.body["warnings"].as_array().cloned().unwrap_or_default();
    warnings.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Checks that a watcher is told that the clock is behind by this many seconds, and nothing else.
#[track_caller]
fn assert_behind(warnings: &[String], seconds: u32) {
    let begin =
        format!("the clock of this machine is {seconds} seconds behind the time of what was recorded last");
    assert!(matches!(warnings, [only] if only.starts_with(&begin) && only.contains("NTP")), "{warnings:?}");
}

#[tokio::test]
async fn a_watcher_is_told_of_a_clock_that_is_behind_the_newest_change() {
    for (ahead, told) in [(61_000, None), (61_001, Some(60)), (7_201_000, Some(7_200))] {
        let server = Server::start().await;
        let later = format!("UPDATE rank_changes SET at = at + {ahead} WHERE number = 6");
        server.sql(&later).await;
        let found = warnings(&server).await;
        match told {
            Some(seconds) => assert_behind(&found, seconds),
            None => assert_eq!(found, Vec::<String>::new()),
        }
    }
}

#[tokio::test]
async fn a_watcher_is_told_of_a_clock_that_went_back_also_when_changes_were_recorded_since() {
    let server = Server::start().await;
    let bot = server.bot().await;
    // Later than what the other communities have recorded.
    server.advance(Duration::from_hours(3));
    assert_eq!(warnings(&server).await, Vec::<String>::new());
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    server.set_back(Duration::from_hours(2));
    assert_behind(&warnings(&server).await, 7_199);
    bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    server.advance(Duration::from_mins(30));
    assert_behind(&warnings(&server).await, 5_398);
    // What is recorded goes on from there: after a while that is how it is.
    server.advance(Duration::from_mins(31));
    assert_eq!(warnings(&server).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_watcher_is_told_no_more_once_the_clock_has_caught_up() {
    let server = Server::start().await;
    server.bot().await.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    server.set_back(Duration::from_mins(5));
    assert_behind(&warnings(&server).await, 299);
    server.advance(Duration::from_mins(4));
    assert_eq!(warnings(&server).await, Vec::<String>::new());
}

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Returns the lines that hold this text.
    fn lines_with(&self, text: &str) -> usize {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).lines().filter(|line| line.contains(text)).count()
    }
}

#[tokio::test]
async fn an_operator_reads_the_warnings_in_the_log_again_and_again() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    server.set_health_warnings(vec![HealthWarning { is_grave: false, text: "the first thing".to_owned() }]);
    server.bot().await.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    server.set_back(Duration::from_hours(2));
    let job = server.start_health_job(Duration::from_millis(1));
    let begun = std::time::Instant::now();
    while log.lines_with("7200 seconds behind") < 2 {
        assert!(begun.elapsed() < Duration::from_mins(1), "it is not logged");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    job.stop();
    assert!(log.lines_with("WARN") >= 4 && log.lines_with("the first thing") >= 2);
}
