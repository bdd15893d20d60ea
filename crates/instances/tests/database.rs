//! Databases that are copied from a template.

use std::sync::atomic::{AtomicUsize, Ordering};

use rankledger_instances::{Durability, Postgres, fresh};
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

/// Makes a template of one table with one row.
async fn make(url: &str) {
    let made = connect(url).await.batch_execute("CREATE TABLE kept AS SELECT 7 AS number").await;
    made.expect("a table");
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_are_apart_and_their_template_is_made_once() {
    let postgres = Postgres::start(Durability::None).expect("it starts");
    let admin = postgres.admin_url();
    let made = AtomicUsize::new(0);
    let of_template = || {
        fresh(&admin, "seven", async |url| {
            made.fetch_add(1, Ordering::Relaxed);
            make(url).await;
        })
    };
    let (one, other) = tokio::join!(of_template(), of_template());
    let (one, other) = (one.expect("a database"), other.expect("another"));
    assert_eq!(made.load(Ordering::Relaxed), 1);

    connect(&one.url).await.batch_execute("UPDATE kept SET number = 8").await.expect("an update");
    let client = connect(&other.url).await;
    let number: i32 = client.query_one("SELECT number FROM kept", &[]).await.expect("a row").get(0);
    assert_eq!(number, 7);

    drop((one, other));
    client.query("SELECT number FROM kept", &[]).await.expect_err("its database is gone");
    assert_eq!(
        postgres.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'test-%'").expect("a count"),
        "0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_failed_is_made_again() {
    let postgres = Postgres::start(Durability::None).expect("it starts");
    let admin = postgres.admin_url();
    let url = admin.clone();
    let failed =
        tokio::spawn(async move { fresh(&url, "seven", async |_| panic!("as a broken kit")).await.is_ok() });
    failed.await.expect_err("it panics");
    let database = fresh(&admin, "seven", make).await.expect("a database");
    let number: i32 =
        connect(&database.url).await.query_one("SELECT number FROM kept", &[]).await.expect("a row").get(0);
    assert_eq!(number, 7);
}
