//! Plays histories on the server and on the model, and compares after each step.

use proptest::prelude::{ProptestConfig, TestCaseError, prop_assert_eq};
use proptest::test_runner::{RngSeed, TestError, TestRunner};
use rankledger_instances::is_on_postgres;
use tokio::runtime::{Builder, Runtime};

use crate::community::{ACCOUNTS, Credential};
use crate::histories::histories;
use crate::model::Model;
use crate::server::{Server, Standing};
use crate::steps::{Actor, Step};

/// Number of histories that are played, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 2000;

/// Number of histories on PostgreSQL, where each needs a database of its own and every query takes longer.
const CASES_ON_POSTGRES: u32 = 100;

/// Largest number of changes whose undo outlooks are compared at the end of a history.
const MOST_OUTLOOKS: usize = 5;

/// Seed of the random histories, unless `PROPTEST_RNG_SEED` says otherwise. Each run of the tests repeats the
/// last.
const SEED: u64 = 1;

/// Plays many histories, on as many threads as there are cores. Panics with the shortest one found to fail.
pub(crate) fn play_many() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || play_share(thread, threads))).collect();
        workers.into_iter().filter_map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Plays one thread's share of the histories. Returns how one of them failed. `None` if all passed.
fn play_share(thread: usize, threads: usize) -> Option<String> {
    let set = |name| std::env::var(name).ok().and_then(|value: String| value.parse::<u64>().ok());
    let usual = if is_on_postgres() { CASES_ON_POSTGRES } else { CASES };
    let cases = set("PROPTEST_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(usual);
    let share = u32::try_from(threads).map_or(cases, |threads| cases.div_ceil(threads));
    let seed = set("PROPTEST_RNG_SEED").unwrap_or(SEED);
    let config = ProptestConfig {
        cases: share,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed + thread as u64),
        ..ProptestConfig::default()
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let played = TestRunner::new(config).run(&histories(), |steps| play(&runtime, &steps));
    match played {
        Ok(()) => None,
        Err(TestError::Fail(reason, steps)) => Some(told(&steps, reason.message())),
        Err(TestError::Abort(reason)) => Some(format!("no history: {reason}")),
    }
}

/// Describes a history that failed: each step, and the model's outcome of it.
fn told(steps: &[Step], why: &str) -> String {
    let mut model = Model::imported();
    let mut line = |step| format!("  {step:?}\n    -> {:?}\n", model.play(step));
    let lines: String = steps.iter().map(&mut line).collect();
    format!("The server and the model disagree after these steps:\n{lines}{why}")
}

/// Plays a history on a server of its own.
fn play(runtime: &Runtime, steps: &[Step]) -> Result<(), TestCaseError> {
    runtime.block_on(async {
        let mut server = Server::start().await;
        let mut model = Model::imported();
        compare(&server, &model, 0).await?;
        for step in steps {
            let recorded = model.changes.len();
            let answered = server.play(step, &model.changes).await?;
            prop_assert_eq!(answered, model.play(step), "server, model: the answer to {:?}", step);
            compare(&server, &model, recorded).await?;
        }
        compare_outlooks(&server, &model).await
    })
}

/// Compares the stored data with the model, which had `before` changes before this step.
async fn compare(server: &Server, model: &Model, before: usize) -> Result<(), TestCaseError> {
    let (stored, recorded) = server.standings().await;
    for (account, stored) in stored.into_iter().enumerate() {
        prop_assert_eq!(stored, standing(model, account), "server, model: {}", ACCOUNTS[account].0);
    }
    prop_assert_eq!(recorded, model.changes.len(), "server, model: how many changes are recorded");
    for number in before + 1..=recorded {
        let stored = server.recorded(number).await;
        prop_assert_eq!(&stored, model.change_of(number), "server, model: change {}", number);
    }
    Ok(())
}

/// Compares the undo outlooks of some changes. That is done only at the end of a history, because each
/// beginning of one is another history.
async fn compare_outlooks(server: &Server, model: &Model) -> Result<(), TestCaseError> {
    let recorded = model.changes.len();
    let some = (1..=recorded).rev().step_by(recorded.div_ceil(MOST_OUTLOOKS));
    for (number, credential) in some.zip(Credential::ALL.into_iter().cycle()) {
        let said = server.outlook(credential, number).await;
        let expected = model.outlook(Actor { credential, person: None }, number);
        prop_assert_eq!(said, expected, "server, model: the undo of change {} with {:?}", number, credential);
    }
    Ok(())
}

fn standing(model: &Model, account: usize) -> Standing {
    Standing {
        ranks: model.held(account),
        active: model.active(account),
        banned: model.banned[account],
        archived: model.archived[account],
    }
}
