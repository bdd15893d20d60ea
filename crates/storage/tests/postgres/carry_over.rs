//! A ledger of an earlier version is carried over to the lean form when a node starts.

use rankledger_instances::fresh_in_run;
use refinery_core::{Runner, Target, load_sql_migrations};
use tokio_postgres::NoTls;

use crate::open;
use crate::wide::{Dialect, WideLedger, check_that_it_goes_on};

#[tokio::test]
async fn a_ledger_of_an_earlier_version_is_carried_over() {
    for version in [4, 7, 8, 10, 13] {
        let database = fresh_in_run("empty", async |_| ()).await;
        let ledger = WideLedger::of_version(version);
        let (mut client, connection) =
            tokio_postgres::connect(&database.url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
        let migrations = load_sql_migrations(folder).expect("the migrations");
        let target = Target::Version(version);
        Runner::new(&migrations).set_target(target).run_async(&mut client).await.expect("its migrations");
        client.batch_execute(&ledger.sql(Dialect::Postgres)).await.expect("its rows");

        // Two nodes that start at once take turns.
        let (one, other) = tokio::join!(open(&database.url), open(&database.url));
        for node in [&one, &other] {
            ledger.check(node).await;
        }
        let gone = "SELECT to_regclass('wide_rank_changes') IS NULL AND to_regclass('account_ranks') IS NULL";
        assert!(client.query_one(gone, &[]).await.expect("an answer").get::<_, bool>(0));
        check_that_it_goes_on(&one).await;
    }
}
