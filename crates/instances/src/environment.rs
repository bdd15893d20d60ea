//! What a run of the tests has in common: one PostgreSQL and one Redis, which the tests find by two variables.

use anyhow::Result;

use crate::postgres::{Durability, Postgres};
use crate::redis::Redis;

/// The variable that has the URL by which a test makes itself a database.
pub const POSTGRES_VARIABLE: &str = "RANKLEDGER_TEST_POSTGRES";

/// The variable that has the URL of the Redis.
pub const REDIS_VARIABLE: &str = "RANKLEDGER_TEST_REDIS";

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
