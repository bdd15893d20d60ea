//! A subscriber: what it has pieced together from the rank changes that it was told of is what the accounts
//! hold, after random histories of changes, undos, rollbacks, ends of grants and bans, and although its
//! receiver fails now and then.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use proptest::prelude::{ProptestConfig, TestCaseError, prop_assert_eq};
use proptest::test_runner::{RngSeed, TestRunner};
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{DeliveryState, SubscriptionKind};
use rankledger_instances::is_on_postgres;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::community::{ACCOUNTS, account_id};
use crate::histories::histories;
use crate::model::Model;
use crate::receiver::{Manner, Receiver, deliveries, start, stored, subscribe};
use crate::server::Server;
use crate::steps::Step;

/// Number of histories that are followed.
const CASES: u32 = 60;

/// Number of histories on PostgreSQL, where each needs a database of its own.
const CASES_ON_POSTGRES: u32 = 10;

/// Of 100 requests the receiver fails at so many.
const FAILURES: u8 = 20;

/// Longest time until all that has happened in a history has arrived.
const PATIENCE: Duration = Duration::from_secs(40);

/// Follows many histories. Panics with the shortest one found to fail.
pub(crate) fn follow_many() {
    let cases = if is_on_postgres() { CASES_ON_POSTGRES } else { CASES };
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let followed = TestRunner::new(config).run(&histories(), |steps| follow(&runtime, &steps));
    followed.unwrap_or_else(|error| panic!("{error}"));
}

fn follow(runtime: &Runtime, steps: &[Step]) -> Result<(), TestCaseError> {
    runtime.block_on(async {
        let mut server = Server::start().await;
        let mut model = Model::imported();
        let receiver = Receiver::start(Manner::FailsAtRandom(FAILURES)).await;
        let id = subscribe(server.kit(), SubscriptionKind::Standard, &receiver.url(), |subscription| {
            subscription.types = vec![EventType::RanksChanged];
        })
        .await;
        let mut pieced = held(&server).await;
        let job = start(server.kit());
        for step in steps {
            server.play(step, &model.changes).await?;
            model.play(step);
        }
        let told = || {
            let mut seen = HashSet::new();
            let taken = receiver.taken();
            let fresh = taken.iter().filter(|got| seen.insert(got.header("webhook-id").to_owned()));
            fresh.map(|got| got.body["data"]["data"].clone()).collect::<Vec<_>>()
        };
        let begun = Model::imported().changes.len();
        let begun_at = Instant::now();
        while told().len() < model.changes.len() - begun {
            // What has failed is tried again as time passes.
            server.kit().advance(Duration::from_mins(1));
            tokio::time::sleep(Duration::from_millis(100)).await;
            if begun_at.elapsed() > PATIENCE {
                let kept = deliveries(server.kit(), id).await;
                let (subscription, progress) = stored(server.kit(), id).await;
                let found = format!("{:?}, {progress:?}: {kept:?}", subscription.disabled);
                return Err(TestCaseError::fail(found));
            }
        }
        job.stop().await;
        prop_assert_eq!(told().len(), model.changes.len() - begun, "each change once");
        for change in told() {
            let ranks = change["currentRanks"].as_array().expect("ranks").iter();
            let ranks: Vec<_> = ranks.map(|grant| grant["rank"].clone()).collect();
            pieced.insert(change["accId"].as_str().expect("an id").to_owned(), json!(ranks));
        }
        prop_assert_eq!(pieced, held(&server).await, "subscriber, server: the ranks of each account");
        let kept = deliveries(server.kit(), id).await;
        prop_assert_eq!(kept.iter().all(|one| one.state == DeliveryState::Delivered), true);
        prop_assert_eq!(stored(server.kit(), id).await.0.disabled, None);
        Ok(())
    })
}

/// Returns the ranks of each account, as the API tells them.
async fn held(server: &Server) -> HashMap<String, Value> {
    let mut held = HashMap::new();
    for account in 0..ACCOUNTS.len() {
        let id = account_id(account);
        let ranks = server.ranks_of(&id).await;
        held.insert(id, ranks);
    }
    held
}
