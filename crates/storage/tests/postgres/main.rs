//! What only PostgreSQL can show: several nodes, communities that are written side by side, what is put off,
//! connections that are lost, and what an operator is told of the server.

mod fitness;
mod nodes;
mod put_off;
mod url;

#[path = "../conformance/kit.rs"]
#[expect(dead_code, reason = "the kit of the conformance tests can do more than is needed here")]
mod kit;

use rankledger_instances::{Database, POSTGRES_VARIABLE, fresh};
use rankledger_storage::postgres::{PostgresOptions, PostgresStorage};

/// A database, and the nodes on it.
struct Cluster {
    nodes: [PostgresStorage; 2],
    database: Database,
}

impl Cluster {
    async fn fresh() -> Self {
        let admin = std::env::var(POSTGRES_VARIABLE).unwrap_or_else(|_| {
            panic!("{POSTGRES_VARIABLE} is not set: run the tests with `cargo xtask test`")
        });
        let database = fresh(&admin, "conformance", async |url| drop(open(url).await));
        let database = database.await.expect("a fresh database");
        let nodes = [open(&database.url).await, open(&database.url).await];
        Self { nodes, database }
    }
}

async fn open(url: &str) -> PostgresStorage {
    let url = url.parse().expect("an address");
    let options = PostgresOptions { writers: 4, readers: 3, ..PostgresOptions::default() };
    PostgresStorage::open(&url, options).await.expect("the schema is brought up to date")
}
