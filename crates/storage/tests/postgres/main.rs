//! Tests of what only PostgreSQL has: several nodes, communities that are written side by side, buffered
//! writes, connections that are lost, and what an operator is told of the server.

mod buffered;
mod carry_over;
mod fitness;
mod nodes;
mod url;

#[path = "../conformance/kit.rs"]
#[expect(dead_code, reason = "the kit of the conformance tests can do more than is needed here")]
mod kit;

#[path = "../conformance/wide.rs"]
#[expect(dead_code, reason = "the other database writes values in another way")]
mod wide;

use rankledger_domain::ids::CommunityId;
use rankledger_instances::{Database, fresh_in_run};
use rankledger_storage::postgres::{PostgresOptions, PostgresStorage};
use tokio_postgres::NoTls;

/// A database, and the nodes on it.
struct Cluster {
    nodes: [PostgresStorage; 2],
    database: Database,
}

impl Cluster {
    async fn fresh() -> Self {
        let database = fresh_in_run("conformance", async |url| drop(open(url).await)).await;
        let nodes = [open(&database.url).await, open(&database.url).await];
        Self { nodes, database }
    }

    /// Returns a community, and who is in it.
    async fn community(&self, public_id: &str) -> CommunityId {
        let mut tx = kit::begin(&self.nodes[0]).await;
        let id = kit::community(tx.as_mut(), public_id).await;
        tx.commit().await.expect("a commit");
        id
    }

    /// Runs SQL on the database directly.
    async fn sql(&self, sql: &str) {
        let (client, connection) =
            tokio_postgres::connect(&self.database.url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client.batch_execute(sql).await.expect("it runs");
    }
}

async fn open(url: &str) -> PostgresStorage {
    let url = url.parse().expect("an address");
    let options = PostgresOptions { writers: 4, readers: 3, ..PostgresOptions::default() };
    PostgresStorage::open(&url, options).await.expect("the schema is brought up to date")
}
