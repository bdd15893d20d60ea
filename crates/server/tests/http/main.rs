//! The HTTP API, as its callers meet it: each test calls it as an actor, on a server with a fresh database.
//!
//! The path of a test's file is the path in the URL. Behaviour that all endpoints share is tested at each of
//! them in [`everywhere`]. [`kit`] has the server, the actors and their community.

mod bodies;
mod compatibility;
mod concurrency;
mod console;
mod cors;
mod credentials;
mod deliveries;
mod docs;
mod everywhere;
mod examples;
mod faults;
mod fuzz;
mod headers;
mod health;
mod kit;
mod ledger;
mod long_reads;
mod metrics;
mod openapi;
mod paths;
mod prefix;
mod problems;
mod put_out;
mod rate_limits;
mod request_ids;
mod scheduler;
mod shared_limits;
mod stolen_key;
mod stolen_key_around;
mod v1;
mod v2;
