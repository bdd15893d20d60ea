//! Plays random inputs on servers, and judges the answers.

use std::cell::Cell;
use std::fmt::Debug;

use proptest::prelude::{ProptestConfig, Strategy, TestCaseError};
use proptest::test_runner::{RngSeed, TestRunner};
use rankledger_instances::is_on_postgres;
use tokio::runtime::Builder;

use crate::kit::{Answer, ENGINE_WORDS};

/// Number of inputs of each test, unless `RANKLEDGER_FUZZ_INPUTS` says otherwise.
const INPUTS: u32 = 2000;

/// Number of inputs of each test on PostgreSQL, where every query takes longer.
const INPUTS_ON_POSTGRES: u32 = 500;

/// Number of inputs that one server gets: what earlier inputs have frozen or banned keeps later ones from
/// getting far.
const INPUTS_OF_A_SERVER: u32 = 100;

/// Seed of the inputs, unless `PROPTEST_RNG_SEED` says otherwise. Each run of the tests repeats the last.
const SEED: u64 = 1;

/// Plays inputs on fresh servers, which `start` makes; `send` tells what is wrong with an answer. Panics with
/// the shortest input found to fail.
pub(crate) fn play<S, I: Debug>(
    inputs: &impl Strategy<Value = I>,
    start: impl AsyncFn() -> S,
    send: impl AsyncFn(&S, &I) -> Result<(), String>,
) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let stage: Cell<Option<(S, u32)>> = Cell::new(None);
    let played = TestRunner::new(config()).run(inputs, |input| {
        runtime.block_on(async {
            let (server, count) = match stage.take() {
                Some((server, count)) if count < INPUTS_OF_A_SERVER => (server, count),
                _ => (start().await, 0),
            };
            let judged = send(&server, &input).await;
            // What failed is made shorter on servers of its own.
            stage.set(judged.is_ok().then_some((server, count + 1)));
            judged.map_err(TestCaseError::fail)
        })
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
}

fn config() -> ProptestConfig {
    let set = |name| std::env::var(name).ok().and_then(|value: String| value.parse::<u64>().ok());
    let usual = if is_on_postgres() { INPUTS_ON_POSTGRES } else { INPUTS };
    let inputs = set("RANKLEDGER_FUZZ_INPUTS").and_then(|inputs| u32::try_from(inputs).ok());
    ProptestConfig {
        cases: inputs.unwrap_or(usual),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(set("PROPTEST_RNG_SEED").unwrap_or(SEED)),
        ..ProptestConfig::default()
    }
}

/// Tells what is wrong with an answer: a fault of the server, or a refusal that says nothing.
pub(crate) fn judge(answer: &Answer) -> Result<(), String> {
    let told = || format!("{} {}", answer.status, answer.text);
    if answer.status.is_server_error() {
        return Err(told());
    }
    let is_problem = answer.header("content-type") == Some("application/problem+json");
    let says_nothing = answer.body["detail"].as_str().is_none_or(str::is_empty);
    if answer.status.is_client_error() && is_problem && says_nothing {
        return Err(format!("a refusal without a sentence: {}", told()));
    }
    if answer.text.contains(ENGINE_WORDS) {
        return Err(format!("words of the database: {}", told()));
    }
    Ok(())
}
