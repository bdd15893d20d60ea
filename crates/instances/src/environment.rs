//! What a run of the tests has in common: one PostgreSQL and one Redis, which the tests find by two variables.

use anyhow::Result;

use crate::database::{Database, fresh};
use crate::postgres::{Durability, Postgres};
use crate::redis::Redis;

/// The variable that has the URL by which a test makes itself a database.
pub const POSTGRES_VARIABLE: &str = "RANKLEDGER_TEST_POSTGRES";

/// The variable that has the URL of the Redis.
pub const REDIS_VARIABLE: &str = "RANKLEDGER_TEST_REDIS";

/// The variable that says on which backend those tests run that speak to any: `postgres`, or else SQLite.
pub const BACKEND_VARIABLE: &str = "RANKLEDGER_TEST_BACKEND";

/// Whether those tests are to run on PostgreSQL.
pub fn is_on_postgres() -> bool {
    std::env::var(BACKEND_VARIABLE).is_ok_and(|backend| backend == "postgres")
}

/// A [`fresh`] database for a test, in the PostgreSQL of the run. Panics if there is none, and says how there would be.
pub async fn fresh_in_run(template: &str, make: impl AsyncFnOnce(&str)) -> Database {
    let admin = std::env::var(POSTGRES_VARIABLE)
        .unwrap_or_else(|_| panic!("{POSTGRES_VARIABLE} is not set: run the tests with `cargo xtask test`"));
    fresh(&admin, template, make).await.expect("a fresh database")
}

/// The servers of a run. They are stopped when this is dropped.
pub struct Environment {
    postgres: Postgres,
    redis: Redis,
}

impl Environment {
    /// Starts them.
    pub fn start() -> Result<Self> {
        Ok(Self { postgres: Postgres::start(Durability::None)?, redis: Redis::start()? })
    }

    /// The variables of a program that runs the tests, and their values.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        [(POSTGRES_VARIABLE, self.postgres.admin_url()), (REDIS_VARIABLE, self.redis.url())]
    }
}
