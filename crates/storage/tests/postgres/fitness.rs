//! Health warnings and refusals that concern the PostgreSQL server, and this machine's clock beside it. The
//! server of the tests runs with fsync off.

use jiff::{SignedDuration, Timestamp};
use rankledger_storage::Storage;
use rankledger_storage::postgres::PostgresUrl;
use rankledger_storage::postgres::fitness::{clock, refuse_old_version};

use crate::Cluster;

#[expect(clippy::disallowed_methods, reason = "the clock of the database cannot be passed in")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[tokio::test]
async fn a_clock_ten_minutes_off_is_told_of_with_how_far() {
    let cluster = Cluster::fresh().await;
    for (minutes, expected) in [(10, "seconds ahead of"), (-10, "seconds behind")] {
        let health_warnings = cluster.nodes[0]
            .health_warnings(now() + SignedDuration::from_mins(minutes))
            .await
            .expect("an answer");
        let of_clock: Vec<_> =
            health_warnings.iter().filter(|warning| warning.text.contains("clock")).collect();
        let [warning] = of_clock.as_slice() else { panic!("{health_warnings:?}") };
        assert!(!warning.is_grave && warning.text.contains(expected), "{warning:?}");
    }
}

#[tokio::test]
async fn a_server_that_may_lose_commits_is_told_of_and_works() {
    let cluster = Cluster::fresh().await;
    let health_warnings = cluster.nodes[0].health_warnings(now()).await.expect("an answer");
    let [warning] = health_warnings.as_slice() else { panic!("{health_warnings:?}") };
    assert!(!warning.is_grave && warning.text.contains("fsync"), "{warning:?}");
}

#[test]
fn a_clock_is_judged_by_how_far_it_is_off() {
    let is_grave =
        |seconds| clock(SignedDuration::from_secs(seconds)).outcome.err().map(|found| found.is_grave);
    assert_eq!([0, 5, -5].map(is_grave), [None; 3]);
    assert_eq!([6, -6, 61, -61, 86_400].map(is_grave), [Some(false); 5], "it works, with wrong times");
    let text = clock(SignedDuration::from_mins(-10)).outcome.expect_err("it is off").text;
    let expected = "the clock of this machine is 600 seconds behind that of the database: set it by NTP";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_version_before_15_is_refused_and_named() {
    let url: PostgresUrl = "postgres://somebody:s3cret@127.0.0.1/ranks".parse().expect("an address");
    refuse_old_version(&url, 150_000, "15.0").expect("it will do");
    refuse_old_version(&url, 170_005, "17.5 (Debian 17.5-1)").expect("it will do");
    let refused = refuse_old_version(&url, 140_018, "14.18").expect_err("it is too old").to_string();
    let expected = "it is PostgreSQL 14.18. Rankledger needs PostgreSQL 15 or a newer one";
    assert!(refused.ends_with(expected) && !refused.contains("s3cret"), "{refused}");
}
