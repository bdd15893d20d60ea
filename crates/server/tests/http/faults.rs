//! Faults of the server itself: the answers have no word of the database in them, and the server works on
//! afterwards.

use rankledger_instances::is_on_postgres;
use rankledger_server::ops::{LedgerError, OpError};
use rankledger_server::wire::problem::{Problem, types};
use rankledger_storage::StorageError;
use serde_json::json;

use crate::kit::{ENDPOINTS, ENGINE_WORDS, Fault, Server, account, rank};

/// Ends the connection in the middle of the commit of a rank change.
const LOSE_COMMITS: &str = "
    CREATE FUNCTION lose_connection() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_terminate_backend(pg_backend_pid());
            PERFORM pg_sleep(5);
            RETURN NULL;
        END
    $$;
    CREATE CONSTRAINT TRIGGER lose_connection AFTER INSERT ON rank_changes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose_connection();
";

#[tokio::test]
async fn a_client_learns_of_a_broken_database_only_that_something_went_wrong() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::BrokenReads);
    for endpoint in ENDPOINTS.iter() {
        let answer = bot.call(endpoint).await;
        answer.problem(500, "internal");
        assert!(!answer.body.to_string().contains("s3cret"));
    }
    // A fixed request id, so that the snapshot does not depend on the number of endpoints.
    let again = bot.with("x-request-id", "00000000-0000-7000-8000-000000000041");
    insta::assert_json_snapshot!(again.get("/v2/community").await.whole());
    server.recover();
    bot.get("/v2/community").await.ok();
}

#[tokio::test]
async fn a_client_is_told_to_come_back_when_the_database_is_busy() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::BusyReads);
    let answer = bot.get("/v2/community").await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_panic_is_an_answer_and_not_a_broken_connection() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::PanickingReads);
    let answer = bot.get("/v2/community").await;
    answer.problem(500, "internal");
    assert!(!answer.body.to_string().contains(ENGINE_WORDS));
    server.recover();
    bot.get("/v2/community").await.ok();
}

#[tokio::test]
async fn a_change_that_cannot_be_committed_is_not_answered_as_one() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    server.fail(Fault::BrokenWrites);
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
    assert!(!answer.body.to_string().contains("s3cret"));
    bot.undo(1, json!({})).await.problem(503, "unavailable");
    assert_eq!(server.written().await, written);

    server.recover();
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    assert_eq!(answer.ok()["meta"]["changeNumber"], 7);
}

#[tokio::test]
async fn a_bot_learns_that_another_process_holds_the_database() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    server.fail(Fault::LockedWrites);
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);

    server.recover();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
}

/// Runs on PostgreSQL only: with SQLite there is no connection that could be lost.
#[tokio::test]
async fn a_bot_whose_commit_was_lost_is_not_told_that_nothing_was_written() {
    if !is_on_postgres() {
        return;
    }
    let server = Server::start().await;
    let bot = server.bot().await;
    server.sql(LOSE_COMMITS).await;
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let problem = answer.problem(503, "outcome-unknown");
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.contains("may have been carried out") && detail.contains("Idempotency-Key"), "{detail}");
    assert!(!detail.contains("Nothing was written"), "{detail}");
    server.sql("DROP TRIGGER lose_connection ON rank_changes").await;
    // The change was not made: the commit was interrupted before its end.
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[test]
fn an_outcome_that_is_not_known_is_told_as_that() {
    let errors = [OpError::Ledger(LedgerError::OutcomeUnknown), OpError::Storage(StorageError::Unsettled)];
    for error in errors {
        let problem = Problem::from(error);
        assert!(problem.is(&types::OUTCOME_UNKNOWN), "{problem:?}");
        assert!(!problem.detail().contains("Nothing was written"), "{problem:?}");
    }
    for unsure in [&types::OUTCOME_UNKNOWN, &types::TIMEOUT] {
        assert!(!unsure.cause.contains("Nothing was written"), "{}", unsure.slug);
        assert!(unsure.way_out.contains("Idempotency-Key"), "{}", unsure.slug);
    }
}
