//! Random requests, most of them nearly right: whatever somebody sends, no answer is a fault of the server.
//!
//! Each fuzzer sends [`INPUTS`] of them, or as many as the environment variable `RANKLEDGER_FUZZ_INPUTS` says
//! (`cargo xtask fuzz` sets it). The tests send the same in each run; `PROPTEST_RNG_SEED` makes them others.

mod bodies;
mod documents;
mod envelopes;
mod headers;
mod inputs;
mod tokens;
mod urls;

use std::cell::RefCell;
use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestCaseResult, TestRunner};
use rankledger_instances::is_on_postgres;
use tokio::runtime::{Builder, Runtime};

use crate::kit::{Actor, Answer, ENGINE_WORDS, Legacy, Server};

/// Number of inputs of each fuzzer.
const INPUTS: u32 = 2000;

/// Number of inputs of each fuzzer on PostgreSQL, where every query takes longer.
const INPUTS_ON_POSTGRES: u32 = 300;

/// Seed of the inputs, unless `PROPTEST_RNG_SEED` says otherwise.
const SEED: u64 = 1;

/// Number of inputs after which the server is a fresh one: what was sent before may have closed it to others,
/// and a long history makes it slow.
const INPUTS_OF_A_SERVER: u32 = 400;

/// The server that is fuzzed, and who may do everything there.
struct Target {
    server: Server,
    admin: Actor,
    legacy: Legacy,
    /// A plan token that the server made.
    token: String,
    inputs: u32,
}

impl Target {
    async fn new() -> Self {
        let server = Server::with_flows().await;
        let admin = server.admin().await;
        admin.change_ranks(crate::kit::account::CADET, serde_json::json!({"add": ["officer"]})).await;
        let (legacy, _) = server.legacy().await;
        let preview = admin.preview(serde_json::json!({"accounts": [crate::kit::account::CADET]})).await;
        let token = preview.plan_token().to_owned();
        Self { server, admin, legacy, token, inputs: 0 }
    }
}

/// Sends inputs of this kind.
fn fuzz<S: Strategy>(strategy: &S, send: &impl AsyncFn(&Target, &S::Value) -> TestCaseResult)
where
    S::Value: Debug + Clone,
{
    let usual = if is_on_postgres() { INPUTS_ON_POSTGRES } else { INPUTS };
    let cases =
        number("RANKLEDGER_FUZZ_INPUTS").map_or(usual, |inputs| inputs.try_into().unwrap_or(u32::MAX));
    let rng_seed = RngSeed::Fixed(number("PROPTEST_RNG_SEED").unwrap_or(SEED));
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let target = RefCell::new(runtime.block_on(Target::new()));
    let mut runner =
        TestRunner::new(Config { cases, rng_seed, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(strategy, |input| {
        refresh(&target, &runtime);
        runtime.block_on(send(&target.borrow(), &input))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is {value}, and has to be a number")))
}

fn refresh(target: &RefCell<Target>, runtime: &Runtime) {
    let mut target = target.borrow_mut();
    target.inputs += 1;
    if target.inputs > INPUTS_OF_A_SERVER {
        *target = runtime.block_on(Target::new());
    }
}

/// An answer is never a fault of the server, and shows nothing of the database.
fn check(answer: &Answer) -> TestCaseResult {
    if answer.status.is_server_error() || answer.text.contains(ENGINE_WORDS) {
        return Err(TestCaseError::fail(format!("{}: {}", answer.status, answer.text)));
    }
    Ok(())
}
