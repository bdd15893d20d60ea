//! The environment of a test run: one PostgreSQL and one Redis, which the tests find by two variables.

use anyhow::Result;

use crate::database::{Database, fresh};
use crate::postgres::{Durability, Postgres};
use crate::redis::Redis;

/// Variable with the URL by which a test makes its database.
pub const POSTGRES_VARIABLE: &str = "RANKLEDGER_TEST_POSTGRES";

/// Variable with the URL of the Redis.
pub const REDIS_VARIABLE: &str = "RANKLEDGER_TEST_REDIS";

/// Variable with the backend for the tests that can run on either: `postgres`, or else SQLite.
pub const BACKEND_VARIABLE: &str = "RANKLEDGER_TEST_BACKEND";

/// Returns whether the tests that can run on either backend are to run on PostgreSQL.
pub fn is_on_postgres() -> bool {
    std::env::var(BACKEND_VARIABLE).is_ok_and(|backend| backend == "postgres")
}

/// Makes a [`fresh`] database for a test, in the PostgreSQL of the run. Panics if the run has none, and says
/// how to start one.
pub async fn fresh_in_run(template: &str, make: impl AsyncFnOnce(&str)) -> Database {
    let admin = std::env::var(POSTGRES_VARIABLE)
        .unwrap_or_else(|_| panic!("{POSTGRES_VARIABLE} is not set: run the tests with `cargo xtask test`"));
    fresh(&admin, template, make).await.expect("a fresh database")
}

/// The servers of a run. Dropping the value stops them.
pub struct Environment {
    postgres: Postgres,
    redis: Redis,
}

impl Environment {
    /// Starts the servers.
    pub fn start() -> Result<Self> {
        Ok(Self { postgres: Postgres::start(Durability::None)?, redis: Redis::start()? })
    }

    /// Returns the variables for a program that runs the tests, with their values.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        [(POSTGRES_VARIABLE, self.postgres.admin_url()), (REDIS_VARIABLE, self.redis.url())]
    }
}
