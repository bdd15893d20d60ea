//! PostgreSQL, Redis, nginx and Caddy for the tests: instances of our own, never the machine's.
//!
//! Each instance has a temporary folder and listens on a free port of 127.0.0.1. An instance ends when its
//! value is dropped, or when the program that started it ends in any way. The programs are those of Debian's
//! packages. [`fresh`] makes a database for a test in any PostgreSQL. A [`Disk`] under a program is slow,
//! fails or is full, and a [`Clock`] breaks.

mod caddy;
mod clock;
mod database;
mod disk;
mod environment;
mod home;
mod nginx;
mod port;
mod postgres;
mod preload;
mod process;
mod programs;
mod random;
mod redis;

pub use caddy::Caddy;
pub use clock::Clock;
pub use database::{Database, fresh};
pub use disk::Disk;
pub use environment::{
    BACKEND_VARIABLE, Environment, POSTGRES_VARIABLE, REDIS_VARIABLE, fresh_in_run, is_on_postgres,
};
pub use nginx::Nginx;
pub use port::free as free_port;
pub use postgres::{Durability, Postgres};
pub use redis::Redis;
