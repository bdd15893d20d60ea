//! PostgreSQL, Redis and nginx for the tests: instances of our own, never the machine's.
//!
//! Each stands in a temporary folder, listens on a free port of 127.0.0.1, and ends when its value is dropped or when the
//! program that started it ends, however it ends. The programs are those of Debian's packages.

mod environment;
mod home;
mod nginx;
mod password;
mod port;
mod postgres;
mod process;
mod programs;
mod redis;

pub use environment::{Environment, POSTGRES_VARIABLE, REDIS_VARIABLE};
pub use nginx::Nginx;
pub use postgres::{Durability, Postgres};
pub use redis::Redis;
