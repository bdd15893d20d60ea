//! The ledger writer, as its clients meet it: many requests at once, too many, too slow, and at a shutdown.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::{join, join_all, join3};
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_server::ops::ledger::LedgerOptions;
use rankledger_server::ops::{Command, OpError, Work};
use rankledger_server::wire::problem::Problem;
use serde_json::json;

use crate::kit::{Answer, Options, Server, account, rank};

/// Number of requests sent at once where the exact number does not matter.
const CROWD: usize = 8;

async fn server_with(ledger: LedgerOptions) -> Server {
    Server::with(Options { ledger, ..Options::default() }).await
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn a_bot_that_finds_the_queue_full_is_sent_away_at_once() {
    let server = server_with(LedgerOptions { queue: 1, group: 1 }).await;
    let bot = server.bot().await.with("x-request-id", "of-the-test");
    let keys = server.more_ranks(8).await;
    let (last, events) = server.written().await;

    let held_up = server.hold_up().await;
    let mut requests: Vec<_> =
        keys.iter().map(|key| Box::pin(bot.set_ranks(account::CADET, json!({"add": [key]})))).collect();
    // One request is with the writer and one is in the queue. Every further one is refused while those two
    // wait.
    let mut refused = Vec::new();
    while refused.len() < CROWD - 2 {
        let (answer, _, waiting) = futures_util::future::select_all(requests).await;
        answer.problem(503, "queue-full");
        refused.push(answer);
        requests = waiting;
    }
    insta::assert_json_snapshot!(refused[0].whole());
    assert_eq!(server.written().await, (last, events));

    drop(held_up);
    for answer in join_all(requests).await {
        answer.ok();
    }
    assert_eq!(server.written().await, (last + 2, events + 2));
    bot.set_ranks(account::CADET, json!({"add": keys})).await.ok();
}

#[tokio::test]
async fn a_reader_does_not_wait_for_the_writer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"set": ["officer"]})).await;
    let _held_up = server.hold_up().await;
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]));
    assert_eq!(server.stranger().get("/readyz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn changes_that_wait_together_share_a_commit() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let keys = server.more_ranks(8).await;
    let requests = keys.iter().map(|key| bot.set_ranks(account::CADET, json!({"add": [key]})));
    let answers = server.together(requests).await;
    assert_eq!(statuses(&answers), [200; CROWD]);
    assert_eq!(server.ledger.stats().commands(), 8);
    assert!(server.ledger.stats().commits() <= 2, "the first may be alone, the others wait together");
}

#[tokio::test]
async fn a_refused_change_does_not_disturb_those_it_shares_a_commit_with() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let bodies = [
        json!({"add": ["medic"]}),
        json!({"add": ["officer", "nothing"]}),
        json!({"remove": ["cadet"]}),
        json!({"add": ["explorer"]}),
        json!({"add": ["chief"]}),
    ];
    let requests = bodies.into_iter().map(|body| bot.set_ranks(account::CADET, body));
    let answers = server.together(requests).await;
    let in_order: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(in_order, [200, 422, 200, 422, 200]);
    assert_eq!(*answers[2].ranks(), json!([rank::MEDIC]));
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::MEDIC, rank::CHIEF]));
    assert_eq!(answers[4].ok()["meta"]["changeNumber"], 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_bots_at_once_are_all_recorded_without_a_hole() {
    let server = Server::start().await;
    let (last, events) = server.written().await;
    let mut bots = Vec::new();
    for key in server.more_ranks(32).await {
        bots.push((server.bot().await, key));
    }
    let tasks = bots.into_iter().map(|(bot, key)| {
        tokio::spawn(async move { bot.set_ranks(account::NEWCOMER, json!({"add": [key]})).await })
    });
    let mut numbers = Vec::new();
    for answer in join_all(tasks).await {
        let answer = answer.expect("no request panics");
        numbers.push(answer.ok()["meta"]["changeNumber"].as_i64().expect("a number"));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (last + 1..=last + 32).collect::<Vec<_>>());
    assert_eq!(server.written().await, (last + 32, events + 32));
    let ranks = server.bot().await.ranks_of(account::NEWCOMER).await;
    assert_eq!(ranks.as_array().expect("ranks").len(), 32);
    for number in numbers {
        assert_eq!(server.change(number).await.transition.added().count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_undos_at_once_one_wins() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for _ in 0..10 {
        let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
        let undo = || {
            let (bot, undo_id) = (bot.clone(), undo_id.clone());
            tokio::spawn(async move { bot.undo(undo_id, json!({})).await })
        };
        let (last, events) = server.written().await;
        let (one, other) = join(undo(), undo()).await;
        let answers = [one.expect("no panic"), other.expect("no panic")];
        assert_eq!(statuses(&answers), [200, 409]);
        let [winner, loser] =
            if answers[0].status == 200 { [&answers[0], &answers[1]] } else { [&answers[1], &answers[0]] };
        assert_eq!(loser.problem(409, "already-undone")["reversal"]["undoId"], winner.reversal());
        assert_eq!(server.written().await, (last + 1, events + 1));
    }
}

#[tokio::test]
async fn of_two_undos_that_share_a_commit_the_first_wins() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let requests = [bot.undo(&undo_id, json!({})), bot.undo(&undo_id, json!({}))];
    let answers = server.together(requests).await;
    answers[0].reversal();
    answers[1].problem(409, "already-undone");
}

#[tokio::test]
async fn of_two_bots_that_have_seen_the_same_account_one_changes_it() {
    let server = Server::start().await;
    let bot = server.bot().await.with("if-match", "\"2\"");
    let requests = ["officer", "medic"].map(|key| bot.set_ranks(account::CADET, json!({"add": [key]})));
    let answers = server.together(requests).await;
    answers[0].ok();
    answers[1].problem(412, "version-mismatch");
}

#[tokio::test]
async fn a_bot_that_waits_too_long_is_told_to_look_what_became_of_it() {
    let request_timeout = Duration::from_secs(1);
    let ledger = LedgerOptions { group: 1, ..LedgerOptions::default() };
    let server = Server::with(Options { ledger, request_timeout, ..Options::default() }).await;
    let bot = server.bot().await;
    let written = server.written().await;
    let held_up = server.hold_up().await;
    let first = bot.set_ranks(account::CADET, json!({"add": ["officer"]}));
    let second = bot.set_ranks(account::CADET, json!({"add": ["medic"]}));
    let (first, second) = join(first, second).await;
    first.problem(503, "timeout");
    insta::assert_json_snapshot!(first.whole());
    second.problem(503, "timeout");
    drop(held_up);
    // A command that the writer had already taken may still be written, as the answer says. One that still
    // waited is not.
    bot.undo(99, json!({})).await.problem(404, "rank-change-not-found");
    let ranks = bot.ranks_of(account::CADET).await;
    assert!(!ranks.to_string().contains(rank::MEDIC), "{ranks}");
    assert!(server.written().await.0 <= written.0 + 1);
}

#[tokio::test]
async fn a_bot_is_told_that_the_server_shuts_down() {
    let mut server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    server.stop_writer();
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
    bot.undo(1, json!({})).await.problem(503, "unavailable");
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

/// A command that breaks its promise: it says that it writes last, and refuses after it has written.
#[derive(Clone)]
struct WriteAndRefuse(CommunityId);

#[async_trait]
impl Command for WriteAndRefuse {
    type Output = ();

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        Some(self.0)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        let cadet = AccountId(account::CADET.parse().expect("a UUID"));
        work.tx.touch(self.0, cadet).await?;
        Err(Problem::user_required().into())
    }
}

#[tokio::test]
async fn what_was_half_written_is_not_committed_and_what_shares_its_commit_is() {
    let server = Server::start().await;
    let (bot, club) = (server.bot().await, server.community("club").await);
    let cadet = format!("/v2/community/accounts/{}", account::CADET);
    let before = bot.get(&cadet).await;
    let written = server.written().await;
    let held_up = server.hold_up().await;
    let change = bot.set_ranks(account::CADET, json!({"add": ["medic"]}));
    let broken = server.ledger.submit(WriteAndRefuse(club));
    let (changed, broken, ()) = join3(change, broken, async { drop(held_up) }).await;
    assert!(matches!(broken, Err(OpError::Refused(_))), "{broken:?}");
    changed.ok();
    assert_eq!(server.written().await, (written.0 + 1, written.1 + 1));
    let version = |answer: &Answer| -> i64 {
        let tag = answer.header("etag").expect("a version").trim_matches('"').to_owned();
        tag.parse().expect("a number")
    };
    assert_eq!(version(&bot.get(&cadet).await), version(&before) + 1, "the touch is gone");
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
}
